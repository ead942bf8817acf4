//! Alexa.ColorController. Alexa knows colours by the names of X11 and of web pages, and sends hue, saturation and
//! brightness.

use serde_json::{Value as Json, json};

use super::{Interface, Meaning, Phrase, Value};

/// Names and their red, green and blue.
const COLORS: &[(&str, [u8; 3])] = &[
    ("red", [255, 0, 0]),
    ("green", [0, 255, 0]),
    ("blue", [0, 0, 255]),
    ("yellow", [255, 255, 0]),
    ("orange", [255, 165, 0]),
    ("purple", [160, 32, 240]),
    ("pink", [255, 192, 203]),
    ("white", [255, 255, 255]),
    ("cyan", [0, 255, 255]),
    ("magenta", [255, 0, 255]),
    ("turquoise", [64, 224, 208]),
    ("violet", [238, 130, 238]),
    ("aquamarine", [127, 255, 212]),
    ("azure", [240, 255, 255]),
    ("beige", [245, 245, 220]),
    ("blue violet", [138, 43, 226]),
    ("brown", [165, 42, 42]),
    ("chartreuse", [127, 255, 0]),
    ("chocolate", [210, 105, 30]),
    ("coral", [255, 127, 80]),
    ("cornflower blue", [100, 149, 237]),
    ("crimson", [220, 20, 60]),
    ("dark blue", [0, 0, 139]),
    ("dark green", [0, 100, 0]),
    ("dark orange", [255, 140, 0]),
    ("dark red", [139, 0, 0]),
    ("dark violet", [148, 0, 211]),
    ("deep pink", [255, 20, 147]),
    ("deep sky blue", [0, 191, 255]),
    ("dodger blue", [30, 144, 255]),
    ("firebrick", [178, 34, 34]),
    ("forest green", [34, 139, 34]),
    ("fuchsia", [255, 0, 255]),
    ("gold", [255, 215, 0]),
    ("goldenrod", [218, 165, 32]),
    ("green yellow", [173, 255, 47]),
    ("hot pink", [255, 105, 180]),
    ("indian red", [205, 92, 92]),
    ("indigo", [75, 0, 130]),
    ("ivory", [255, 255, 240]),
    ("khaki", [240, 230, 140]),
    ("lavender", [230, 230, 250]),
    ("lawn green", [124, 252, 0]),
    ("light blue", [173, 216, 230]),
    ("light coral", [240, 128, 128]),
    ("light green", [144, 238, 144]),
    ("light pink", [255, 182, 193]),
    ("light sky blue", [135, 206, 250]),
    ("light yellow", [255, 255, 224]),
    ("lime", [0, 255, 0]),
    ("lime green", [50, 205, 50]),
    ("maroon", [176, 48, 96]),
    ("medium purple", [147, 112, 219]),
    ("midnight blue", [25, 25, 112]),
    ("navy", [0, 0, 128]),
    ("navy blue", [0, 0, 128]),
    ("olive", [128, 128, 0]),
    ("orange red", [255, 69, 0]),
    ("orchid", [218, 112, 214]),
    ("peach", [255, 218, 185]),
    ("plum", [221, 160, 221]),
    ("rose", [255, 0, 127]),
    ("royal blue", [65, 105, 225]),
    ("salmon", [250, 128, 114]),
    ("sea green", [46, 139, 87]),
    ("sienna", [160, 82, 45]),
    ("sky blue", [135, 206, 235]),
    ("slate blue", [106, 90, 205]),
    ("spring green", [0, 255, 127]),
    ("steel blue", [70, 130, 180]),
    ("tan", [210, 180, 140]),
    ("teal", [0, 128, 128]),
    ("tomato", [255, 99, 71]),
    ("wheat", [245, 222, 179]),
    ("yellow green", [154, 205, 50]),
];

/// Hue, saturation and brightness.
type Hsb = [f64; 3];

