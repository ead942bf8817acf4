//! A skill's manifest: what the skill is called, and which function answers where.
//!
//! A skill is made without an endpoint, since Alexa refuses one whose function does not admit the skill yet, and the
//! function can only admit a skill that there is. What a developer wrote into a manifest stays: only the parts that
//! make a smart home skill work are set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::difference::{self, Difference};
use crate::id::FunctionArn;
use crate::region::Region;

/// The manifest of a new skill, as `ask deploy` would send it, too.
const NEW: &str = include_str!("../../../skill-package/skill.json");

/// The version of the smart home protocol that the function speaks.
pub const PROTOCOL_VERSION: &str = "3";

/// What a skill must be allowed in order to tell Alexa of changes. A skill that has it is sent `AcceptGrant`.
pub const EVENTS_PERMISSION: &str = "alexa::async_event:write";

/// The locale whose texts the others begin with.
const FIRST_LOCALE: &str = "en-US";

/// A skill's manifest, as SMAPI takes and answers it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Manifest {
    manifest: Map<String, Json>,
}

/// Which function answers, and for whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoints {
    /// The function for all regions that have none of their own.
    pub default: FunctionArn,
    /// The functions of regions.
    pub regions: BTreeMap<Region, FunctionArn>,
}

impl Endpoints {
    /// The first function is the default one. There must be one.
    #[must_use]
    pub fn of(functions: BTreeMap<Region, FunctionArn>) -> Option<Self> {
        let default = functions.values().next()?.clone();
        let regions = if functions.len() == 1 {
            BTreeMap::new()
        } else {
            functions
        };
        Some(Self { default, regions })
    }
}

impl Manifest {
    /// The manifest of a new skill without an endpoint, in every locale of these regions.
    #[must_use]
    pub fn new(name: Option<&str>, regions: &[Region]) -> Self {
        // A test reads the file.
        let mut manifest: Self = serde_json::from_str(NEW).unwrap_or_else(|_| Self {
            manifest: Map::new(),
        });
        let mut locales = manifest.locale_texts();
        let mut texts = locales.shift_remove(FIRST_LOCALE).unwrap_or_default();
        if let (Some(name), Some(texts)) = (name, texts.as_object_mut()) {
            texts.insert("name".to_owned(), name.into());
        }
        for locale in regions.iter().flat_map(|region| region.locales()) {
            locales.insert((*locale).to_owned(), texts.clone());
        }
        manifest.set_locale_texts(locales);
        manifest
    }

    /// This manifest with the parts that make the skill work: nothing but the smart home API, these endpoints, the
    /// locales of these regions, and the permission to send events only where it is wanted.
    #[must_use]
    pub fn completed(&self, endpoints: &Endpoints, regions: &[Region], proactive: bool) -> Self {
        let mut manifest = self.clone();
        let mut smart_home = self.smart_home().cloned().unwrap_or_default();
        smart_home.insert("protocolVersion".to_owned(), PROTOCOL_VERSION.into());
        smart_home.insert("endpoint".to_owned(), json!({ "uri": endpoints.default }));
        let functions = endpoints
            .regions
            .iter()
            .map(|(region, arn)| (region.code().to_owned(), json!({"endpoint": {"uri": arn}})));
        let functions: Map<String, Json> = functions.collect();
        if functions.is_empty() {
            smart_home.shift_remove("regions");
        } else {
            smart_home.insert("regions".to_owned(), functions.into());
        }
        let apis = json!({ "smartHome": smart_home });
        manifest.manifest.insert("apis".to_owned(), apis);

        let mut permissions = self.permissions();
        permissions.retain(|permission| permission != EVENTS_PERMISSION);
        if proactive {
            permissions.push(EVENTS_PERMISSION.to_owned());
        }
        let permissions: Vec<Json> = permissions
            .into_iter()
            .map(|name| json!({ "name": name }))
            .collect();
        manifest
            .manifest
            .insert("permissions".to_owned(), permissions.into());

        let mut locales = manifest.locale_texts();
        let texts = locales
            .get(FIRST_LOCALE)
            .or_else(|| locales.values().next())
            .cloned();
        if let Some(texts) = texts {
            for locale in regions.iter().flat_map(|region| region.locales()) {
                locales.entry(*locale).or_insert_with(|| texts.clone());
            }
        }
        manifest.set_locale_texts(locales);
        manifest
    }

    /// This manifest with this name in every locale.
    #[must_use]
    pub fn called(&self, name: &str) -> Self {
        let mut manifest = self.clone();
        let mut locales = manifest.locale_texts();
        for texts in locales.values_mut().filter_map(Json::as_object_mut) {
            texts.insert("name".to_owned(), name.into());
        }
        manifest.set_locale_texts(locales);
        manifest
    }

