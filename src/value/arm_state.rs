//! How an alarm system is armed.

use super::choice::Kind;
use crate::suggestion::nearest;

/// The states of an alarm system; which of them there are, its description says.
#[derive(Debug)]
pub enum ArmState {}

/// As a description calls them, and as Alexa does.
const STATES: [(&str, &str); 4] = [
    ("away", ArmState::ARMED_AWAY),
    ("stay", ArmState::ARMED_STAY),
    ("night", ArmState::ARMED_NIGHT),
    ("disarmed", ArmState::DISARMED),
];

impl ArmState {
    /// Armed while nobody is in.
    pub const ARMED_AWAY: &str = "ARMED_AWAY";
    /// Armed while somebody is in.
    pub const ARMED_STAY: &str = "ARMED_STAY";
    /// Armed while all sleep.
    pub const ARMED_NIGHT: &str = "ARMED_NIGHT";
    /// Not armed.
    pub const DISARMED: &str = "DISARMED";
}

impl Kind for ArmState {
    const KEY: &'static str = "states";
    const MEANING: &'static str = "\"disarmed\" and one or more of \"away\", \"stay\" and \"night\": a list, or each with the firmware's word for it";

    type Details = ();

    /// Alexa's own words will do, too.
    fn alexa(written: &str) -> Result<String, String> {
        let known = STATES.iter().find(|(name, alexa)| {
            name.eq_ignore_ascii_case(written) || alexa.eq_ignore_ascii_case(written)
        });
        known.map(|(_, alexa)| (*alexa).to_owned()).ok_or_else(|| {
            let names = STATES.map(|(name, _)| name);
            format!("unknown state `{written}`{}", nearest(written, &names))
        })
    }
}
