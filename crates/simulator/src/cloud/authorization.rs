//! An authorization on its way: somebody signs in, agrees, and the client gets a code for it.

use super::Holder;
use crate::secret::Secret;

/// What a client asks for, and how far the person who is to allow it has come.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    /// The browser in which it began, and in which it has to end.
    pub(crate) session: Secret,
    pub(crate) holder: Holder,
    /// One of the client's.
    pub(crate) redirect_uri: String,
    /// What the client wants to see again.
    pub(crate) state: Option<String>,
    pub(crate) step: Step,
}

/// What the person is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    Password,
    SecondFactor,
    Consent,
}

/// What a code can be exchanged for.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) holder: Holder,
    /// Where it was sent.
    pub(crate) redirect_uri: String,
}
