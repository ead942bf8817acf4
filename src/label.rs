//! What one calls a controller, a mode or a preset: Alexa's [resources and assets].
//!
//! A description writes one name or a list, in the language of the endpoint, or a table of lists by locale. A name such as
//! `Alexa.Setting.FanSpeed` is one of Alexa's assets, which she knows in all languages.
//!
//! [resources and assets]: https://developer.amazon.com/docs/device-apis/resources-and-assets.html

pub mod asset;

use std::collections::HashSet;
use std::fmt;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::language::{
    Content, Node, OneOrMore, Read, Schema, Unsuitable, read_as, schema_of_names,
};
use crate::suggestion::nearest;

/// The names of one thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Names(ByLocale);

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum ByLocale {
    /// In the language of the endpoint.
    Own(OneOrMore<Name>),
    /// In these.
    Each(IndexMap<Locale, OneOrMore<Name>>),
}

/// One name, or one of Alexa's assets.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize)]
pub(crate) struct Name(String);

/// A language, or a language of one country: what names are written in.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize)]
pub struct Locale(String);

/// The [locales of smart home skills].
///
/// [locales of smart home skills]: https://developer.amazon.com/docs/smarthome/develop-smart-home-skills-in-multiple-languages.html
const LOCALES: [&str; 17] = [
    "en-US", "en-GB", "en-CA", "en-AU", "en-IN", "ar-SA", "de-DE", "es-ES", "es-MX", "es-US",
    "fr-CA", "fr-FR", "hi-IN", "it-IT", "ja-JP", "nl-NL", "pt-BR",
];

/// What Alexa keeps for herself: a controller with such a name is refused.
const RESERVED: [&str; 22] = [
    "alarm",
    "alarms",
    "all alarms",
    "away mode",
    "bass",
    "camera",
    "date",
    "date today",
    "day",
    "do not disturb",
    "drop in",
    "music",
    "night light",
    "notification",
    "playing",
    "sleep sounds",
    "time",
    "timer",
    "today in music",
    "treble",
    "volume",
    "way f m",
];

/// What wakes Alexa.
pub(crate) const WAKE_WORDS: [&str; 5] = ["alexa", "amazon", "computer", "echo", "ziggy"];

const MAXIMUM_CHARACTERS: usize = crate::alexa::discovery::MAXIMUM_NAME_CHARACTERS;

impl Names {
    /// One name in the language of the endpoint.
    #[must_use]
    pub(crate) fn one(name: Name) -> Self {
        Self(ByLocale::Own(OneOrMore(vec![name])))
    }

    /// All of them, in whichever language.
    fn all(&self) -> Vec<&Name> {
        match &self.0 {
            ByLocale::Own(names) => names.0.iter().collect(),
            ByLocale::Each(names) => names.values().flat_map(|names| &names.0).collect(),
        }
    }

    /// The first that Alexa keeps for herself, and takes for no controller.
    pub(crate) fn reserved(&self) -> Option<&str> {
        let reserved = |name: &&Name| {
            let letters = name.0.to_lowercase();
            let words = letters.split(|letter: char| !letter.is_alphanumeric());
            let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
            let words = words.join(" ");
            RESERVED
                .iter()
                .chain(&WAKE_WORDS)
                .any(|word| *word == words)
        };
        self.all()
            .into_iter()
            .find(reserved)
            .map(|name| name.0.as_str())
    }

