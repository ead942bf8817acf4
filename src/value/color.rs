//! What colour a light has.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::template::turned_round;
use super::{Settable, Value, plain, rounded};
use crate::alexa::error::ValidRange;
use crate::alexa::{Error, Kind};

/// A [colour](https://developer.amazon.com/docs/device-apis/alexa-property-schemas.html#color): its hue in degrees, its
/// saturation and its brightness from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Color {
    hue: f64,
    saturation: f64,
    brightness: f64,
}

/// What Alexa asks for, before anyone has looked whether that is a colour.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Hsb {
    hue: f64,
    saturation: f64,
    brightness: f64,
}

const HUE: &str = "hue";
const SATURATION: &str = "saturation";
const BRIGHTNESS: &str = "brightness";
const HEX: &str = "hex";
const CHANNELS: [&str; 3] = ["red", "green", "blue"];

/// The most that firmware is told of each part, in whole numbers.
const MOST_DEGREES: f64 = 360.0;
const MOST_PERCENT: f64 = 100.0;
const MOST_OF_A_CHANNEL: f64 = 255.0;

impl Color {
    /// Two decimals of a degree, and of a percent: much finer than firmware is told, and free of noise.
    fn of(hue: f64, saturation: f64, brightness: f64) -> Self {
        let [saturation, brightness] =
            [saturation, brightness].map(|part| rounded(part * 100.0) / 100.0);
        Self {
            hue: rounded(hue),
            saturation,
            brightness,
        }
    }

    /// Red, green and blue from 0 to 1.
    fn channels(&self) -> [f64; 3] {
        // How far the hue is from where a channel is at its most, in sixths of the circle.
        [0.0, 2.0, 4.0].map(|peak| {
            let sixth = self.hue / 60.0 - peak;
            let distance = sixth.abs().min(6.0 - sixth.abs());
            let absent = (distance - 1.0).clamp(0.0, 1.0);
            self.brightness * (1.0 - self.saturation * absent)
        })
    }

    fn of_channels([red, green, blue]: [f64; 3]) -> Self {
        let most = red.max(green).max(blue);
        let span = most - red.min(green).min(blue);
        if span <= 0.0 {
            return Self::of(0.0, 0.0, most);
        }
        #[expect(
            clippy::float_cmp,
            reason = "the greatest of them is one of them, not a result near it"
        )]
        let sixth = if most == red {
            ((green - blue) / span).rem_euclid(6.0)
        } else if most == green {
            (blue - red) / span + 2.0
        } else {
            (red - green) / span + 4.0
        };
        Self::of(sixth * 60.0, span / most, most)
    }

    /// Six hexadecimal digits.
    fn of_hex(digits: &str) -> Option<Self> {
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        let channels = [red, green, blue].map(|channel| f64::from(channel) / MOST_OF_A_CHANNEL);
        Some(Self::of_channels(channels))
    }

    /// What firmware is told in a place with a name. The brightness is in red, green and blue too.
    fn part(&self, place: &str) -> String {
        let whole = |number: f64| plain(number.round()).to_string();
        let channels = self
            .channels()
            .map(|channel| (channel * MOST_OF_A_CHANNEL).round());
        match place {
            HUE => whole(self.hue),
            SATURATION => whole(self.saturation * MOST_PERCENT),
            BRIGHTNESS => whole(self.brightness * MOST_PERCENT),
            HEX => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a channel is a whole number from 0 to 255"
                )]
                let digits = channels.map(|channel| format!("{:02x}", channel as u8));
                digits.concat()
            }
            channel => CHANNELS
                .iter()
                .zip(channels)
                .find(|(name, _)| **name == channel)
                .map(|(_, channel)| whole(channel))
                .unwrap_or_default(),
        }
    }

    /// The colour that these parts make. Brightness that nobody tells is full, and so is saturation beside a hue.
    fn of_parts(part: impl Fn(&str) -> Option<String>) -> Option<Self> {
        // Outer `None`: what is told is none.
        let share = |place: &str, most: f64| match part(place) {
            None => Some(None),
            Some(told) => {
                let number: f64 = told.trim().parse().ok()?;
                (0.0..=most)
                    .contains(&number)
                    .then_some(Some(number / most))
            }
        };
        let hue = share(HUE, MOST_DEGREES)?.map(|share| share * MOST_DEGREES);
        let saturation = share(SATURATION, MOST_PERCENT)?;
        let brightness = share(BRIGHTNESS, MOST_PERCENT)?.unwrap_or(1.0);
        let [red, green, blue] = CHANNELS.map(|channel| share(channel, MOST_OF_A_CHANNEL));
        let channels = red?.zip(green?).zip(blue?);
        if let Some((hue, saturation)) = hue.zip(saturation) {
            Some(Self::of(hue, saturation, brightness))
        } else if let Some(digits) = part(HEX) {
            Self::of_hex(digits.trim().trim_start_matches('#'))
        } else if let Some(((red, green), blue)) = channels {
            Some(Self::of_channels([red, green, blue]))
        } else {
            Some(Self::of(hue?, 1.0, brightness))
        }
    }
}

