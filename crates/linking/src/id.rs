//! The names that Amazon, AWS and Particle give to things, and how a mistaken one is told.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::region::Region;

/// A text that is no name of its kind; tells what such a name looks like.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is no {kind}: {shape}")]
pub struct InvalidId {
    text: String,
    kind: &'static str,
    shape: &'static str,
}

/// A text as it may be told: of one that may be a secret, its end alone. People put a token where a name belongs.
///
/// Tokens and secrets of Particle's are 40 hexadecimal digits, and those of Amazon's begin as they do.
#[must_use]
pub fn shown(text: &str) -> String {
    let is_hex = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let marks = ["eyJ", "Atza|", "Atzr|", "amzn1.oa2-cs."];
    if is_hex || marks.iter().any(|mark| text.starts_with(mark)) {
        tail(text)
    } else {
        text.to_owned()
    }
}

/// The end of something that is not told.
pub(crate) fn tail(text: &str) -> String {
    let start = text
        .char_indices()
        .rev()
        .nth(3)
        .map_or(0, |(index, _)| index);
    format!("…{}", text.get(start..).unwrap_or_default())
}

/// Defines a name: its documentation, its kind in words, what one looks like, and the test for it.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $shape:literal, $is:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let is: fn(&str) -> bool = $is;
                if is(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidId { text: shown(text), kind: $kind, shape: $shape })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A skill, such as `amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef`.
    SkillId,
    "skill id",
    "it is amzn1.ask.skill. and a UUID in small letters; `ask smapi list-skills-for-vendor` shows yours",
    |text| text
        .strip_prefix("amzn1.ask.skill.")
        .is_some_and(is_uuid)
);

id!(
    /// A developer at Amazon, such as `M2ABCDEFGHIJKL`; the redirect URIs contain it.
    VendorId,
    "vendor id",
    "it is up to 20 capital letters and digits; `ask smapi get-vendor-list` shows yours, and a skill id is another thing",
    |text| (1..=20).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
);

id!(
    /// An OAuth client at Particle, such as `alexa-1234`.
    ClientId,
    "OAuth client id",
    "it is 3 to 40 of a-z, 0-9, - and _, made by Particle with the client; the name of a user is another thing",
    |text| (3..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
);

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// A function at AWS, at a qualifier where one is named.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(into = "String", try_from = "String")]
pub struct FunctionArn {
    text: String,
    region: String,
    account: String,
    name: String,
    qualifier: Option<String>,
}

impl FunctionArn {
    /// The whole ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The AWS region, as it is named there.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Alexa's region, if she calls functions there.
    #[must_use]
    pub fn alexa_region(&self) -> Option<Region> {
        Region::of_lambda(&self.region)
    }

    /// The AWS account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The name of the function.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same function without an alias or a version.
    #[must_use]
    pub fn unqualified(&self) -> Self {
        self.named(&self.name)
    }

    /// The function of this name beside it.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        let before = self.text.split(':').take(6);
        let text: Vec<&str> = before.chain([name]).collect();
        Self {
            text: text.join(":"),
            name: name.to_owned(),
            qualifier: None,
            ..self.clone()
        }
    }

    /// The alias or version.
    #[must_use]
    pub fn qualifier(&self) -> Option<&str> {
        self.qualifier.as_deref()
    }
}

impl FromStr for FunctionArn {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let parts: Vec<&str> = text.split(':').collect();
        let (region, account, name, qualifier) = match *parts.as_slice() {
            [
                "arn",
                partition,
                "lambda",
                region,
                account,
                "function",
                name,
                ref rest @ ..,
            ] if partition.starts_with("aws") && rest.len() <= 1 => {
                (region, account, name, rest.first().copied())
            }
            _ => ("", "", "", None),
        };
        if [region, account, name].contains(&"") || qualifier == Some("") {
            return Err(InvalidId {
                text: text.to_owned(),
                kind: "ARN of a function",
                shape: "it is arn:aws:lambda:REGION:ACCOUNT:function:NAME:live, the stack's output SkillEndpoint",
            });
        }
        Ok(Self {
            text: text.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            name: name.to_owned(),
            qualifier: qualifier.map(str::to_owned),
        })
    }
}