    /// What is wrong with several things of one controller of which two are called the same.
    pub(crate) fn said_twice<'a>(things: impl IntoIterator<Item = &'a Self>) -> Option<String> {
        let spoken = |names: &Self| names.all().into_iter().flat_map(Name::spoken).collect();
        name_of_two(things.into_iter().map(spoken))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            ByLocale::Own(names) => names.is_empty(),
            ByLocale::Each(names) => names.values().all(OneOrMore::is_empty),
        }
    }

    /// The first name that is none of Alexa's assets, or else the last part of the first asset: `FanSpeed`.
    #[must_use]
    pub fn first(&self) -> Option<&str> {
        let all = self.all();
        let text = all
            .iter()
            .find(|name| !name.is_asset())
            .map(|Name(name)| name.as_str());
        text.or_else(|| all.first()?.0.rsplit('.').next())
    }

    /// The names as `friendlyNames` of a resource, without those that an asset among them says already.
    #[must_use]
    pub fn resources(&self, language: &Locale) -> Json {
        let mut names = Vec::new();
        let assets = self.all().into_iter().filter(|name| name.is_asset());
        let said: HashSet<_> = assets.flat_map(Name::spoken).collect();
        let mut add = |locale: &Locale, listed: &OneOrMore<Name>| {
            for name in &listed.0 {
                if name.is_asset() {
                    names.push(json!({ "@type": "asset", "value": { "assetId": name.0 } }));
                } else {
                    let text = |locale| json!({ "@type": "text", "value": { "text": name.0, "locale": locale } });
                    let said = said.contains(&name.0.to_lowercase());
                    let is_new = |locale: &&str| !(said && locale.starts_with("en"));
                    names.extend(locale.all().filter(is_new).map(text));
                }
            }
        };
        match &self.0 {
            ByLocale::Own(names) => add(language, names),
            ByLocale::Each(names) => names.iter().for_each(|(locale, names)| add(locale, names)),
        }
        let mut told = HashSet::new();
        names.retain(|name| told.insert(name.to_string().to_lowercase()));
        json!({ "friendlyNames": names })
    }
}

/// What is wrong with several things, each with all it is called in lower case, of which two are called the same.
pub(crate) fn name_of_two(things: impl Iterator<Item = HashSet<String>>) -> Option<String> {
    let mut known = HashSet::new();
    for own in things {
        if let Some(name) = own.intersection(&known).next() {
            return Some(format!("\"{name}\" cannot be the name of two"));
        }
        known.extend(own);
    }
    None
}

impl Default for ByLocale {
    fn default() -> Self {
        Self::Own(OneOrMore::default())
    }
}

impl Name {
    /// The name itself.
    pub(crate) fn into_text(self) -> String {
        self.0
    }

    fn is_asset(&self) -> bool {
        asset::is_asset(&self.0)
    }

    /// What one says for it, in lower case.
    fn spoken(&self) -> Vec<String> {
        match asset::spoken(&self.0) {
            [] => vec![self.0.to_lowercase()],
            spoken => spoken.iter().map(|&words| words.to_owned()).collect(),
        }
    }
}

read_as! { Name: String }

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let name = name.trim();
        let length = name.chars().count();
        if !name.chars().any(char::is_alphanumeric) {
            Err("a name needs a letter or digit that can be said".to_owned())
        } else if length > MAXIMUM_CHARACTERS {
            Err(format!(
                "the name has {length} characters; Alexa takes {MAXIMUM_CHARACTERS}"
            ))
        } else if let Some(problem) = asset::problem(name) {
            Err(problem)
        } else {
            Ok(Self(name.to_owned()))
        }
    }
}

impl Locale {
    /// The locales of the language, or the one.
    fn all(&self) -> impl Iterator<Item = &'static str> {
        let matches = |locale: &&str| {
            locale.eq_ignore_ascii_case(&self.0)
                || locale
                    .split_once('-')
                    .is_some_and(|(language, _)| language.eq_ignore_ascii_case(&self.0))
        };
        LOCALES.into_iter().filter(move |locale| matches(locale))
    }

    /// Every locale, and every language without a country.
    fn known() -> Vec<&'static str> {
        let languages = LOCALES
            .iter()
            .filter_map(|locale| Some(locale.split_once('-')?.0));
        let mut known: Vec<_> = LOCALES.into_iter().chain(languages).collect();
        known.sort_unstable();
        known.dedup();
        known
    }
}

impl Default for Locale {
    /// English, wherever it is spoken.
    fn default() -> Self {
        Self("en".to_owned())
    }
}

read_as! { Locale: String }