    /// Whether it has this name in every locale.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let texts = self.locale_texts();
        let mut names = texts.values().map(|texts| texts.get("name"));
        names.all(|other| other.and_then(Json::as_str) == Some(name))
    }

    /// Where this manifest, which SMAPI answered, differs from what was wanted, in the parts that make the skill work.
    #[must_use]
    pub fn differences(&self, wanted: &Self) -> Vec<Difference> {
        let parts = |of: &Self| {
            json!({
                "apis": of.comparable_apis(),
                "permissions": of.permissions(),
                "locales": of.locales().collect::<Vec<_>>(),
            })
        };
        difference::between(&parts(self), &parts(wanted))
    }

    /// The APIs, with something in each: to Alexa one without fields is one, too.
    fn comparable_apis(&self) -> Json {
        let mut apis = self.manifest.get("apis").cloned().unwrap_or_default();
        for api in apis.as_object_mut().into_iter().flat_map(Map::values_mut) {
            if api.as_object().is_some_and(Map::is_empty) {
                *api = "without fields".into();
            }
        }
        apis
    }

    /// The APIs that the skill has; a smart home skill has `smartHome` and no other.
    pub fn apis(&self) -> impl Iterator<Item = &str> {
        let apis = self.manifest.get("apis").and_then(Json::as_object);
        apis.into_iter().flat_map(Map::keys).map(String::as_str)
    }

    fn smart_home(&self) -> Option<&Map<String, Json>> {
        self.manifest.get("apis")?.get("smartHome")?.as_object()
    }

    /// The version of the smart home protocol that Alexa is to speak.
    #[must_use]
    pub fn protocol_version(&self) -> Option<&str> {
        self.smart_home()?.get("protocolVersion")?.as_str()
    }

    /// The endpoint for a region: its own, or else the default.
    #[must_use]
    pub fn endpoint(&self, region: Option<Region>) -> Option<&str> {
        let smart_home = self.smart_home()?;
        let own = region.and_then(|region| smart_home.get("regions")?.get(region.code()));
        own.and_then(uri)
            .or_else(|| smart_home.get("endpoint")?.get("uri")?.as_str())
    }

    /// Every endpoint, each with the region that it is for.
    #[must_use]
    pub fn endpoints(&self) -> Vec<(Option<Region>, &str)> {
        let default = self.endpoint(None).map(|uri| (None, uri));
        let own = crate::region::REGIONS.into_iter().filter_map(|region| {
            let regions = self.smart_home()?.get("regions")?;
            Some((Some(region), uri(regions.get(region.code())?)?))
        });
        default.into_iter().chain(own).collect()
    }

    /// What the skill may do.
    #[must_use]
    pub fn permissions(&self) -> Vec<String> {
        let permissions = self.manifest.get("permissions").and_then(Json::as_array);
        let names = permissions
            .into_iter()
            .flatten()
            .filter_map(|permission| permission.get("name")?.as_str());
        names.map(str::to_owned).collect()
    }

    /// Whether the skill may tell Alexa of changes, and is sent `AcceptGrant`.
    #[must_use]
    pub fn sends_events(&self) -> bool {
        self.permissions()
            .iter()
            .any(|permission| permission == EVENTS_PERMISSION)
    }

    /// The locales in which the skill can be seen.
    pub fn locales(&self) -> impl Iterator<Item = &str> {
        let locales = self
            .manifest
            .get("publishingInformation")
            .and_then(|information| information.get("locales")?.as_object());
        locales.into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// What the skill is called in the app.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        let locales = self
            .manifest
            .get("publishingInformation")?
            .get("locales")?
            .as_object()?;
        let texts = locales
            .get(FIRST_LOCALE)
            .or_else(|| locales.values().next())?;
        texts.get("name")?.as_str()
    }

    fn locale_texts(&self) -> Map<String, Json> {
        let information = self.manifest.get("publishingInformation");
        let locales = information.and_then(|information| information.get("locales")?.as_object());
        locales.cloned().unwrap_or_default()
    }

    fn set_locale_texts(&mut self, locales: Map<String, Json>) {
        let information = self
            .manifest
            .entry("publishingInformation")
            .or_insert(Json::Null);
        match information.as_object_mut() {
            Some(information) => {
                information.insert("locales".to_owned(), locales.into());
            }
            None => *information = json!({ "locales": locales }),
        }
    }
}