pub(super) const COLOR: Interface = Interface {
    name: "Alexa.ColorController",
    say: |_| "set to red".to_owned(),
    values: |_| {
        COLORS
            .iter()
            .map(|(name, rgb)| Value {
                said: (*name).to_owned(),
                value: to_json(hsb(*rgb)),
            })
            .collect()
    },
    phrases: &[
        Phrase {
            patterns: &[
                "set {endpoint} to {value}",
                "make|turn {endpoint} {known}",
                "change {endpoint} to [the] [color|colour] {value}",
                "set the color|colour of {endpoint} to {value}",
                "set {endpoint} color|colour to {value}",
            ],
            meaning: Meaning::Command {
                name: "SetColor",
                payload: |said| Some(json!({ "color": said.value? })),
            },
        },
        Phrase {
            patterns: &[
                "what color|colour is {endpoint}",
                "what is the color|colour of {endpoint}",
            ],
            meaning: Meaning::Question(|told| {
                let color = told.property("color")?;
                let part = |name| color.get(name)?.as_f64();
                let hsb = [part("hue")?, part("saturation")?, part("brightness")?];
                Some(format!("{} is {}.", told.endpoint, name(hsb)))
            }),
        },
    ],
    ..Interface::PLAIN
};

/// As Alexa rounds them.
fn to_json([hue, saturation, brightness]: Hsb) -> Json {
    let round = |number: f64, places: f64| (number * places).round() / places;
    json!({
        "hue": round(hue, 10.0),
        "saturation": round(saturation, 10_000.0),
        "brightness": round(brightness, 10_000.0),
    })
}

fn hsb(rgb: [u8; 3]) -> Hsb {
    let [red, green, blue] = rgb.map(|part| f64::from(part) / 255.0);
    let most = red.max(green).max(blue);
    let spread = most - red.min(green).min(blue);
    let sixth = if spread == 0.0 {
        0.0
    } else if most <= red {
        ((green - blue) / spread).rem_euclid(6.0)
    } else if most <= green {
        (blue - red) / spread + 2.0
    } else {
        (red - green) / spread + 4.0
    };
    let saturation = if most == 0.0 { 0.0 } else { spread / most };
    [sixth * 60.0, saturation, most]
}

/// The name that is nearest to a colour, whatever its brightness.
fn name([hue, saturation, brightness]: Hsb) -> &'static str {
    if brightness == 0.0 {
        return "black";
    }
    // Hue and saturation are a place in a disc.
    let place = |hue: f64, saturation: f64| {
        let (sine, cosine) = hue.to_radians().sin_cos();
        [saturation * cosine, saturation * sine]
    };
    let [x, y] = place(hue, saturation);
    let distance = |rgb: [u8; 3]| {
        let [hue, saturation, own_brightness] = hsb(rgb);
        let [own_x, own_y] = place(hue, saturation);
        // The same colour may be dark or light: that counts little.
        (x - own_x).powi(2) + (y - own_y).powi(2) + 0.1 * (brightness - own_brightness).powi(2)
    };
    COLORS
        .iter()
        .min_by(|(_, left), (_, right)| distance(*left).total_cmp(&distance(*right)))
        .map_or("white", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::{COLORS, hsb, name, to_json};

    #[test]
    fn a_color_is_hue_saturation_and_brightness() {
        for (rgb, expected) in [
            (
                [255, 0, 0],
                r#"{"hue":0.0,"saturation":1.0,"brightness":1.0}"#,
            ),
            (
                [0, 255, 0],
                r#"{"hue":120.0,"saturation":1.0,"brightness":1.0}"#,
            ),
            (
                [0, 0, 255],
                r#"{"hue":240.0,"saturation":1.0,"brightness":1.0}"#,
            ),
            (
                [255, 255, 255],
                r#"{"hue":0.0,"saturation":0.0,"brightness":1.0}"#,
            ),
            (
                [0, 0, 0],
                r#"{"hue":0.0,"saturation":0.0,"brightness":0.0}"#,
            ),
            (
                [160, 32, 240],
                r#"{"hue":276.9,"saturation":0.8667,"brightness":0.9412}"#,
            ),
            (
                [220, 20, 60],
                r#"{"hue":348.0,"saturation":0.9091,"brightness":0.8627}"#,
            ),
        ] {
            assert_eq!(to_json(hsb(rgb)).to_string(), expected, "{rgb:?}");
        }
    }

    #[test]
    fn every_color_is_called_by_its_name_or_one_of_the_same_color() {
        for (own, rgb) in COLORS {
            let told = name(hsb(*rgb));
            let same = COLORS
                .iter()
                .any(|(other, other_rgb)| told == *other && rgb == other_rgb);
            assert!(same, "{own} is called {told}");
        }
        assert_eq!(name([2.0, 0.98, 1.0]), "red");
        assert_eq!(name([0.0, 0.0, 0.0]), "black");
    }
}