impl TryFrom<String> for Locale {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let locale = Self(written);
        if locale.all().next().is_some() {
            Ok(locale)
        } else {
            let Self(written) = locale;
            let suggestion = nearest(&written, &Self::known());
            Err(format!("unknown locale `{written}`{suggestion}"))
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Read for Names {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        let names = match node.content {
            Content::String(_) => ByLocale::Own(OneOrMore(vec![Name::read(node)?])),
            Content::Array(_) => ByLocale::Own(OneOrMore::read(node)?),
            Content::Table(entries) if entries.is_empty() => {
                return Err(Unsuitable::new("it names nothing"));
            }
            Content::Table(_) => ByLocale::Each(IndexMap::read(node)?),
            _ => {
                let wanted = "a name, a list of names, or a table of names by locale";
                return Err(node.instead_of(wanted));
            }
        };
        Ok(Self(names))
    }
}

impl Schema for Names {
    fn schema() -> Json {
        let names = OneOrMore::<String>::schema();
        json!({ "anyOf": [
            names,
            { "type": "object", "propertyNames": Locale::schema(), "additionalProperties": names },
        ] })
    }
}

impl Schema for Locale {
    fn schema() -> Json {
        schema_of_names(Self::known(), [])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(written: &Json) -> Result<Names, String> {
        crate::language::from_json(written.clone()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_alexa_has_no_name_for_is_told() {
        let fan_speed = json!(["Alexa.Setting.Fanspeed"]);
        assert_eq!(
            names(&fan_speed).unwrap_err(),
            "Alexa has no name `Alexa.Setting.Fanspeed`; did you mean `Alexa.Setting.FanSpeed`?"
        );
    }

    #[test]
    fn a_name_that_an_asset_says_is_not_told_twice() {
        let told = |written: &Json| {
            let resources = names(written).unwrap().resources(&Locale::default());
            let names = resources["friendlyNames"].as_array().unwrap().clone();
            let value = |name: &Json, key: &str| name["value"][key].as_str().map(str::to_owned);
            let all = names
                .iter()
                .filter_map(|name| value(name, "assetId").or_else(|| value(name, "text")));
            let mut all: Vec<_> = all.collect();
            all.dedup();
            all.join(", ")
        };
        for (written, expected) in [
            (
                json!(["Alexa.Setting.FanSpeed", "Wind speed", "pace"]),
                "Alexa.Setting.FanSpeed, pace",
            ),
            (
                json!({ "en": ["heat", "Alexa.Setting.Heat"], "de": "Heat" }),
                "Alexa.Setting.Heat, Heat",
            ),
            (json!("heat"), "heat"),
        ] {
            assert_eq!(told(&written), expected, "{written}");
        }
    }

    #[test]
    fn what_alexa_keeps_for_herself_is_found_however_it_is_written() {
        for name in [
            "night light",
            "Night  Light",
            "night-light",
            " volume ",
            "Way F.M.",
            "way f. m.",
            "echo",
            "Alexa",
        ] {
            let names = names(&json!(["speed", name])).unwrap();
            assert_eq!(names.reserved(), Some(name.trim()), "{name}");
        }
        for name in ["night lights", "echo chamber", "nightlight", "way"] {
            assert_eq!(names(&json!(name)).unwrap().reserved(), None, "{name}");
        }
    }

    #[test]
    fn a_name_is_told_once_in_each_locale() {
        for (written, expected) in [
            (json!(["speed", "Speed", "pace"]), 10),
            (json!({ "en": "speed", "en-US": ["Speed"] }), 5),
            (json!(["Alexa.Setting.Heat", "Alexa.Setting.Heat"]), 1),
            (json!({ "en": "heat", "de": "heat" }), 6),
        ] {
            let resources = names(&written).unwrap().resources(&Locale::default());
            let told = resources["friendlyNames"].as_array().unwrap().len();
            assert_eq!(told, expected, "{written}");
        }
    }

    #[test]
    fn an_asset_and_its_words_are_one_name() {
        let [asset, words, other] = [json!("Alexa.Value.Maximum"), json!("Max"), json!("most")]
            .map(|name| names(&name).unwrap());
        let twice = Names::said_twice([&asset, &words]);
        assert_eq!(twice.unwrap(), "\"max\" cannot be the name of two");
        assert_eq!(Names::said_twice([&asset, &other]), None);
    }
}
