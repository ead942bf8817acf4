//! Units as they are said and as `unitOfMeasure` names them.

/// A unit.
#[derive(Debug, PartialEq)]
pub(super) struct Unit {
    /// Amazon's name.
    pub(super) id: &'static str,
    /// The first is how Alexa says it.
    words: &'static [&'static str],
}

/// Of whatever temperature scale.
pub(super) const DEGREES: &str = "Alexa.Unit.Temperature.Degrees";
pub(super) const CELSIUS: &str = "Alexa.Unit.Temperature.Celsius";
pub(super) const FAHRENHEIT: &str = "Alexa.Unit.Temperature.Fahrenheit";
pub(super) const KELVIN: &str = "Alexa.Unit.Temperature.Kelvin";
pub(super) const PERCENT: &str = "Alexa.Unit.Percent";

/// Those of several words come before those that they begin with.
static ALL: &[Unit] = &[
    Unit {
        id: PERCENT,
        words: &["percent"],
    },
    Unit {
        id: CELSIUS,
        words: &["degrees Celsius", "degree Celsius", "Celsius"],
    },
    Unit {
        id: FAHRENHEIT,
        words: &["degrees Fahrenheit", "degree Fahrenheit", "Fahrenheit"],
    },
    Unit {
        id: KELVIN,
        words: &["kelvin", "degrees kelvin"],
    },
    Unit {
        id: DEGREES,
        words: &["degrees", "degree"],
    },
    Unit {
        id: "Alexa.Unit.Angle.Degrees",
        words: &["degrees", "degree"],
    },
    Unit {
        id: "Alexa.Unit.Angle.Radians",
        words: &["radians", "radian"],
    },
    Unit {
        id: "Alexa.Unit.Distance.Feet",
        words: &["feet", "foot"],
    },
    Unit {
        id: "Alexa.Unit.Distance.Inches",
        words: &["inches", "inch"],
    },
    Unit {
        id: "Alexa.Unit.Distance.Kilometers",
        words: &["kilometers", "kilometres", "kilometer"],
    },
    Unit {
        id: "Alexa.Unit.Distance.Meters",
        words: &["meters", "metres", "meter"],
    },
    Unit {
        id: "Alexa.Unit.Distance.Miles",
        words: &["miles", "mile"],
    },
    Unit {
        id: "Alexa.Unit.Distance.Yards",
        words: &["yards", "yard"],
    },
    Unit {
        id: "Alexa.Unit.Mass.Grams",
        words: &["grams", "gram"],
    },
    Unit {
        id: "Alexa.Unit.Mass.Kilograms",
        words: &["kilograms", "kilogram", "kilos"],
    },
    Unit {
        id: "Alexa.Unit.Weight.Ounces",
        words: &["ounces", "ounce"],
    },
    Unit {
        id: "Alexa.Unit.Weight.Pounds",
        words: &["pounds", "pound"],
    },
    Unit {
        id: "Alexa.Unit.Volume.CubicFeet",
        words: &["cubic feet"],
    },
    Unit {
        id: "Alexa.Unit.Volume.CubicMeters",
        words: &["cubic meters", "cubic metres"],
    },
    Unit {
        id: "Alexa.Unit.Volume.Gallons",
        words: &["gallons", "gallon"],
    },
    Unit {
        id: "Alexa.Unit.Volume.Liters",
        words: &["liters", "litres", "liter"],
    },
    Unit {
        id: "Alexa.Unit.Volume.Pints",
        words: &["pints", "pint"],
    },
    Unit {
        id: "Alexa.Unit.Volume.Quarts",
        words: &["quarts", "quart"],
    },
];

/// Reads the units that the words may begin with, and how many words each takes.
pub(super) fn read(words: &[String]) -> impl Iterator<Item = (&'static Unit, usize)> {
    ALL.iter().flat_map(move |unit| {
        unit.words.iter().filter_map(move |said| {
            let said: Vec<&str> = said.split(' ').collect();
            let begins = words.len() >= said.len()
                && said
                    .iter()
                    .zip(words)
                    .all(|(a, b)| a.eq_ignore_ascii_case(b));
            begins.then_some((unit, said.len()))
        })
    })
}

/// How Alexa says a unit; nothing where it is not known.
pub(super) fn words(id: &str) -> &'static str {
    ALL.iter()
        .find(|unit| unit.id == id)
        .and_then(|unit| unit.words.first())
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{read, words};

    #[test]
    fn units_are_read_as_they_are_said() {
        for (said, expected) in [
            ("percent please", "Percent 1"),
            ("celsius", "Temperature.Celsius 1"),
            (
                "degrees fahrenheit",
                "Temperature.Fahrenheit 2, Temperature.Degrees 1, Angle.Degrees 1",
            ),
            ("cubic feet", "Volume.CubicFeet 2"),
            ("cubic", ""),
            ("", ""),
        ] {
            let said_words: Vec<_> = said.split_whitespace().map(str::to_owned).collect();
            let found: Vec<_> = read(&said_words)
                .map(|(unit, taken)| {
                    format!("{} {taken}", unit.id.trim_start_matches("Alexa.Unit."))
                })
                .collect();
            assert_eq!(found.join(", "), expected, "{said}");
        }
        assert_eq!(words("Alexa.Unit.Mass.Kilograms"), "kilograms");
        assert_eq!(words("Alexa.Unit.Parsecs"), "");
    }
}