impl TryFrom<Hsb> for Color {
    type Error = Error;

    /// `VALUE_OUT_OF_RANGE` where a part is beyond its bounds.
    fn try_from(asked: Hsb) -> Result<Self, Error> {
        let Hsb {
            hue,
            saturation,
            brightness,
        } = asked;
        for (name, value, most) in [
            (HUE, hue, 360),
            (SATURATION, saturation, 1),
            (BRIGHTNESS, brightness, 1),
        ] {
            if !(0.0..=f64::from(most)).contains(&value) {
                let valid_range = ValidRange::of(0, most);
                let message = format!("{name} {} is not between 0 and {most}", plain(value));
                return Err(Error::new(Kind::ValueOutOfRange { valid_range }, message));
            }
        }
        Ok(Self::of(hue, saturation, brightness))
    }
}

impl Value for Color {
    type Spelling = ();

    fn to_alexa(&self) -> Json {
        json!({
            HUE: plain(self.hue),
            SATURATION: plain(self.saturation),
            BRIGHTNESS: plain(self.brightness),
        })
    }

    fn from_variable(said: &Json, spelling: &()) -> Option<Self> {
        Self::from_echo(said, Self::ARGUMENT, spelling)
    }
}

impl Settable for Color {
    const PLACES: &'static [&'static str] =
        &["", HUE, SATURATION, BRIGHTNESS, HEX, "red", "green", "blue"];

    fn to_argument(&self, place: &str, _spelling: &()) -> String {
        match place {
            "" => [HUE, SATURATION, BRIGHTNESS]
                .map(|place| self.part(place))
                .join(","),
            place => self.part(place),
        }
    }

    fn unreadable(argument: &str) -> Option<&'static str> {
        let held = Self::of(0.0, 0.0, 0.0).held(argument, &());
        held.is_none().then_some("no colour can be read back from this; leave out the `variable`, or part the places and tell {hue}, {hex} or {red} {green} {blue}")
    }

    fn held(&self, argument: &str, spelling: &()) -> Option<Self> {
        let echo = self.in_places(argument, spelling);
        Self::from_echo(&Json::String(echo), argument, spelling)
    }

    /// `#rrggbb` counts first, as there is one way to read it; then the argument turned round, and then JSON with the
    /// places as keys.
    fn from_echo(said: &Json, argument: &str, _spelling: &()) -> Option<Self> {
        let text = match said {
            Json::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        if let Some(color) = text.strip_prefix('#').and_then(Self::of_hex) {
            return Some(color);
        }
        let argument = argument.replace("{}", &[HUE, SATURATION, BRIGHTNESS].map(slot).join(","));
        if let Some(told) = turned_round(&argument, Self::PLACES, &text, length) {
            let part = |place: &str| {
                let told = told.iter().find(|(name, _)| *name == place);
                told.map(|(_, value)| (*value).to_owned())
            };
            return Self::of_parts(part);
        }
        let document: Json = serde_json::from_str(&text).ok()?;
        Self::of_parts(|place| match document.get(place)? {
            Json::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        })
    }
}

fn slot(place: &str) -> String {
    format!("{{{place}}}")
}

