//! Profiles: descriptions for fleets, deployed with the skill, for devices whose firmware and notes say nothing.
//!
//! ```toml
//! [[profile]]
//! name = "relay boards"         # for messages
//! product = [12345, 12346]      # what a device must be, or have; all of it
//! platform = "boron"
//! device = "relay-*"            # its name, where * stands for anything
//! group = "workshop"
//! functions = ["relay"]
//! variables = ["relay0"]
//!
//! [[profile.alexa]]             # an endpoint, as in a device's notes
//! name = "Relay"
//! power = { function = "relay", on = "0=1", off = "0=0", variable = "relay0" }
//! ```
//!
//! The first profile that suits a device counts.

use toml::Spanned;
use toml::de::DeValue;

use crate::description::{Description, Mistake, Text};
use crate::language::{self, Fields, Key, OneOrMore, Read as _, fields, read_as};
use crate::lenient::{PARTS, same_name};
use crate::particle::{Device, platform};
use crate::suggestion::nearest;

/// The profiles in `devices.toml` at the root of this project, which are part of the program.
pub const DEPLOYED: &str = include_str!("../devices.toml");

/// The profiles of one file.
#[derive(Debug, Default)]
pub struct Profiles {
    text: &'static str,
    profiles: Vec<Profile>,
    /// What is wrong with the file, by place. A profile with a mistake in what it suits is left out; mistakes in its
    /// endpoints are told again for each device that it suits.
    pub mistakes: Vec<Mistake>,
}

/// One profile.
#[derive(Debug)]
struct Profile {
    suits: Suits,
    /// What stands under `alexa`.
    endpoints: Spanned<DeValue<'static>>,
}

/// What a device must be, or have.
#[derive(Debug, Default)]
struct Suits {
    name: Option<String>,
    product: OneOrMore<i64>,
    platform: OneOrMore<Platform>,
    device: OneOrMore<String>,
    group: OneOrMore<String>,
    functions: OneOrMore<String>,
    variables: OneOrMore<String>,
}

/// A platform by its name.
#[derive(Clone, Debug, PartialEq)]
struct Platform(String);

const PROFILE: &str = "profile";
const ALEXA: &str = "alexa";

impl Fields for Suits {
    fields! {
        "name" => name: "what the profile is called in messages";
        "product" => product: "the number of the product, or a list";
        "platform" => platform: "the platform, such as \"photon2\", or a list";
        "device" => device: "the name of the device, where * stands for anything, or a list";
        "group" => group: "a group of the product that the device is in, or a list";
        "functions" => functions: "functions that it has, all of them";
        "variables" => variables: "variables that it has, all of them";
    }
}

/// What a profile can ask of a device.
pub(crate) fn keys() -> Vec<Key> {
    Suits::documented()
}

impl Profiles {
    /// Reads the text of a file; there is one in a process, and it stays as long.
    #[must_use]
    pub fn read(whole: &'static str) -> Self {
        let mut read = Self {
            text: whole,
            ..Self::default()
        };
        let mut text = Text::new(whole, 0);
        let mut described = Vec::new();
        for (key, value) in text.parse(whole) {
            match value.into_inner() {
                DeValue::Array(profiles) if key.get_ref() == PROFILE => {
                    for (suits, endpoints) in profiles
                        .into_iter()
                        .filter_map(|profile| profile_of(profile, &mut text))
                    {
                        described.push(endpoints.clone());
                        read.profiles
                            .extend(suits.map(|suits| Profile { suits, endpoints }));
                    }
                }
                _ => {
                    let message = format!(
                        "unknown table `{}`; the file consists of [[{PROFILE}]] tables",
                        key.get_ref()
                    );
                    text.mistake(key.span(), &message);
                }
            }
        }
        read.mistakes = text.into_mistakes();
        for endpoints in described {
            read.mistakes.extend(read.describe(endpoints).mistakes);
        }
        read.mistakes
            .sort_by_key(|mistake| (mistake.line, mistake.column));
        read
    }

    /// What the first profile that suits a device says of it, after the name of the profile.
    pub(crate) fn of(&self, device: &Device) -> Option<(Option<&str>, Description)> {
        let profile = self
            .profiles
            .iter()
            .find(|profile| profile.suits.suits(device))?;
        Some((
            profile.suits.name.as_deref(),
            self.describe(profile.endpoints.clone()),
        ))
    }

    /// How many profiles there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.profiles.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.profiles.is_empty()
    }

    fn describe(&self, endpoints: Spanned<DeValue<'static>>) -> Description {
        Text::new(self.text, 0).description([endpoints])
    }
}

/// Reads one profile: what it suits, if that has no mistake, and what stands under `alexa`.
fn profile_of(
    value: Spanned<DeValue<'static>>,
    text: &mut Text<'_>,
) -> Option<(Option<Suits>, Spanned<DeValue<'static>>)> {
    let place = value.span();
    let DeValue::Table(mut table) = value.into_inner() else {
        text.mistake(place, "a profile is a table: [[profile]]");
        return None;
    };
    let endpoints = table.remove(ALEXA);
    if endpoints.is_none() {
        let message = "the profile says nothing yet; give it endpoints: [[profile.alexa]]";
        text.mistake(place.clone(), message);
    }
    let suits = Spanned::new(place, DeValue::Table(table));
    let suits = text.understand(suits, Suits::read);
    Some((suits, endpoints?))
}

