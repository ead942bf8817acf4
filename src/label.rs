//! What one calls a controller, a mode or a preset: Alexa's [resources and assets].
//!
//! A description writes one name or a list, in the language of the endpoint, or a table of lists by locale. A name such as
//! `Alexa.Setting.FanSpeed` is one of Alexa's assets, which she knows in all languages.
//!
//! [resources and assets]: https://developer.amazon.com/docs/device-apis/resources-and-assets.html

use std::collections::HashSet;
use std::fmt;

use indexmap::IndexMap;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value as Json, json};

use crate::language::{OneOrMore, Schema};
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
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Name(String);

/// A language, or a language of one country: what names are written in.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub struct Locale(String);

/// The [locales of smart home skills].
///
/// [locales of smart home skills]: https://developer.amazon.com/docs/smarthome/develop-smart-home-skills-in-multiple-languages.html
const LOCALES: [&str; 17] = [
    "en-US", "en-GB", "en-CA", "en-AU", "en-IN", "ar-SA", "de-DE", "es-ES", "es-MX", "es-US",
    "fr-CA", "fr-FR", "hi-IN", "it-IT", "ja-JP", "nl-NL", "pt-BR",
];

/// What Alexa keeps for herself: a controller with such a name is refused.
const RESERVED: [&str; 24] = [
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
    "way f.m.",
    "way f. m.",
];

/// With which the names of Alexa's assets begin.
const ASSET: &str = "Alexa.";

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
        let reserved = |name: &&Name| RESERVED.contains(&name.0.to_lowercase().as_str());
        self.all()
            .into_iter()
            .find(reserved)
            .map(|name| name.0.as_str())
    }

    /// What is wrong with several things of one controller of which two are called the same.
    pub(crate) fn said_twice<'a>(things: impl IntoIterator<Item = &'a Self>) -> Option<String> {
        let mut known = HashSet::new();
        for names in things {
            let own: HashSet<_> = names
                .all()
                .iter()
                .map(|name| name.0.to_lowercase())
                .collect();
            if let Some(name) = own.intersection(&known).next() {
                return Some(format!("\"{name}\" cannot be the name of two"));
            }
            known.extend(own);
        }
        None
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

    /// The names as `friendlyNames` of a resource.
    #[must_use]
    pub fn resources(&self, language: &Locale) -> Json {
        let mut names = Vec::new();
        let mut add = |locale: &Locale, listed: &OneOrMore<Name>| {
            for name in &listed.0 {
                if name.is_asset() {
                    names.push(json!({ "@type": "asset", "value": { "assetId": name.0 } }));
                } else {
                    let text = |locale| json!({ "@type": "text", "value": { "text": name.0, "locale": locale } });
                    names.extend(locale.all().map(text));
                }
            }
        };
        match &self.0 {
            ByLocale::Own(names) => add(language, names),
            ByLocale::Each(names) => names.iter().for_each(|(locale, names)| add(locale, names)),
        }
        json!({ "friendlyNames": names })
    }
}

impl Default for ByLocale {
    fn default() -> Self {
        Self::Own(OneOrMore::default())
    }
}

impl Name {
    fn is_asset(&self) -> bool {
        self.0.starts_with(ASSET)
    }
}

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

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamesVisitor;

        impl<'de> serde::de::Visitor<'de> for NamesVisitor {
            type Value = Names;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a name, a list of names, or a table of names by locale")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Names, E> {
                let name = Name::try_from(name.to_owned()).map_err(E::custom)?;
                Ok(Names(ByLocale::Own(OneOrMore(vec![name]))))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut items: A,
            ) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = items.next_element()? {
                    names.push(name);
                }
                Ok(Names(ByLocale::Own(OneOrMore(names))))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Names, A::Error> {
                let mut names = IndexMap::new();
                while let Some((locale, listed)) = map.next_entry()? {
                    names.insert(locale, listed);
                }
                if names.is_empty() {
                    return Err(A::Error::custom("it names nothing"));
                }
                Ok(Names(ByLocale::Each(names)))
            }
        }

        deserializer.deserialize_any(NamesVisitor)
    }
}

impl Schema for Names {
    fn schema() -> Json {
        let names = OneOrMore::<String>::schema();
        json!({ "anyOf": [
            names,
            { "type": "object", "propertyNames": { "enum": Locale::known() }, "additionalProperties": names },
        ] })
    }
}

impl Schema for Locale {
    fn schema() -> Json {
        json!({ "enum": Self::known() })
    }
}
