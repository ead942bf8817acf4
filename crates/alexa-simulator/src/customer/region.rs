//! Alexa's regions: by which host a browser returns, and where a skill's function has to be.

/// One of Alexa's regions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Region {
    /// Japan and Australia.
    FarEast,
    /// Europe, India and the Middle East.
    Europe,
    /// The Americas.
    NorthAmerica,
}

impl Region {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::NorthAmerica, Self::Europe, Self::FarEast];

    /// The host to which the browser returns after the customer logged in.
    #[must_use]
    pub const fn redirect_host(self) -> &'static str {
        match self {
            Self::FarEast => "alexa.amazon.co.jp",
            Self::Europe => "layla.amazon.com",
            Self::NorthAmerica => "pitangui.amazon.com",
        }
    }

    /// The URL to which the browser returns, for the skills of this vendor.
    #[must_use]
    pub fn redirect_uri(self, vendor_id: &str) -> String {
        format!("https://{}{LINK}{vendor_id}", self.redirect_host())
    }

    /// Where functions are that Alexa invokes for customers of this region.
    #[must_use]
    pub const fn lambda_region(self) -> &'static str {
        match self {
            Self::FarEast => "us-west-2",
            Self::Europe => "eu-west-1",
            Self::NorthAmerica => "us-east-1",
        }
    }

    /// Its key in a manifest.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::FarEast => "FE",
            Self::Europe => "EU",
            Self::NorthAmerica => "NA",
        }
    }
}

/// The path to which the browser returns, without the vendor's id.
pub(super) const LINK: &str = "/api/skill/link/";
