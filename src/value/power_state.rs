//! On or off.

use super::Vocabulary;

/// Whether something is on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PowerState {
    /// It is.
    On,
    /// It is not.
    Off,
}

impl Vocabulary for PowerState {
    const WORDS: &'static [(Self, &'static str, &'static str)] =
        &[(Self::On, "ON", "on"), (Self::Off, "OFF", "off")];
    const TRUTH: Option<[Self; 2]> = Some([Self::On, Self::Off]);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::PowerState::{self, Off, On};
    use crate::binding::Control;

    fn control(mut words: Json) -> Control<PowerState> {
        words["function"] = json!("f");
        words["variable"] = json!("v");
        crate::language::from_json(words).unwrap()
    }

    #[test]
    fn a_variable_may_say_it_in_many_ways() {
        let control = control(json!({}));
        for (state, ways) in [
            (
                Some(On),
                json!(["on", "ON", true, "true", 1, 255, "1", 0.5]),
            ),
            (Some(Off), json!(["off", "Off", false, 0, 0.0, "0"])),
            (
                None,
                json!([null, "", "broken", "nan", "inf", 1e300, [1], { "on": true }]),
            ),
        ] {
            for said in ways.as_array().unwrap() {
                assert_eq!(control.read(said), state, "{said}");
            }
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for (on, off) in [
            ("on", "off"),
            ("0", "1"),
            ("0=1", "0=0"),
            ("off", "on"),
            ("up", "down"),
        ] {
            let control = control(json!({ "on": on, "off": off }));
            for state in [On, Off] {
                let echo = control.command(&state).unwrap().argument;
                assert_eq!(control.read(&echo.into()), Some(state));
            }
        }
    }

    #[test]
    fn inverted_logic_reads_right() {
        let control = control(json!({ "on": 0, "off": 1 }));
        for (said, state) in [
            (json!(0), Some(On)),
            (json!(0.0), Some(On)),
            (json!("0"), Some(On)),
            (json!(false), Some(On)),
            (json!(1), Some(Off)),
            (json!(true), Some(Off)),
            (json!("on"), Some(On)),
            (json!(2), None),
        ] {
            assert_eq!(control.read(&said), state, "{said}");
        }
    }
}