/// The address in what has an endpoint.
fn uri(holder: &Json) -> Option<&str> {
    holder.get("endpoint")?.get("uri")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(region: Region) -> FunctionArn {
        let arn = format!("arn:aws:lambda:{region}:123456789012:function:skill:live");
        arn.parse().unwrap()
    }

    fn endpoints(regions: &[Region]) -> Endpoints {
        Endpoints::of(
            regions
                .iter()
                .map(|region| (*region, arn(*region)))
                .collect(),
        )
        .unwrap()
    }

    #[test]
    fn a_new_skill_has_no_endpoint_and_all_locales_of_its_regions() {
        let manifest = Manifest::new(Some("Workshop"), &[Region::Europe]);
        assert_eq!(manifest.endpoints(), []);
        assert_eq!(manifest.apis().collect::<Vec<_>>(), ["smartHome"]);
        assert_eq!(manifest.protocol_version(), Some("3"));
        assert!(!manifest.sends_events());
        assert!(
            manifest
                .locales()
                .eq(Region::Europe.locales().iter().copied())
        );
        assert_eq!(manifest.name(), Some("Workshop"));
        assert_eq!(
            Manifest::new(None, &[Region::NorthAmerica]).name(),
            Some("My Particle Home")
        );
    }

    #[test]
    fn completing_keeps_what_the_developer_wrote() {
        use Region::{Europe, FarEast, NorthAmerica};
        let mut written = Manifest::new(Some("Workshop"), &[NorthAmerica]);
        written.manifest.insert(
            "privacyAndCompliance".to_owned(),
            json!({"isExportCompliant": true}),
        );
        written.manifest["permissions"] = json!([{"name": "alexa::devices:all:address:full:read"}]);
        written.manifest["apis"] = json!({"custom": {}, "smartHome": {"supportedControls": {}}});

        let one = written.completed(&endpoints(&[NorthAmerica]), &[NorthAmerica], false);
        assert_eq!(one.apis().collect::<Vec<_>>(), ["smartHome"]);
        assert_eq!(one.endpoints(), [(None, arn(NorthAmerica).as_str())]);
        assert_eq!(one.endpoint(Some(Europe)), Some(arn(NorthAmerica).as_str()));
        assert_eq!(one.permissions(), ["alexa::devices:all:address:full:read"]);
        assert_eq!(
            one.manifest["privacyAndCompliance"]["isExportCompliant"],
            true
        );
        assert_eq!(one.name(), Some("Workshop"));

        let all = one.completed(
            &endpoints(&[NorthAmerica, Europe, FarEast]),
            &[Europe, FarEast],
            true,
        );
        assert!(all.sends_events());
        assert_eq!(all.endpoint(None), Some(arn(NorthAmerica).as_str()));
        assert_eq!(all.endpoint(Some(FarEast)), Some(arn(FarEast).as_str()));
        assert_eq!(all.endpoints().len(), 4);
        assert_eq!(all.locales().count(), 17);
        // And back.
        let back = all.completed(&endpoints(&[NorthAmerica]), &[NorthAmerica], false);
        assert_eq!(back.endpoints(), one.endpoints());
        assert!(!back.sends_events());
    }

    #[test]
    fn a_name_is_given_in_every_locale() {
        let regions = [Region::NorthAmerica, Region::Europe];
        let manifest = Manifest::new(Some("Mine"), &regions);
        let called = manifest.called("The Shed");
        assert_eq!(called.name(), Some("The Shed"));
        assert!(called.is_called("The Shed") && !manifest.is_called("The Shed"));
        assert_eq!(called.called("Mine"), manifest);
        // One locale that has another is enough.
        let mut half = serde_json::to_value(&called).unwrap();
        half["manifest"]["publishingInformation"]["locales"]["en-CA"]["name"] = "Else".into();
        let half: Manifest = serde_json::from_value(half).unwrap();
        assert!(!half.is_called("The Shed"));
        assert_eq!(half.called("The Shed"), called);
    }

    #[test]
    fn differences_are_those_that_keep_the_skill_from_working() {
        let regions = [Region::NorthAmerica];
        let wanted = Manifest::new(None, &regions).completed(&endpoints(&regions), &regions, true);
        let mut seen = wanted.clone();
        seen.manifest["publishingInformation"]["locales"]["en-US"]["name"] = "Renamed".into();
        seen.manifest.insert("events".to_owned(), json!({}));
        assert_eq!(seen.differences(&wanted), []);
        seen.manifest["apis"]["custom"] = json!({"endpoint": {"uri": "x"}});
        seen.manifest["apis"]["music"] = json!({});
        seen.manifest["permissions"] = json!([]);
        seen.manifest["apis"]["smartHome"]["endpoint"]["uri"] = "other".into();
        let told: Vec<String> = seen
            .differences(&wanted)
            .iter()
            .map(|difference| difference.field.clone())
            .collect();
        assert_eq!(
            told,
            [
                "apis.smartHome.endpoint.uri",
                "apis.custom.endpoint.uri",
                "apis.music",
                "permissions"
            ]
        );
    }
}