impl Suits {
    fn suits(&self, device: &Device) -> bool {
        fn any<T>(wanted: &OneOrMore<T>, is: impl Fn(&T) -> bool) -> bool {
            wanted.is_empty() || wanted.0.iter().any(is)
        }
        let name = device.name.as_deref().unwrap_or_default();
        any(&self.product, |product| device.product_id == Some(*product))
            && any(&self.platform, |Platform(platform)| {
                device.platform() == *platform
            })
            && any(&self.device, |pattern| matches(pattern, name))
            && any(&self.group, |group| {
                device.groups.iter().flatten().any(|own| own == group)
            })
            && self
                .functions
                .0
                .iter()
                .all(|function| device.has_function(function))
            && self
                .variables
                .0
                .iter()
                .all(|variable| device.has_variable(variable))
    }
}

/// Whether a pattern fits a name, both in any case; `*` stands for any characters, also none.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(place) => rest = rest.get(place + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

read_as! { Platform: String }

impl TryFrom<String> for Platform {
    type Error = String;

    /// The name of the platform, whatever its case and blanks: `photon2` is the Photon 2.
    fn try_from(written: String) -> Result<Self, String> {
        let found = names().find(|name| same_name(name, &written));
        found.map(|name| Self(name.to_owned())).ok_or_else(|| {
            let words: Vec<_> = words().collect();
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            format!("unknown platform `{written}`{}", nearest(&written, &words))
        })
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    platform::NAMES.iter().map(|(_, name)| *name)
}

/// The names as one writes them: `photon2`.
fn words() -> impl Iterator<Item = String> {
    names().map(|name| name.to_lowercase().replace(PARTS, ""))
}

impl language::Schema for Platform {
    fn schema() -> serde_json::Value {
        let words: Vec<_> = words().collect();
        language::schema_of_names(words.iter().map(String::as_str), [])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deployed_profiles_have_no_mistake() {
        assert_eq!(Profiles::read(DEPLOYED).mistakes, []);
    }

    #[test]
    fn a_pattern_fits_whole_names() {
        for (pattern, name, fits) in [
            ("relay", "relay", true),
            ("relay", "relays", false),
            ("Relay-*", "relay-7", true),
            ("*", "", true),
            ("*-7", "relay-7", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
            ("ab*ba", "aba", false),
            ("**x", "x", true),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn each_mistake_is_shown_where_it_is() {
        const POWER: &str = "[[profile.alexa]]\npower = \"led\"\n";
        for (text, expected) in [
            ("[[profiles]]\n", "line 1, column 3: unknown table `profiles`; the file consists of [[profile]] tables".to_owned()),
            ("[[profile]]\nname = \"x\"", "line 1, column 1: the profile says nothing yet; give it endpoints: [[profile.alexa]]".to_owned()),
            (&format!("[[profile]]\nprodcut = 1\n{POWER}"), "line 2, column 1: unknown key `prodcut`; did you mean `product`?".to_owned()),
            (&format!("[[profile]]\nplatform = \"photon3\"\n{POWER}"), "line 2, column 12: unknown platform `photon3`; did you mean `photon`?".to_owned()),
            (&format!("[[profile]]\nplatform = \"photon3\"\nprodcut = 1\n{POWER}"), "line 2, column 12: unknown platform `photon3`; did you mean `photon`?\nline 3, column 1: unknown key `prodcut`".to_owned()),
            ("[[profile]]\n[[profile.alexa]]\npowre = \"led\"\n", "line 3, column 1: unknown key `powre`; did you mean `power`?".to_owned()),
            ("[[profile]]\nplattform = \"argon\"\n", "line 1, column 1: the profile says nothing yet; give it endpoints: [[profile.alexa]]\nline 2, column 1: unknown key `plattform`".to_owned()),
            ("[[profile]]\nplattform = \"argon\"\n[[profile.alexa]]\npowr = \"led\"\n", "line 2, column 1: unknown key `plattform`; did you mean `platform`?\nline 4, column 1: unknown key `powr`".to_owned()),
            ("[[profile]]\nx = \n", "line 2, column 5".to_owned()),
        ] {
            let told: Vec<_> = Profiles::read(text.to_owned().leak()).mistakes.iter().map(ToString::to_string).collect();
            assert!(told.join("\n").starts_with(&expected), "{text}\n{told:?}");
        }
    }

    #[test]
    fn all_that_is_asked_of_a_device_must_hold() {
        let device: Device = serde_json::from_str(
            r#"{"id":"0123456789abcdef01234567","name":"Relay-7","product_id":12345,"platform_id":13,"groups":["workshop"],"functions":["relay"],"variables":{"relay0":"int32"}}"#,
        )
        .unwrap();
        for (suits, fits) in [
            ("", true),
            ("product = 12345", true),
            (
                "product = [1, 12345]\nplatform = \"boron\"\ndevice = \"relay-*\"\ngroup = \"workshop\"\nfunctions = \"relay\"\nvariables = [\"relay0\"]",
                true,
            ),
            ("product = 1", false),
            ("platform = [\"argon\", \"photon 2\"]", false),
            ("device = \"lamp*\"", false),
            ("group = \"garden\"", false),
            ("functions = [\"relay\", \"led\"]", false),
            ("variables = \"relay1\"", false),
        ] {
            let text = format!("[[profile]]\n{suits}\n[[profile.alexa]]\npower = \"led\"\n");
            let profiles = Profiles::read(text.clone().leak());
            assert_eq!(profiles.mistakes, [], "{text}");
            assert_eq!(profiles.of(&device).is_some(), fits, "{text}");
        }
    }
}