impl TryFrom<String> for FunctionArn {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<FunctionArn> for String {
    fn from(arn: FunctionArn) -> Self {
        arn.text
    }
}

impl fmt::Display for FunctionArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_the_place_of_a_name_is_not_told() {
        let token = "decafbaddecafbaddecafbaddecafbaddeca1234";
        for (text, told) in [
            (token, "…1234"),
            ("Atza|abcdef", "…cdef"),
            ("amzn1.oa2-cs.v1.0987", "…0987"),
            ("alexa-1234", "alexa-1234"),
            (
                "amzn1.application-oa2-client.1",
                "amzn1.application-oa2-client.1",
            ),
            ("maker@example.com", "maker@example.com"),
            ("", ""),
        ] {
            assert_eq!(shown(text), told);
        }
        let refused = token.parse::<SkillId>().unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains(token));
    }

    #[test]
    fn one_name_is_not_taken_for_another() {
        let skill = "amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef";
        let vendor = "M2ABCDEFGHIJKL";
        let client = "alexa-1234";
        for (text, is) in [
            (skill, [true, false, false]),
            (vendor, [false, true, false]),
            (client, [false, false, true]),
            ("maker@example.com", [false; 3]),
            ("ab", [false; 3]),
            ("", [false; 3]),
            (
                "amzn1.ask.skill.01234567-89AB-cdef-0123-456789abcdef",
                [false; 3],
            ),
            (
                "amzn1.ask.skill.0123456789ab-cdef-0123-456789abcdef",
                [false; 3],
            ),
            ("alexa 1234", [false; 3]),
            ("M2ABCDEFGHIJKLMNOPQRS", [false; 3]),
        ] {
            assert_eq!(
                [
                    text.parse::<SkillId>().is_ok(),
                    text.parse::<VendorId>().is_ok(),
                    text.parse::<ClientId>().is_ok(),
                ],
                is,
                "{text}"
            );
        }
        assert_eq!(
            "maker@example.com"
                .parse::<ClientId>()
                .unwrap_err()
                .to_string(),
            "`maker@example.com` is no OAuth client id: it is 3 to 40 of a-z, 0-9, - and _, made by Particle with the \
             client; the name of a user is another thing"
        );
    }

    #[test]
    fn an_arn_has_its_parts() {
        let arn: FunctionArn = "arn:aws:lambda:eu-west-1:123456789012:function:skill:live"
            .parse()
            .unwrap();
        assert_eq!(arn.alexa_region(), Some(Region::Europe));
        assert_eq!(
            (arn.region(), arn.account(), arn.name(), arn.qualifier()),
            ("eu-west-1", "123456789012", "skill", Some("live"))
        );
        for (other, text) in [
            (
                arn.unqualified(),
                "arn:aws:lambda:eu-west-1:123456789012:function:skill",
            ),
            (
                arn.named("relay"),
                "arn:aws:lambda:eu-west-1:123456789012:function:relay",
            ),
        ] {
            assert_eq!(other, text.parse().unwrap());
        }
        let bare: FunctionArn = "arn:aws:lambda:eu-central-1:123456789012:function:skill"
            .parse()
            .unwrap();
        assert_eq!((bare.alexa_region(), bare.qualifier()), (None, None));
        for bad in [
            "",
            "skill",
            "arn:aws:lambda:eu-west-1:123456789012:function:",
            "arn:aws:lambda:eu-west-1:123456789012:function:skill:",
            "arn:aws:lambda:eu-west-1:123456789012:function:skill:live:more",
            "arn:aws:iam::123456789012:role/skill",
        ] {
            assert!(bad.parse::<FunctionArn>().is_err(), "{bad}");
        }
    }
}
