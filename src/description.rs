//! The description of a device: which endpoints it has, and the binding of each capability.
//!
//! It is [TOML](https://toml.io), and stands in the device's notes from the first line that starts with `[alexa]` or
//! `[[alexa]]`; the owner's own words may come before it.
//!
//! ```toml
//! [[alexa]]
//! id = "bedroom"                  # tells several endpoints of one device apart; stays when the name changes
//! name = "Bedroom light"          # what one says; by default the device's name
//! category = "LIGHT"              # how the app shows it; by default by its capabilities
//! power = { function = "onoff", on = "0=1", off = "0=0" }
//! brightness = { function = "setvalue", argument = "0={}", variable = "level0", scale = [0, 255] }
//! ```
//!
//! A mistake costs the key it is in; the endpoint stays, as long as it can do something.

mod clash;
mod fields;
mod kind;
mod reader;
mod schema;
mod syntax;

pub(crate) use self::reader::Text;
pub use self::schema::schema;
use crate::alexa::discovery::Category;
use crate::capability::Capabilities;
use crate::label::Locale;

/// What a description says.
#[derive(Debug, Default)]
pub struct Description {
    /// The endpoints that can do something, in their order.
    pub endpoints: Vec<Described>,
    /// What is wrong, by place.
    pub mistakes: Vec<Mistake>,
}

/// One endpoint of a description.
#[derive(Debug, Default)]
pub struct Described {
    /// Its part of the endpoint id; the one endpoint without is the device itself.
    pub id: Option<String>,
    /// What one says.
    pub name: Option<String>,
    /// How the app shows it.
    pub category: Option<Category>,
    /// The language of its names.
    pub language: Locale,
    /// What the app shows of its maker and model.
    pub product: Product,
    /// What it can do.
    pub capabilities: Capabilities,
}

/// What the app shows of the product that an endpoint is, beside its name.
#[derive(Clone, Debug, Default)]
pub struct Product {
    /// Who made it.
    pub manufacturer: Option<String>,
    /// Which one it is.
    pub model: Option<String>,
    /// What it is, and how it is connected.
    pub description: Option<String>,
}

/// Something that cannot be understood, and where it stands.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// How many characters it covers on that line, at least 1.
    pub length: usize,
    /// What is wrong and what to write.
    pub message: String,
    /// The line itself.
    pub text: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}

impl Description {
    /// Reads the description in a device's notes, or `None` where they hold none. Lines count from the notes' first.
    ///
    /// The line that starts it may be indented, as it is when it was copied out of a terminal.
    #[must_use]
    pub fn in_notes(notes: &str) -> Option<Self> {
        let start = start(notes)?;
        let mut text = Text::new(notes, start);
        if notes.len() - start > MAXIMUM_BYTES {
            let message = format!("the description is longer than {MAXIMUM_BYTES} bytes");
            text.mistake(0..0, &message);
            return Some(text.description([]));
        }
        Some(text.read())
    }

    /// Whether a device's notes hold a description.
    #[must_use]
    pub fn is_in(notes: &str) -> bool {
        start(notes).is_some()
    }
}

/// Where the description in a device's notes starts.
fn start(notes: &str) -> Option<usize> {
    let mut start = 0;
    for line in notes.split_inclusive('\n') {
        if is_start(line) {
            return Some(start);
        }
        start += line.len();
    }
    None
}

/// More than any device needs, and little enough to be read in no time.
const MAXIMUM_BYTES: usize = 16 << 10;

