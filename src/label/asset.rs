//! Alexa's own names for things, which she knows in all languages: her [global catalog].
//!
//! She refuses all devices for a name of the kind that is not in it.
//!
//! [global catalog]: https://developer.amazon.com/docs/device-apis/resources-and-assets.html#global-alexa-catalog

use crate::suggestion::nearest;

/// With which the names of the catalog begin.
const PREFIX: &str = "Alexa.";

/// Each, and what it is in English, the name that is shown first.
const CATALOG: [(&str, &[&str]); 35] = [
    (
        "Alexa.DeviceName.AirPurifier",
        &["air purifier", "air cleaner", "clean air machine"],
    ),
    ("Alexa.DeviceName.Fan", &["fan", "blower"]),
    (
        "Alexa.DeviceName.Router",
        &[
            "router",
            "internet router",
            "network router",
            "wifi router",
            "net router",
        ],
    ),
    (
        "Alexa.DeviceName.Shade",
        &[
            "shade",
            "blind",
            "curtain",
            "roller",
            "shutter",
            "drape",
            "awning",
            "window shade",
            "interior blind",
        ],
    ),
    ("Alexa.DeviceName.Shower", &["shower"]),
    (
        "Alexa.DeviceName.SpaceHeater",
        &["space heater", "portable heater"],
    ),
    ("Alexa.DeviceName.Washer", &["washer", "washing machine"]),
    (
        "Alexa.Setting.2GGuestWiFi",
        &[
            "2.4g guest wi-fi",
            "2.4g guest network",
            "guest network 2.4g",
            "2g guest wifi",
        ],
    ),
    (
        "Alexa.Setting.5GGuestWiFi",
        &[
            "5g guest wi-fi",
            "5g guest network",
            "guest network 5g",
            "5g guest wifi",
        ],
    ),
    (
        "Alexa.Setting.Auto",
        &["auto", "automatic", "automatic mode", "auto mode"],
    ),
    ("Alexa.Setting.Direction", &["direction"]),
    (
        "Alexa.Setting.DryCycle",
        &[
            "dry cycle",
            "dry preset",
            "dry setting",
            "dryer cycle",
            "dryer preset",
            "dryer setting",
        ],
    ),
    (
        "Alexa.Setting.FanSpeed",
        &[
            "fan speed",
            "airflow speed",
            "wind speed",
            "air speed",
            "air velocity",
        ],
    ),
    (
        "Alexa.Setting.GuestWiFi",
        &["guest wi-fi", "guest network", "guest net"],
    ),
    ("Alexa.Setting.Heat", &["heat"]),
    ("Alexa.Setting.Mode", &["mode"]),
    ("Alexa.Setting.Night", &["night", "night mode"]),
    (
        "Alexa.Setting.Opening",
        &["opening", "height", "lift", "width"],
    ),
    (
        "Alexa.Setting.Oscillate",
        &[
            "oscillate",
            "swivel",
            "oscillation",
            "spin",
            "back and forth",
        ],
    ),
    ("Alexa.Setting.Preset", &["preset", "setting"]),
    (
        "Alexa.Setting.Quiet",
        &["quiet", "quiet mode", "noiseless", "silent"],
    ),
    ("Alexa.Setting.Temperature", &["temperature", "temp"]),
    (
        "Alexa.Setting.WashCycle",
        &["wash cycle", "wash preset", "wash setting"],
    ),
    (
        "Alexa.Setting.WaterTemperature",
        &["water temperature", "water temp", "water heat"],
    ),
    (
        "Alexa.Shower.HandHeld",
        &["handheld shower", "shower wand", "hand shower"],
    ),
    (
        "Alexa.Shower.RainHead",
        &[
            "rain head",
            "overhead shower",
            "rain shower",
            "rain spout",
            "rain faucet",
        ],
    ),
    ("Alexa.Value.Close", &["close"]),
    ("Alexa.Value.Delicate", &["delicates", "delicate"]),
    ("Alexa.Value.High", &["high"]),
    ("Alexa.Value.Low", &["low"]),
    ("Alexa.Value.Maximum", &["maximum", "max"]),
    ("Alexa.Value.Medium", &["medium", "mid"]),
    ("Alexa.Value.Minimum", &["minimum", "min"]),
    ("Alexa.Value.Open", &["open"]),
    (
        "Alexa.Value.QuickWash",
        &["quick wash", "fast wash", "wash quickly", "speed wash"],
    ),
];

/// Whether a name is, or means to be, one of the catalog.
pub(crate) fn is_asset(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// What one says in English for a name of the catalog, in lower case, first what is shown; nothing for any other name.
#[must_use]
pub fn spoken(name: &str) -> &'static [&'static str] {
    CATALOG
        .iter()
        .find(|(asset, _)| *asset == name)
        .map_or(&[], |(_, spoken)| spoken)
}

/// What is wrong with a name that means to be one of the catalog.
pub(super) fn problem(name: &str) -> Option<String> {
    if !is_asset(name) || !spoken(name).is_empty() {
        return None;
    }
    let known: Vec<_> = CATALOG.iter().map(|(asset, _)| *asset).collect();
    let suggestion = nearest(name, &known);
    Some(format!("Alexa has no name `{name}`{suggestion}"))
}
