//! Whether something sounds the alarm.

use serde_json::{Value as Json, json};

use super::Vocabulary;

/// The state of an alarm.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Alarm {
    /// It sounds.
    Raised,
    /// It does not.
    Quiet,
}

impl Vocabulary for Alarm {
    const WORDS: &'static [(Self, &'static str, &'static str)] =
        &[(Self::Raised, "ALARM", "alarm"), (Self::Quiet, "OK", "ok")];
    const TRUTH: Option<[Self; 2]> = Some([Self::Raised, Self::Quiet]);

    fn property(word: &'static str) -> Json {
        json!({ "value": word })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Alarm;
    use crate::value::{Value as _, Words};

    #[test]
    fn an_alarm_is_told_in_a_table() {
        for (said, alexa) in [
            (json!(true), Some("ALARM")),
            (json!("Alarm"), Some("ALARM")),
            (json!(2), Some("ALARM")),
            (json!(0), Some("OK")),
            (json!("ok"), Some("OK")),
            (json!("false"), Some("OK")),
            (json!("test"), None),
        ] {
            let alarm = Alarm::from_variable(&said, &Words::default());
            let told = alarm.map(|alarm| alarm.to_alexa());
            assert_eq!(told, alexa.map(|word| json!({ "value": word })), "{said}");
        }
    }
}
