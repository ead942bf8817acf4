//! How an alarm system is armed.

use super::choice::Kind;

/// The states of an alarm system; which of them there are, its description says.
#[derive(Debug)]
pub enum ArmState {}

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

    fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
        [
            ("away", Self::ARMED_AWAY),
            ("stay", Self::ARMED_STAY),
            ("night", Self::ARMED_NIGHT),
            ("disarmed", Self::DISARMED),
        ]
        .into_iter()
    }
}