/// How much of a text is the value of a place.
fn length(place: &str, text: &str) -> usize {
    if place == HEX {
        6
    } else {
        text.find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::binding::Control;

    fn control(argument: &str) -> Control<Color> {
        let table = json!({ "function": "f", "argument": argument, "variable": "v" });
        crate::language::from_json(table).unwrap()
    }

    fn color(hue: f64, saturation: f64, brightness: f64) -> Color {
        let asked = Hsb {
            hue,
            saturation,
            brightness,
        };
        Color::try_from(asked).unwrap()
    }

    #[test]
    fn a_color_is_told_in_the_places_of_the_argument() {
        let teal = color(180.0, 1.0, 0.502);
        let cases = [
            ("{}", teal, "180,100,50"),
            ("c={}", teal, "c=180,100,50"),
            ("#{hex}", teal, "#008080"),
            ("{red} {green} {blue}", teal, "0 128 128"),
            (
                r#"{"h":{hue},"v":{brightness}}"#,
                teal,
                r#"{"h":180,"v":50}"#,
            ),
            ("{hex}", color(0.0, 1.0, 1.0), "ff0000"),
            ("{hex}", color(360.0, 1.0, 1.0), "ff0000"),
            ("{hex}", color(60.0, 1.0, 1.0), "ffff00"),
            ("{hex}", color(120.0, 1.0, 1.0), "00ff00"),
            ("{hex}", color(240.0, 1.0, 1.0), "0000ff"),
            ("{hex}", color(300.0, 1.0, 1.0), "ff00ff"),
            ("{hex}", color(30.0, 1.0, 1.0), "ff8000"),
            ("{hex}", color(0.0, 0.0, 1.0), "ffffff"),
            ("{hex}", color(200.0, 0.5, 0.0), "000000"),
            ("{}", color(348.0, 0.9091, 0.8627), "348,91,86"),
        ];
        for (argument, color, told) in cases {
            let control = control(argument);
            assert_eq!(control.command(&color).unwrap().argument, told);
        }
    }

    #[test]
    fn a_variable_may_tell_it_in_many_ways() {
        let teal = |said| {
            (
                said,
                Some(json!({ "hue": 180, "saturation": 1, "brightness": 0.502 })),
            )
        };
        let whole = |said| {
            (
                said,
                Some(json!({ "hue": 120, "saturation": 0.4, "brightness": 0.2 })),
            )
        };
        let full = |said| {
            (
                said,
                Some(json!({ "hue": 120, "saturation": 0.4, "brightness": 1 })),
            )
        };
        let cases = [
            ("{}", teal(json!("#008080"))),
            ("{}", whole(json!("120,40,20"))),
            ("{}", whole(json!(" 120, 40, 20.0 "))),
            ("0={}", whole(json!("0=120,40,20"))),
            ("0={}", whole(json!("120,40,20"))),
            (
                "{}",
                whole(json!({ "hue": 120, "saturation": "40", "brightness": 20, "on": true })),
            ),
            (
                "{}",
                whole(json!(r#"{"hue":120,"saturation":40,"brightness":20}"#)),
            ),
            ("{}", teal(json!({ "red": 0, "green": 128, "blue": 128 }))),
            ("{}", teal(json!({ "hex": "008080" }))),
            ("{}", teal(json!({ "hex": "#008080" }))),
            ("{hex}", teal(json!("008080"))),
            ("lamp:{hex};", teal(json!("008080"))),
            ("#{hex}", teal(json!("#008080"))),
            ("{blue}/{green}/{red}", teal(json!("128/128/0"))),
            ("{hue}:{saturation}", full(json!("120:40"))),
            (
                r#"{"h":{hue},"s":{saturation}}"#,
                full(json!({ "h": 120, "s": 40 })),
            ),
            (
                "{hue}",
                (
                    json!(120),
                    Some(json!({ "hue": 120, "saturation": 1, "brightness": 1 })),
                ),
            ),
            ("{}", (json!("361,0,0"), None)),
            ("{}", (json!("0,101,0"), None)),
            ("{}", (json!("0,0"), None)),
            ("{}", (json!("green"), None)),
            ("{}", (json!(""), None)),
            ("{}", (json!(null), None)),
            ("{}", (json!(7), None)),
            ("{}", (json!("#08f"), None)),
            ("{}", (json!("#ü0000"), None)),
            ("{hex}", (json!("ü00000"), None)),
            ("{}", (json!({ "saturation": 40 }), None)),
            ("{}", (json!({ "red": 1, "green": 2 }), None)),
            ("{}", (json!({ "red": 1, "green": 2, "blue": 256 }), None)),
        ];
        for (argument, (said, color)) in cases {
            let read = control(argument).read(&said);
            assert_eq!(
                read.map(|color| color.to_alexa()),
                color,
                "{argument}: {said}"
            );
        }
    }

    #[test]
    fn an_argument_without_a_place_is_refused() {
        for argument in ["0", "{\"rgb\": 0}", "{hex}{hex}"] {
            let table = json!({ "function": "f", "argument": argument });
            let error = crate::language::from_json::<Control<Color>>(table).unwrap_err();
            let expected = format!(
                "\"{argument}\" must contain one or more of {{}} {{hue}} {{saturation}} {{brightness}} {{hex}} {{red}} {{green}} {{blue}}, each once"
            );
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn a_color_that_cannot_be_read_back_has_no_variable() {
        for argument in [
            "{red}",
            "{saturation}",
            "{red},{green}",
            "{hue}{saturation}{brightness}",
        ] {
            let read = |table| crate::language::from_json::<Control<Color>>(table);
            let table = json!({ "function": "f", "argument": argument });
            assert!(read(table.clone()).is_ok(), "{argument}");
            let mut table = table;
            table["variable"] = json!("v");
            let expected = "no colour can be read back from this; leave out the `variable`, or part the places and tell {hue}, {hex} or {red} {green} {blue}";
            assert_eq!(read(table).unwrap_err().to_string(), expected, "{argument}");
        }
    }

    #[test]
    fn what_is_no_color_is_out_of_range() {
        for (hue, saturation, brightness) in [
            (-0.1, 0.5, 0.5),
            (360.1, 0.5, 0.5),
            (0.0, 1.01, 0.5),
            (0.0, 0.5, -1.0),
            (f64::NAN, 0.5, 0.5),
        ] {
            let asked = Hsb {
                hue,
                saturation,
                brightness,
            };
            let error = Color::try_from(asked).unwrap_err();
            assert_eq!(error.kind.name(), "VALUE_OUT_OF_RANGE");
        }
    }

    const TEMPLATES: [&str; 6] = [
        "{}",
        "1={brightness};{saturation};{hue}",
        "#{hex}",
        "{hex}",
        "{red},{green},{blue}",
        r#"{"r":{red},"g":{green},"b":{blue}}"#,
    ];

    proptest! {
        #[test]
        fn what_is_written_reads_back(hue in 0.0..=360.0, saturation in 0.0..=1.0, brightness in 0.0..=1.0, template in 0..TEMPLATES.len()) {
            let asked = color(hue, saturation, brightness);
            let control = control(TEMPLATES[template]);
            let told = control.command(&asked).unwrap().argument;
            let read = control.read(&Json::from(told.as_str())).unwrap();
            if template < 2 {
                prop_assert!((read.hue - asked.hue).abs() <= 0.5);
                prop_assert!((read.saturation - asked.saturation).abs() <= 0.005 + 1e-9);
                prop_assert!((read.brightness - asked.brightness).abs() <= 0.005 + 1e-9);
            } else {
                for (read, asked) in read.channels().into_iter().zip(asked.channels()) {
                    prop_assert!((read - asked).abs() <= 0.6 / 255.0, "{read} {asked}");
                }
            }
            let again: Hsb = serde_json::from_value(read.to_alexa()).unwrap();
            let again = Color::try_from(again).unwrap();
            prop_assert_eq!(again, read);
            prop_assert_eq!(control.command(&again).unwrap().argument, told);
        }

        #[test]
        fn no_float_noise_reaches_alexa(digits in "[0-9a-f]{6}") {
            let alexa = Color::of_hex(&digits).unwrap().to_alexa();
            for part in alexa.as_object().unwrap().values() {
                prop_assert!(part.to_string().len() <= 6, "{alexa}");
            }
        }

        #[test]
        fn nothing_that_is_said_is_too_much(said: String, argument in "[a-z{}#,]{0,12}\\{(hue|hex|)\\}[^{}]{0,4}") {
            Color::from_echo(&said.into(), &argument, &());
        }
    }
}
