//! The kinds of hardware, by the platform ids of <https://docs.particle.io/reference/device-os/api/system-calls/>.

use serde::Deserialize;

/// What a simulated device pretends to be.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Platform {
    Argon,
    Boron,
    Electron,
    P1,
    Photon,
    #[default]
    #[serde(alias = "p2")]
    Photon2,
}

impl Platform {
    pub(crate) fn id(self) -> u32 {
        match self {
            Self::Photon => 6,
            Self::P1 => 8,
            Self::Electron => 10,
            Self::Argon => 12,
            Self::Boron => 13,
            Self::Photon2 => 32,
        }
    }

    pub(crate) fn is_cellular(self) -> bool {
        match self {
            Self::Boron | Self::Electron => true,
            Self::Argon | Self::P1 | Self::Photon | Self::Photon2 => false,
        }
    }

    /// The newest Device OS that runs on it, or did when it was last supported.
    pub(crate) fn system_firmware(self) -> &'static str {
        match self {
            Self::Electron | Self::P1 | Self::Photon => "3.3.1",
            Self::Argon | Self::Boron | Self::Photon2 => "6.2.0",
        }
    }
}
