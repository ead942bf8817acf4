//! Where Alexa takes a customer back: three hosts, and the vendor that the skill belongs to.

use std::str::FromStr;

/// One of Alexa's hosts. Which one a customer is sent back to follows their account and the language of their app, not the
/// region of the function.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Host {
    /// The Americas.
    Pitangui,
    /// Europe and India.
    Layla,
    /// Japan and Australia.
    Japan,
}

impl Host {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Pitangui, Self::Layla, Self::Japan];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pitangui => "pitangui.amazon.com",
            Self::Layla => "layla.amazon.com",
            Self::Japan => "alexa.amazon.co.jp",
        }
    }
}

/// The path of a redirect URI, before the vendor.
const PATH: &str = "/api/skill/link/";

/// A developer account of Amazon's, as `GET /v1/vendors` and the developer console name it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Vendor(String);

/// Why a text is no [`Vendor`].
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidVendor {
    /// The skill's id, which some instructions put there.
    #[error(
        "this is the id of a skill; the vendor is the developer account, as `ask smapi get-vendor-list` names it"
    )]
    Skill,
    /// Nothing like one.
    #[error(
        "it must be 1 to 20 capital letters and digits, as `ask smapi get-vendor-list` names it"
    )]
    Malformed,
}

impl FromStr for Vendor {
    type Err = InvalidVendor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("amzn1.") {
            return Err(InvalidVendor::Skill);
        }
        let is_one = |one: u8| one.is_ascii_uppercase() || one.is_ascii_digit();
        if (1..=20).contains(&text.len()) && text.bytes().all(is_one) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidVendor::Malformed)
        }
    }
}

/// What is wrong with a redirect URI that is none of a vendor's three.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Foreign {
    /// It is Alexa's, but another vendor's.
    Vendor,
    /// It is not Alexa's.
    Host,
}

impl Vendor {
    /// Where Alexa takes a customer back on this host.
    #[must_use]
    pub fn redirect_uri(&self, host: Host) -> String {
        format!("https://{}{PATH}{}", host.name(), self.0)
    }

    /// The host of a redirect URI, which must be exactly one of the three.
    ///
    /// # Errors
    /// How far it is off.
    pub fn host_of(&self, redirect_uri: &str) -> Result<Host, Foreign> {
        let mut hosts = Host::ALL.into_iter();
        if let Some(host) = hosts.find(|host| self.redirect_uri(*host) == redirect_uri) {
            return Ok(host);
        }
        let is_alexas = |host: &Host| {
            redirect_uri
                .strip_prefix("https://")
                .and_then(|rest| rest.strip_prefix(host.name()))
                .is_some_and(|rest| rest.starts_with(PATH))
        };
        Err(match Host::ALL.iter().any(is_alexas) {
            true => Foreign::Vendor,
            false => Foreign::Host,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_vendor_is_one() {
        assert!("M1EXAMPLE00001".parse::<Vendor>().is_ok());
        for (text, why) in [
            (
                "amzn1.ask.skill.00000000-0000-0000-0000-000000000000",
                InvalidVendor::Skill,
            ),
            ("", InvalidVendor::Malformed),
            ("m1example", InvalidVendor::Malformed),
            ("M1/../../x", InvalidVendor::Malformed),
            ("M1EXAMPLE000000000000", InvalidVendor::Malformed),
        ] {
            assert_eq!(text.parse::<Vendor>(), Err(why), "{text}");
        }
    }
}