/// Whether a description starts with this line; one that does so in capitals is shown its mistake later.
fn is_start(line: &str) -> bool {
    let line: String = line
        .trim_start_matches('\u{feff}')
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let line = line.to_ascii_lowercase();
    let rest = line.strip_prefix("[[").or(line.strip_prefix('['));
    // One without its closing bracket is shown its mistake later, too.
    let rest = rest.and_then(|rest| rest.strip_prefix("alexa"));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([']', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(notes: &str) -> Vec<String> {
        Description::in_notes(notes)
            .unwrap()
            .mistakes
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn notes_without_a_description_have_none() {
        for notes in [
            "",
            "bought in May",
            "see [alexa] in the manual",
            "[alexander]",
        ] {
            assert!(Description::in_notes(notes).is_none(), "{notes:?}");
        }
    }

    #[test]
    fn own_words_may_stand_before_it() {
        let description =
            Description::in_notes("Behind the sofa.\r\n[alexa]\r\npower = \"led\"\r\n").unwrap();
        assert_eq!(
            (description.endpoints.len(), description.mistakes),
            (1, vec![])
        );
    }

    #[test]
    fn the_start_may_be_written_in_many_ways() {
        for notes in [
            "    [alexa]\n    power = \"led\"",
            "[ alexa ]\npower = \"led\"",
            "\u{feff}[alexa]\npower = \"led\"",
            "[[ alexa ]]\r\npower = \"led\"\r\n",
            "[alexa.power]\nfunction = \"led\"",
        ] {
            let description = Description::in_notes(notes).unwrap();
            assert_eq!(
                (description.endpoints.len(), description.mistakes),
                (1, vec![]),
                "{notes:?}"
            );
        }
        assert_eq!(
            mistakes("[Alexa]\npower = \"led\""),
            ["line 1, column 2: unknown table `Alexa`; it is written `alexa`"]
        );
    }

    #[test]
    fn a_description_has_a_limit() {
        let notes = "[[alexa]]\nx = 1\n".repeat(40_000);
        assert_eq!(
            mistakes(&notes),
            ["line 1, column 1: the description is longer than 16384 bytes"]
        );
    }

    #[test]
    fn one_mistake_costs_one_endpoint() {
        let description = Description::in_notes(
            "[[alexa]]\nid = \"a\"\npower = 5\n[[alexa]]\nid = \"b\"\npower = \"led\"\n",
        )
        .unwrap();
        assert_eq!(description.endpoints.len(), 1);
        assert_eq!(description.mistakes.len(), 1);
    }

    #[test]
    fn each_mistake_is_shown_where_it_is() {
        let cases = [
            (
                "x\n[alexa]\npowre = \"led\"",
                "line 3, column 1: unknown key `powre`; did you mean `power`?",
            ),
            (
                "[alexa]\npower = { functoin = \"led\" }",
                "line 2, column 11: unknown key `functoin`; did you mean `function`?",
            ),
            (
                "[alexa]\npower = { on = \"1\" }",
                "line 2, column 9: it needs a `function`: what else would set it?",
            ),
            (
                "[alexa]\ntemperature = { unit = \"C\" }",
                "line 2, column 15: it needs a `variable`: what else would tell it?",
            ),
            (
                "[alexa]\ntemperature = { function = \"x\" }",
                "line 2, column 17: unknown key `function`; known are variable, pointer, unit",
            ),
            (
                "[alexa]\npower = 5",
                "line 2, column 9: this must be the name of a function, or a table with `function`, not 5",
            ),
            (
                "[alexa]\ninput = \"f\"",
                "line 2, column 9: this must be a table with some of function, argument, success, errors, variable, pointer, inputs, not \"f\"",
            ),
            (
                "[alexa]\nseek = 5",
                "line 2, column 8: this must be a table with some of function, argument, success, errors, variable, pointer, unit, not 5",
            ),
            (
                "[alexa]\nbrightness = { function = \"f\", scale = [1, 1] }",
                "line 2, column 40: a scale is two different numbers, such as [0, 255]",
            ),
            (
                "[alexa]\nbrightness = { function = \"f\", argument = \"0\" }",
                "line 2, column 43: \"0\" must contain {} once, where the value goes",
            ),
            (
                "[alexa]\ntemperature = { variable = \"t\", unit = \"X\" }",
                "line 2, column 40: unknown unit `X`; a temperature is in \"C\", \"F\" or \"K\"",
            ),
            (
                "[alexa]\ncategory = \"LIHGT\"\npower = \"led\"",
                "line 2, column 12: unknown category `LIHGT`; did you mean `LIGHT`?",
            ),
            (
                "[alexa]\npower = { function = \"f\", on = \"off\" }",
                "line 2, column 9: \"off\" cannot stand for two values",
            ),
            (
                "[alexa]\nbrightness = { function = \"f\", scale = 255 }",
                "line 2, column 40: a scale is two different numbers, such as [0, 255]",
            ),
            (
                "[alexa]\nid = \"a b\"\npower = \"led\"",
                "line 2, column 6: an id is 1 to 64 letters, digits, `_` or `-`",
            ),
            (
                "[alexa]\nname = \"…\"\npower = \"led\"",
                "line 2, column 8: a name needs a letter or digit that can be said",
            ),
            (
                "[alexa]\npower = { function = \"..\" }",
                "line 2, column 22: \"..\" is no name of a function or variable",
            ),
            (
                "[alexa]\nname = \"x\"",
                "line 1, column 1: the endpoint can do nothing yet; give it something, such as power = \"led\"",
            ),
            (
                "[alexa]\npower = \"led\"\n[other]\nx = 1",
                "line 3, column 2: unknown table `other`; a description consists of [[alexa]] tables",
            ),
            (
                "[[alexa]]\npower = \"a\"\n[[alexa]]\npower = \"b\"",
                "line 3, column 1: another endpoint of this device has no id either; give this one, such as id = \"fan\"",
            ),
            (
                "[[alexa]]\nid=\"a\"\npower = \"a\"\n[[alexa]]\nid=\"a\"\npower = \"b\"",
                "line 4, column 1: another endpoint of this device has the id \"a\"",
            ),
        ];
        for (notes, expected) in cases {
            assert_eq!(mistakes(notes), [expected], "{notes}");
        }
    }

    #[test]
    fn numbers_finer_than_alexa_is_told_are_refused() {
        let finer = "Alexa is told six decimals: write no more, as in 0.001";
        for (range, expected) in [
            ("[0, 1, 0.3333333333]", finer),
            ("[0.12345678, 1.12345678, 0.5]", finer),
            ("[0, 1, 1e-7]", finer),
            ("[0, 2e-7, 1e-7]", finer),
        ] {
            let notes =
                format!("[alexa]\nrange = {{ names = \"n\", function = \"f\", range = {range} }}");
            let expected = format!("line 2, column 48: {expected}");
            assert_eq!(mistakes(&notes), [expected]);
        }
        for range in ["[0, 1, 0.000001]", "[0.1, 0.7, 0.3]", "[-0.3, 1e5, 0.1]"] {
            let notes =
                format!("[alexa]\nrange = {{ names = \"n\", function = \"f\", range = {range} }}");
            assert!(mistakes(&notes).is_empty(), "{range}");
        }
    }

    #[test]
    fn what_would_have_no_effect_is_refused() {
        let head = "[alexa]\n";
        for (capability, expected) in [
            (
                "range = { names = \"n\", function = \"f\", presets = { low = { names = [\"low\"] } } }",
                vec!["58: it needs a `value`, the number that it names"],
            ),
            (
                "mode = { names = \"n\", variable = \"v\", modes = { a = { function = \"f\" }, b = {} } }",
                vec![
                    "8: only some of its values have a `function`; give all one, or one to the table",
                ],
            ),
            (
                "toggle = { names = \"n\", variable = \"v\", on = { function = \"f\" } }",
                vec![
                    "10: only some of its values have a `function`; give all one, or one to the table",
                ],
            ),
            (
                "range = { names = \"n\", variable = \"v\", actions = { open = 1 } }",
                vec![
                    "50: without a `function` there is nothing that they can do; add one, or leave them out",
                ],
            ),
            (
                "range = { names = \"n\", function = \"f\", states = { open = 1 } }",
                vec![
                    "49: without a `variable` there is nothing that tells them; add one, or leave them out",
                ],
            ),
            (
                "toggle = { names = \"n\", function = \"f\", states = { open = \"on\" } }",
                vec![
                    "50: without a `variable` there is nothing that tells them; add one, or leave them out",
                ],
            ),
            (
                "range = { names = \"n\", function = \"f\", actions = { raise = \"+5\" } }",
                vec!["50: what moves by \"+5\" needs a `variable`, to know where from"],
            ),
            (
                "range = { names = \"n\", function = \"f\", variable = \"v\", actions = { raise = \"+0\" } }",
                vec!["76: an action sets a number, such as 100, or moves by one, such as \"+10\""],
            ),
            (
                "range = { names = \"n\", variable = \"v\", argument = \"x{}\", success = 1, errors = { -1 = \"ENDPOINT_BUSY\" } }",
                vec![
                    "51: it goes with a `function`; add one, or leave this out",
                    "68: it goes with a `function`; add one, or leave this out",
                    "80: it goes with a `function`; add one, or leave this out",
                ],
            ),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|told| format!("line 2, column {told}"))
                .collect();
            assert_eq!(
                mistakes(&format!("{head}{capability}")),
                expected,
                "{capability}"
            );
        }
        // A kind leaves out of its own what has no effect.
        for kind in [
            "blind = { function = \"f\" }",
            "shutter = { variable = \"v\" }",
        ] {
            assert!(mistakes(&format!("{head}{kind}")).is_empty(), "{kind}");
        }
    }

    #[test]
    fn what_is_refused_says_what_to_write() {
        for (capability, expected) in [
            (
                "input = { function = \"f\", inputs = { TV = { names = \"a\" }, CD = { names = \"A\" } } }",
                "36: \"a\" cannot be the name of two",
            ),
            (
                "input = { function = \"f\", inputs = { TV = { names = \"CD\" }, CD = 1 } }",
                "36: \"cd\" cannot be the name of two",
            ),
            (
                "brightness = { function = \"f\", scale = [0, inf] }",
                "44: this must be a finite number or a text, not inf",
            ),
            (
                "power = { function = \"f\", errors = { -1 = \"VALUE_OUT_OF_RANGE\" } }",
                "43: `VALUE_OUT_OF_RANGE` is this skill's alone to tell; write such as \"INVALID_VALUE\"",
            ),
            (
                "power = { function = \"f\", errors = { -1 = \"THERMOSTAT_IS_OFF\" } }",
                "9: `THERMOSTAT_IS_OFF` is an error of Alexa.ThermostatController alone; write such as \"NOT_IN_OPERATION\"",
            ),
            (
                "thermostat = { target = { function = \"f\", errors = { -1 = \"NOT_READY\" } } }",
                "14: `NOT_READY` is an error of Alexa.SecurityPanelController alone; write such as \"NOT_IN_OPERATION\"",
            ),
            (
                "temperature = { variable = \"v\", pointer = 0 }",
                "43: a pointer starts with a slash: \"/0\"",
            ),
            (
                "thermostat = { target = \"f\", range = [5, 10], apart = 20 }",
                "55: setpoints cannot have to be 20 degrees apart; write such as 2",
            ),
        ] {
            let notes = format!("[alexa]\n{capability}");
            let expected = format!("line 2, column {expected}");
            assert_eq!(mistakes(&notes), [expected], "{capability}");
        }
        let kept = "[alexa]\nthermostat = { target = { function = \"f\", errors = { -1 = \"THERMOSTAT_IS_OFF\", -2 = \"OBSTACLE_DETECTED\" } } }";
        assert!(mistakes(kept).is_empty());
    }

    #[test]
    fn all_mistakes_of_one_capability_are_told_at_once() {
        let notes = "[alexa]\nrange = { names = \"…\", functoin = \"f\", range = [1, 1], presets = { low = \"x\", high = 7 }, success = true }";
        assert_eq!(
            mistakes(notes),
            [
                "line 2, column 19: a name needs a letter or digit that can be said",
                "line 2, column 24: unknown key `functoin`; did you mean `function`?",
                "line 2, column 48: the second number of a range must be the greater",
                "line 2, column 74: this must be a number, or a table with `value` and `names`, not \"x\"",
                "line 2, column 101: success is a return value such as 0, a list of them, or \"any\"",
            ]
        );
    }

    #[test]
    fn what_is_left_of_a_broken_table_is_not_told_too() {
        for (notes, expected) in [
            (
                "[alexa]\ntoggle = { function = \"f\", names = { xx = \"a\" } }",
                "line 2, column 38: unknown locale `xx`",
            ),
            (
                "[alexa]\nmode = { function = \"f\", names = \"m\", modes = [5, \"a\"] }",
                "line 2, column 48: this must be a text in quotes, not 5",
            ),
        ] {
            let told = mistakes(notes);
            assert!(
                matches!(told.as_slice(), [only] if only.starts_with(expected)),
                "{told:?}"
            );
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_table_as_a_whole_is_told_at_once() {
        for (notes, expected) in [
            (
                "[alexa.range]\nnames = \"volume\"\nfunction = \"f\"\nrange = [0, 10]\npresets = { high = 11 }\nactions = { open = 12 }\nstep = 0.5",
                vec![
                    "line 2, column 9: \"volume\" is a word",
                    "line 5, column 11: 11 is no number of the range",
                    "line 6, column 11: 12 is no number of the range",
                    "line 7, column 8: a step of 0.5 leads nowhere; the least is 1, the most 10",
                ],
            ),
            (
                "[alexa.mode]\nnames = \"n\"\nfunction = \"f\"\nmodes = [\"a\"]\nactions = { open = \"b\", close = \"c\" }\nstates = { open = \"d\" }\nvariable = \"v\"",
                vec![
                    "line 4, column 9: it needs two modes",
                    "line 5, column 11: `b` is none of the `modes`",
                    "line 5, column 11: `c` is none of the `modes`",
                    "line 6, column 10: `d` is none of the `modes`",
                ],
            ),
            (
                "[alexa.playback]\nfunction = \"f\"\noperations = [\"play\", \"puase\", \"skip\"]",
                vec![
                    "line 3, column 23: unknown operation `puase`; did you mean `pause`?",
                    "line 3, column 32: unknown operation `skip`",
                ],
            ),
            (
                "[alexa.fan]\nfunction = \"f\"\nrange = [0, 2]",
                vec![
                    "line 1, column 1: what is written here does not go with the kind's own `presets`; write `presets` too",
                ],
            ),
            (
                "[alexa.fan.speed]\nfunction = \"f\"\n[alexa.fan.direction]\nfunction = \"g\"\nreverse = 1\nforward = 1",
                vec!["line 6, column 1: \"1\" cannot stand for two values"],
            ),
            (
                "[alexa.tv.input]\ninputs = [\"TV\"]\n[alexa.tv.volume]\nmute = \"m\"",
                vec![
                    "line 1, column 1: it needs a `function`: what else would set it?",
                    "line 3, column 1: it needs a `function` that takes steps",
                ],
            ),
            (
                "[alexa.blind]\nfunction = \"f\"\nposition = { function = \"g\" }",
                vec![
                    "line 2, column 1: `function` of its `position` stands here and there; keep one",
                ],
            ),
            (
                "[alexa]\npower = \"a\"\n[alexa]\npower = \"b\"",
                vec![
                    "line 3, column 2: of several endpoints each starts with [[alexa]], and has an `id` of its own",
                ],
            ),
            (
                "[alexa.toggle]\nnames = \"n\"\nfunction = \"f\"\nactions = { open = true }",
                vec![
                    "line 4, column 20: this must be a text in quotes, not true; such as \"true\"",
                ],
            ),
        ] {
            let told = mistakes(notes);
            assert_eq!(told.len(), expected.len(), "{notes}\n{told:#?}");
            for (told, expected) in told.iter().zip(expected) {
                assert!(told.starts_with(expected), "{notes}\n{told}");
            }
        }
    }

    #[test]
    fn what_a_mistake_leaves_behind_is_none() {
        for (notes, expected) in [
            // Without its range and its names it would have more.
            (
                "[alexa]\nrange = { names = \"…\", function = \"f\", range = \"a\", presets = { high = 200 } }",
                vec![
                    "line 2, column 19: a name needs a letter or digit that can be said",
                    "line 2, column 48: this must be",
                ],
            ),
            (
                "[alexa]\npower = { functoin = \"f\" }",
                vec!["line 2, column 11: unknown key"],
            ),
        ] {
            let told = mistakes(notes);
            assert_eq!(told.len(), expected.len(), "{told:?}");
            for (told, expected) in told.iter().zip(expected) {
                assert!(told.starts_with(expected), "{told}");
            }
        }
    }

    #[test]
    fn what_alexa_would_refuse_without_a_word_is_told() {
        const RANGE: &str = "function = \"f\", variable = \"v\"";
        let cases = [
            (
                "[[alexa.range]]\nnames = \"fan speed\"\nfunction = \"a\"\n[[alexa.range]]\nnames = \"speed\"\nfunction = \"b\"".to_owned(),
                "line 4, column 1: all words of `range.speed` or `range.fan_speed` are in the other, and Alexa would refuse all devices for it; give one an `id` of its own",
            ),
            (
                format!(
                    "[alexa]\nrange = [{{ names = \"a\", {RANGE} }}, {{ names = \"a\", {RANGE} }}]"
                ),
                "line 2, column 59: something else of the endpoint is called \"a\" too; give one another name",
            ),
            (
                format!("[alexa]\nblind = {{ {RANGE} }}\nshutter = {{ {RANGE}, names = \"x\" }}"),
                "line 3, column 11: something else of the endpoint does what `close` asks for; take it out of one's `actions`",
            ),
            (
                format!("[alexa]\nrange = {{ names = [\"volume\"], {RANGE} }}"),
                "line 2, column 19: \"volume\" is a word that Alexa keeps for herself; find another name",
            ),
            (
                format!("[alexa]\nrange = {{ names = \"x\", range = [0, 10, 3], {RANGE} }}"),
                "line 2, column 32: steps of 3 do not divide the range: Alexa would refuse all devices for it",
            ),
            (
                format!(
                    "[alexa]\nrange = {{ names = \"x\", presets = {{ high = 101 }}, {RANGE} }}"
                ),
                "line 2, column 34: 101 is no number of the range, which goes from 0 to 100 by 1",
            ),
            (
                format!("[alexa]\nmode = {{ names = \"x\", modes = [\"only\"], {RANGE} }}"),
                "line 2, column 31: it needs two modes at least: for a single one Alexa would refuse all devices",
            ),
            (
                format!(
                    "[alexa]\nmode = {{ names = \"x\", modes = [\"a\", \"b\"], actions = {{ open = \"c\" }}, {RANGE} }}"
                ),
                "line 2, column 53: `c` is none of the `modes`",
            ),
            (
                format!("[alexa]\ntoggle = {{ {RANGE} }}"),
                "line 2, column 10: it needs `names`: what one calls it, such as names = [\"speed\"]",
            ),
            (
                "[alexa]\ngarage_door = { function = \"f\", opening = \"maybe\" }".to_owned(),
                "line 2, column 43: `opening` is \"allowed\" or \"refused\"",
            ),
            (
                "[alexa]\npower = { tinker = 7 }".to_owned(),
                "line 2, column 20: `tinker` is the pin of a board that runs Tinker, such as \"D7\"",
            ),
            (
                format!("[alexa]\nrange = {{ names = \"x\", presets = [\"a\", \"A\"], {RANGE} }}"),
                "line 2, column 34: \"a\" cannot be the name of two",
            ),
            (
                format!("[alexa]\nrange = {{ names = \"x\", presets = {{ a = 1, b = 1 }}, {RANGE} }}"),
                "line 2, column 34: two of its `presets` are the same number; give one of them both names",
            ),
            (
                format!("[alexa]\nrange = {{ names = \"x\", presets = [\"\"], {RANGE} }}"),
                "line 2, column 35: a name needs a letter or digit that can be said",
            ),
            (
                format!("[alexa]\nrange = {{ names = \"x\", step = nan, {RANGE} }}"),
                "line 2, column 31: this must be a number, not nan",
            ),
            (
                format!("[alexa]\nmode = {{ names = \"x\", modes = {{ a = {{ names = \"c\" }}, b = {{ names = \"c\" }} }}, {RANGE} }}"),
                "line 2, column 31: \"c\" cannot be the name of two",
            ),
            (
                format!("[alexa]\nrange = {{ id = \"a\", names = \"x\", {RANGE} }}\ntoggle = {{ id = \"b\", names = \"x\", {RANGE} }}"),
                "line 3, column 10: something else of the endpoint is called \"x\" too; give one another name",
            ),
            (
                "[alexa]\npower = { tinker = \"D99\" }".to_owned(),
                "line 2, column 20: `tinker` is the pin of a board that runs Tinker, such as \"D7\"",
            ),
            (
                "[alexa]\npower = { tinker = \"D7\", function = \"f\" }".to_owned(),
                "line 2, column 26: `tinker` says the `function` already; leave one out",
            ),
            (
                "[alexa]\nscene = \"night\"\npower = \"led\"".to_owned(),
                "line 3, column 9: `power` and `scene` are both what \"turn on\" asks for; make the scene an endpoint of its own",
            ),
            (
                "[alexa]\nspeaker = { volume = \"v\" }\nstep_speaker = \"s\"".to_owned(),
                "line 3, column 16: `step_speaker` and `speaker` are both what \"louder\" asks for; keep one",
            ),
            (
                "[alexa]\nbrightness = { function = \"f\", turns_on = true }".to_owned(),
                "line 2, column 14: with it the endpoint needs `power`; add that",
            ),
            (
                "[alexa]\nblind = \"move\"".to_owned(),
                "line 2, column 9: it is a table, such as { function = \"f\", variable = \"v\" }; its parts are position, tilt",
            ),
            (
                "[alexa]\nfan = { speed = \"s\" }".to_owned(),
                "line 2, column 9: `speed` is a table, such as { function = \"f\", variable = \"v\" }",
            ),
            (
                "[alexa.fan]\nsped = { function = \"f\" }".to_owned(),
                "line 2, column 1: unknown key `sped`; did you mean `speed`?",
            ),
            (
                "[alexa\npower = \"led\"".to_owned(),
                "line 1, column 7: the head of a table is closed with ]",
            ),
            (
                "[alexa]\nfan = { }".to_owned(),
                "line 2, column 7: say how it is told: it has power, speed, oscillate, direction",
            ),
            (
                "[alexa]\npower = { function = \"f\", errors = { -2 = \"BUSY\" } }".to_owned(),
                "line 2, column 43: unknown error `BUSY`; did you mean `ENDPOINT_BUSY`?",
            ),
        ];
        let (told, expected): (Vec<_>, Vec<_>) = cases
            .iter()
            .map(|(notes, expected)| (mistakes(notes).join("\n"), *expected))
            .unzip();
        assert_eq!(told, expected);
    }

    #[test]
    fn countless_mistakes_are_counted_and_not_kept() {
        let notes = format!("[alexa]\nrange = [{}]\n", "{},".repeat(5000));
        let Description { mistakes, .. } = Description::in_notes(&notes).unwrap();
        assert_eq!(mistakes.len(), 20);
        assert!(mistakes.iter().all(|mistake| mistake.text.len() <= 400));
        let last = &mistakes.last().unwrap().message;
        assert!(last.ends_with("; and 9980 more mistakes"), "{last}");
    }

    #[test]
    fn a_mistake_is_told_in_few_words_however_long_it_is() {
        let long = "x".repeat(5000);
        for notes in [
            format!("[alexa]\npower = \"led\"\n[{long}]\n"),
            format!("[alexa]\npower = \"led\"\n{long} = 1\n"),
            format!("[alexa]\npower = {{ function = \"led\", {long} = 1 }}\n"),
        ] {
            let Description { mistakes, .. } = Description::in_notes(&notes).unwrap();
            let [mistake] = mistakes.as_slice() else {
                panic!("{mistakes:?}");
            };
            assert!(mistake.message.len() <= 1500, "{mistake}");
        }
    }

    #[test]
    fn an_endpoint_of_countless_names_is_cut_short() {
        let modes: Vec<_> = (0..150).map(|mode| format!("\"m{mode}\"")).collect();
        let mode = format!(
            "{{ names = \"n\", function = \"f\", modes = [{}] }},",
            modes.join(",")
        );
        let modes: String = (0..10)
            .map(|place| mode.replace("\"n\"", &format!("\"n{place}\"")))
            .collect();
        let Description {
            endpoints,
            mistakes,
        } = Description::in_notes(&format!("[alexa]\nmode = [{modes}]\n")).unwrap();
        let kept = endpoints
            .first()
            .map_or(0, |endpoint| endpoint.capabilities.len());
        assert!((1..3).contains(&kept), "{kept}");
        assert!(
            mistakes
                .iter()
                .all(|mistake| mistake.message.contains("fewer names")),
            "{mistakes:?}"
        );
    }

    #[test]
    fn broken_toml_is_shown_where_it_breaks() {
        let description = Description::in_notes("[alexa]\npower = \n[alexa]\n").unwrap();
        assert!(description.endpoints.is_empty());
        assert_eq!(
            description.mistakes.first().map(|mistake| mistake.line),
            Some(2),
            "{:?}",
            description.mistakes
        );
    }
}
