//! The three regions in which Alexa calls smart home functions, and what differs between them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::VendorId;

/// One of Alexa's three regions.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Region {
    /// The Americas.
    #[serde(rename = "NA")]
    NorthAmerica,
    /// Europe, India and Arabia.
    #[serde(rename = "EU")]
    Europe,
    /// Japan and Australia.
    #[serde(rename = "FE")]
    FarEast,
}

/// Every region, in the order in which Amazon names them.
pub const REGIONS: [Region; 3] = [Region::NorthAmerica, Region::Europe, Region::FarEast];

/// What belongs to a region.
struct Row {
    code: &'static str,
    lambda: &'static str,
    redirect_host: &'static str,
    locales: &'static [&'static str],
}

const NORTH_AMERICA: Row = Row {
    code: "NA",
    lambda: "us-east-1",
    redirect_host: "pitangui.amazon.com",
    locales: &["en-US", "en-CA", "es-MX", "es-US", "fr-CA", "pt-BR"],
};

const EUROPE: Row = Row {
    code: "EU",
    lambda: "eu-west-1",
    redirect_host: "layla.amazon.com",
    locales: &[
        "en-GB", "ar-SA", "de-DE", "en-IN", "es-ES", "fr-FR", "hi-IN", "it-IT", "nl-NL",
    ],
};

const FAR_EAST: Row = Row {
    code: "FE",
    lambda: "us-west-2",
    redirect_host: "alexa.amazon.co.jp",
    locales: &["en-AU", "ja-JP"],
};

impl Region {
    const fn row(self) -> &'static Row {
        match self {
            Self::NorthAmerica => &NORTH_AMERICA,
            Self::Europe => &EUROPE,
            Self::FarEast => &FAR_EAST,
        }
    }

    /// The region's name in a skill's manifest.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.row().code
    }

    /// The AWS region in which the function must be.
    #[must_use]
    pub const fn lambda(self) -> &'static str {
        self.row().lambda
    }

    /// The host to which Alexa wants the user sent back.
    ///
    /// Which one she names follows the language of the user's app and account, not the place where the user is.
    #[must_use]
    pub const fn redirect_host(self) -> &'static str {
        self.row().redirect_host
    }

    /// The locales whose users Alexa serves from this region; the first one is English.
    #[must_use]
    pub const fn locales(self) -> &'static [&'static str] {
        self.row().locales
    }

    /// The redirect URI that Alexa sends for users of this region.
    ///
    /// Nothing answers with these addresses: they are made of the host and the developer's vendor id.
    #[must_use]
    pub fn redirect_uri(self, vendor: &VendorId) -> String {
        format!("https://{}/api/skill/link/{vendor}", self.redirect_host())
    }

    /// The region that serves a locale.
    #[must_use]
    pub fn of_locale(locale: &str) -> Option<Self> {
        REGIONS
            .into_iter()
            .find(|region| region.locales().contains(&locale))
    }

    /// The region with this name at AWS.
    #[must_use]
    pub fn of_lambda(name: &str) -> Option<Self> {
        REGIONS.into_iter().find(|region| region.lambda() == name)
    }
}

/// The redirect URIs that Alexa may send for a skill of this developer, one for each region.
#[must_use]
pub fn redirect_uris(vendor: &VendorId) -> [String; 3] {
    REGIONS.map(|region| region.redirect_uri(vendor))
}

/// What these regions are called on the command line.
#[must_use]
pub fn codes(regions: &[Region]) -> String {
    let codes: Vec<String> = regions
        .iter()
        .map(|region| region.code().to_ascii_lowercase())
        .collect();
    codes.join(",")
}

/// A text that names none of the three regions.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "Alexa calls smart home functions only in us-east-1 (na: the Americas), eu-west-1 (eu: Europe, India) and \
     us-west-2 (fe: Japan, Australia), not in `{0}`"
)]
pub struct NoRegion(String);

impl FromStr for Region {
    type Err = NoRegion;

    /// Takes Amazon's short names, `na`, `eu` and `fe`, and those of AWS.
    fn from_str(text: &str) -> Result<Self, NoRegion> {
        let name = text.trim();
        REGIONS
            .into_iter()
            .find(|region| name.eq_ignore_ascii_case(region.code()) || name == region.lambda())
            .ok_or_else(|| NoRegion(name.to_owned()))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.lambda())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_two_names() {
        for (text, region) in [
            ("na", Region::NorthAmerica),
            ("EU", Region::Europe),
            (" fe ", Region::FarEast),
            ("us-east-1", Region::NorthAmerica),
            ("eu-west-1", Region::Europe),
            ("us-west-2", Region::FarEast),
        ] {
            assert_eq!(text.parse(), Ok(region), "{text}");
        }
        for text in ["", "eu-central-1", "us-west-1", "EU-WEST-1", "asia"] {
            let refused = text.parse::<Region>().unwrap_err().to_string();
            assert!(refused.contains("eu-west-1"), "{refused}");
        }
    }

    #[test]
    fn the_redirect_uris_have_the_vendor_and_nothing_of_the_skill() {
        let vendor: VendorId = "M2ABCDEFGHIJKL".parse().unwrap();
        assert_eq!(
            redirect_uris(&vendor),
            [
                "https://pitangui.amazon.com/api/skill/link/M2ABCDEFGHIJKL",
                "https://layla.amazon.com/api/skill/link/M2ABCDEFGHIJKL",
                "https://alexa.amazon.co.jp/api/skill/link/M2ABCDEFGHIJKL",
            ]
        );
    }

    #[test]
    fn a_locale_is_served_from_one_region_and_each_region_speaks_english() {
        for (locale, region) in [
            ("en-US", Some(Region::NorthAmerica)),
            ("en-IN", Some(Region::Europe)),
            ("en-AU", Some(Region::FarEast)),
            ("tlh-US", None),
        ] {
            assert_eq!(Region::of_locale(locale), region, "{locale}");
        }
        for region in REGIONS {
            assert!(region.locales()[0].starts_with("en-"));
            for locale in region.locales() {
                assert_eq!(Region::of_locale(locale), Some(region));
            }
            assert_eq!(Region::of_lambda(region.lambda()), Some(region));
        }
    }
}
