//! Which pins a platform has by name, and which of them can dim or measure.
//!
//! The names are those of Tinker's own table; two names of one physical pin (`D0` and `SDA`) are two pins here.
//! <https://docs.particle.io/reference/device-os/api/input-output/analogwrite-pwm/>

use crate::home::Platform;

/// What a pin can do besides being HIGH or LOW.
#[derive(Clone, Copy, Debug)]
pub(super) struct Abilities {
    /// `analogread` measures it.
    pub(super) adc: bool,
    /// `analogwrite` drives it.
    pub(super) pwm: bool,
}

impl Abilities {
    pub(super) fn of(platform: Platform, name: &str) -> Self {
        let layout = Layout::of(platform);
        Self {
            adc: layout.adc.contains(&name),
            pwm: layout.pwm.contains(&name),
        }
    }
}

pub(super) fn names(platform: Platform) -> impl Iterator<Item = &'static str> {
    let layout = Layout::of(platform);
    layout.names.iter().chain(layout.more).copied()
}

struct Layout {
    names: &'static [&'static str],
    /// What this platform has beyond others of its generation.
    more: &'static [&'static str],
    adc: &'static [&'static str],
    pwm: &'static [&'static str],
}

impl Layout {
    fn of(platform: Platform) -> Self {
        let (names, adc) = match platform {
            Platform::Photon | Platform::P1 | Platform::Electron => (GEN2, GEN2_ADC),
            Platform::Argon | Platform::Boron => (GEN3, GEN3_ADC),
            Platform::Photon2 => (PHOTON2, PHOTON2_ADC),
        };
        let (more, pwm): (&[_], &[_]) = match platform {
            Platform::Photon | Platform::P1 | Platform::Electron => (gen2_more(platform), GEN2_PWM),
            Platform::Argon | Platform::Boron => (&[], GEN3_PWM),
            Platform::Photon2 => (&[], PHOTON2_PWM),
        };
        Self {
            names,
            more,
            adc,
            pwm,
        }
    }
}

fn gen2_more(platform: Platform) -> &'static [&'static str] {
    match platform {
        Platform::P1 => &["P1S0", "P1S1", "P1S2", "P1S3", "P1S4", "P1S5", "P1S6"],
        Platform::Electron => &[
            "B0", "B1", "B2", "B3", "B4", "B5", "C0", "C1", "C2", "C3", "C4", "C5",
        ],
        Platform::Argon | Platform::Boron | Platform::Photon | Platform::Photon2 => &[],
    }
}

const GEN2: &[&str] = &[
    "D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7",
    "RX", "TX", "WKP", "SS", "SCK", "MISO", "MOSI", "SDA", "SCL", "DAC1", "DAC",
];
const GEN2_ADC: &[&str] = &[
    "A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "WKP", "DAC", "DAC1",
];
const GEN2_PWM: &[&str] = &[
    "D0", "D1", "D2", "D3", "A3", "A4", "A5", "A6", "A7", "RX", "TX", "WKP", "SDA", "SCL", "DAC",
    "DAC1",
];

const GEN3: &[&str] = &[
    "D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10", "D11", "D12", "D13", "D14",
    "D15", "D16", "D17", "D18", "D19", "A0", "A1", "A2", "A3", "A4", "A5", "SCK", "MISO", "MOSI",
    "SDA", "SCL", "TX", "RX",
];
const GEN3_ADC: &[&str] = &["A0", "A1", "A2", "A3", "A4", "A5"];
const GEN3_PWM: &[&str] = &[
    "D2", "D3", "D4", "D5", "D6", "D7", "D8", "A0", "A1", "A2", "A3", "A4", "A5",
];

const PHOTON2: &[&str] = &[
    "D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10", "D11", "D12", "D13", "D14",
    "D15", "D16", "D17", "D18", "D19", "A0", "A1", "A2", "A5", "S0", "S1", "S2", "S3", "S4", "SCK",
    "MISO", "MOSI", "SS", "SDA", "SCL", "TX", "RX", "WKP",
];
const PHOTON2_ADC: &[&str] = &["A0", "A1", "A2", "A5"];
const PHOTON2_PWM: &[&str] = &["D1", "D15", "D16", "A2", "A5", "S0", "S1", "MOSI", "MISO"];
