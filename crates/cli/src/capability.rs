//! One capability of an endpoint, as discovery describes it.

use alexa_for_particle::label::asset;
use serde::Deserialize;
use serde_json::Value as Json;

/// One entry of an endpoint's `capabilities`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Capability {
    pub(crate) interface: String,
    /// Tells the generic controllers of an endpoint apart.
    pub(crate) instance: Option<String>,
    /// All that differs from interface to interface.
    #[serde(flatten)]
    details: Json,
    /// What stands behind it, as far as that is known.
    #[serde(skip)]
    binding: Json,
}

impl Capability {
    /// What stands at a JSON pointer.
    pub(crate) fn at(&self, pointer: &str) -> Option<&Json> {
        self.details.pointer(pointer)
    }

    /// The items of a list; none where there is no such list.
    pub(crate) fn list(&self, pointer: &str) -> impl Iterator<Item = &Json> {
        self.at(pointer)
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
    }

    /// The texts under a key of the items of a list.
    pub(crate) fn texts(&self, pointer: &str, key: &str) -> Vec<String> {
        self.list(pointer)
            .filter_map(|item| Some(item.get(key)?.as_str()?.to_owned()))
            .collect()
    }

    pub(crate) fn is_set(&self, pointer: &str) -> bool {
        self.at(pointer).and_then(Json::as_bool).unwrap_or_default()
    }

    /// Whether the interface has this property on the endpoint: Alexa commands no other.
    pub(crate) fn supports(&self, property: &str) -> bool {
        self.list("/properties/supported")
            .any(|own| own.get("name").is_some_and(|name| name == property))
    }

    /// Whether a state report tells its properties, so that there is something to ask for and to start from.
    pub(crate) fn is_told(&self) -> bool {
        self.is_set("/properties/retrievable")
    }

    /// Takes note of what stands behind it.
    pub(crate) fn bind(&mut self, binding: Json) {
        self.binding = binding;
    }

    /// What a description would say at a JSON pointer of what stands behind it.
    pub(crate) fn binding(&self, pointer: &str) -> Option<&Json> {
        self.binding.pointer(pointer)
    }

    /// What the capability itself is called, beside its endpoint.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.at("/capabilityResources"))
    }

    /// The directive that the endpoint's semantics map an action to: its name and its payload.
    pub(crate) fn mapped_directive(&self, action: &str) -> Option<(&str, &Json)> {
        let mapping = self.mapping("/semantics/actionMappings", "actions", action)?;
        let directive = mapping.get("directive")?;
        Some((
            directive.get("name")?.as_str()?,
            directive.get("payload").unwrap_or(&Json::Null),
        ))
    }

    /// Whether the semantics know this state.
    pub(crate) fn maps_state(&self, state: &str) -> bool {
        self.mapping("/semantics/stateMappings", "states", state)
            .is_some()
    }

    /// Whether the semantics map a state to this value, or `None` where they say nothing of the state.
    pub(crate) fn is_in_state(&self, state: &str, value: &Json) -> Option<bool> {
        let mapping = self.mapping("/semantics/stateMappings", "states", state)?;
        if let Some(mapped) = mapping.get("value") {
            return Some(mapped == value);
        }
        let limit = |key| mapping.get("range")?.get(key)?.as_f64();
        let value = value.as_f64()?;
        Some(limit("minimumValue")? <= value && value <= limit("maximumValue")?)
    }

    fn mapping(&self, pointer: &str, key: &str, wanted: &str) -> Option<&Json> {
        self.list(pointer).find(|mapping| {
            mapping
                .get(key)
                .and_then(Json::as_array)
                .is_some_and(|all| all.iter().any(|one| one == wanted))
        })
    }
}

/// The names in `capabilityResources` and its like: in English where there is English, and each once.
pub(crate) fn names(resources: Option<&Json>) -> Vec<String> {
    let all = resources
        .and_then(|resources| resources.get("friendlyNames"))
        .and_then(Json::as_array);
    let mut english = Vec::new();
    let mut foreign = Vec::new();
    for name in all.into_iter().flatten() {
        let text = |pointer| name.pointer(pointer).and_then(Json::as_str);
        if let Some(id) = text("/value/assetId") {
            for words in asset::spoken(id) {
                english.push((*words).to_owned());
                // "The fan speed" is the speed of what is called "fan".
                if *words == "fan speed" {
                    english.push("speed".to_owned());
                }
            }
        } else if let Some(words) = text("/value/text") {
            let locale = text("/value/locale").unwrap_or("en");
            let list = if locale.starts_with("en") {
                &mut english
            } else {
                &mut foreign
            };
            list.push(words.to_lowercase());
        }
    }
    let mut names = if english.is_empty() { foreign } else { english };
    let mut seen = Vec::new();
    names.retain(|name| {
        let is_new = !seen.contains(name);
        seen.push(name.clone());
        is_new
    });
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Capability, names};

    #[test]
    fn names_are_english_where_there_is_english() {
        let text = |text: &str, locale: &str| json!({ "@type": "text", "value": { "text": text, "locale": locale } });
        let asset = |id: &str| json!({ "@type": "asset", "value": { "assetId": id } });
        for (all, expected) in [
            (
                json!([
                    text("Drehzahl", "de-DE"),
                    text("Speed", "en-US"),
                    text("speed", "en-GB")
                ]),
                "speed",
            ),
            (json!([text("Drehzahl", "de-DE")]), "drehzahl"),
            (
                json!([asset("Alexa.Setting.FanSpeed"), text("pace", "en-US")]),
                "fan speed, speed, airflow speed, wind speed, air speed, air velocity, pace",
            ),
            (json!([asset("Alexa.Value.Maximum")]), "maximum, max"),
            (json!([]), ""),
        ] {
            let resources = json!({ "friendlyNames": all });
            assert_eq!(names(Some(&resources)).join(", "), expected, "{all}");
        }
        assert!(names(None).is_empty());
    }

    #[test]
    fn a_state_is_a_value_or_a_range() {
        let blind: Capability = serde_json::from_value(json!({
            "interface": "Alexa.RangeController",
            "instance": "Blind.Lift",
            "semantics": { "stateMappings": [
                { "@type": "StatesToValue", "states": ["Alexa.States.Closed"], "value": 0 },
                { "@type": "StatesToRange", "states": ["Alexa.States.Open"],
                  "range": { "minimumValue": 1, "maximumValue": 100 } },
            ] },
        }))
        .unwrap();
        for (state, value, expected) in [
            ("Alexa.States.Closed", 0, Some(true)),
            ("Alexa.States.Closed", 1, Some(false)),
            ("Alexa.States.Open", 0, Some(false)),
            ("Alexa.States.Open", 1, Some(true)),
            ("Alexa.States.Open", 100, Some(true)),
            ("Alexa.States.EcoOn", 1, None),
        ] {
            assert_eq!(
                blind.is_in_state(state, &json!(value)),
                expected,
                "{state} {value}"
            );
        }
    }
}
