//! The state behind both services: a developer's account with its skills and tokens, and the record of what was asked.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use crate::{
    http::Failures,
    lambda::Lambda,
    lwa::Lwa,
    record::Record,
    skill::{Import, Skill, Upload},
};

/// One developer's account.
pub(crate) struct Amazon {
    pub(crate) vendor_id: String,
    pub(crate) lambda: Arc<dyn Lambda>,
    pub(crate) record: Record,
    pub(crate) failures: Failures,
    polls: AtomicU32,
    state: Mutex<State>,
}

/// What requests and tests change.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) skills: Vec<Skill>,
    pub(crate) uploads: Vec<Upload>,
    /// Each with its id.
    pub(crate) imports: Vec<(String, Import)>,
    pub(crate) lwa: Lwa,
}

impl Amazon {
    pub(crate) fn new(vendor_id: String, lambda: Arc<dyn Lambda>, polls: u32) -> Self {
        Self {
            vendor_id,
            lambda,
            record: Record::default(),
            failures: Failures::default(),
            polls: AtomicU32::new(polls),
            state: Mutex::new(State {
                skills: Vec::new(),
                uploads: Vec::new(),
                imports: Vec::new(),
                lwa: Lwa::default(),
            }),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // No change is left half done by what may panic, which is only the caller of a handle.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often the status of a change says that it is in progress.
    pub(crate) fn polls(&self) -> u32 {
        self.polls.load(Ordering::Relaxed)
    }

    pub(crate) fn set_polls(&self, polls: u32) {
        self.polls.store(polls, Ordering::Relaxed);
    }
}

impl State {
    pub(crate) fn skill(&self, id: &str) -> Option<&Skill> {
        self.skills.iter().find(|skill| skill.id == id)
    }

    pub(crate) fn skill_mut(&mut self, id: &str) -> Option<&mut Skill> {
        self.skills.iter_mut().find(|skill| skill.id == id)
    }
}

impl fmt::Debug for Amazon {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Amazon")
            .field("vendor_id", &self.vendor_id)
            .finish_non_exhaustive()
    }
}
