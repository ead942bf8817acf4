//! Whether a lock is locked.

use super::Vocabulary;

/// The state of a lock.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LockState {
    /// It is locked.
    Locked,
    /// It is not.
    Unlocked,
    /// It is stuck between the two; nobody commands that.
    Jammed,
}

impl Vocabulary for LockState {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Locked, "LOCKED", "locked"),
        (Self::Unlocked, "UNLOCKED", "unlocked"),
        (Self::Jammed, "JAMMED", "jammed"),
    ];
    const TRUTH: Option<[Self; 2]> = Some([Self::Locked, Self::Unlocked]);

    fn is_commanded(self) -> bool {
        self != Self::Jammed
    }
}
