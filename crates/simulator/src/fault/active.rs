//! A fault that is set: how often it struck, and when it is over.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::{Condition, Effect, Fault, Kind, Scope, When};

/// A fault and when it strikes, as the control API says it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields, expecting = "an object with a fault")]
pub(crate) struct Setting {
    pub(crate) fault: Fault,
    #[serde(default, skip_serializing_if = "When::is_always")]
    pub(crate) when: When,
}

impl Setting {
    /// Says why this cannot be.
    pub(crate) fn check(&self, scope: Scope) -> Result<(), &'static str> {
        if self.when.strokes() == Some(0) {
            return Err("a fault strikes at least once: `times` is 1 or more");
        }
        if self.fault != Fault::Refused {
            return Ok(());
        }
        if scope == Scope::Device {
            return Err(
                "connections are refused by the cloud, not by a device: set `refused` for the cloud",
            );
        }
        if self.when.picks_requests() {
            return Err(
                "what is refused is a connection, before there is any request: \
                 `refused` has no `only` and no `times`",
            );
        }
        Ok(())
    }
}

/// A fault that is set.
#[derive(Debug)]
pub(crate) struct Active {
    setting: Setting,
    struck: u64,
    until: Option<Instant>,
}

impl Active {
    /// The fault from now on.
    pub(crate) fn new(setting: Setting) -> Self {
        let now = Instant::now();
        // A time beyond the end of the clock is no end.
        let until = setting
            .when
            .lasts()
            .and_then(|lasts| now.checked_add(lasts));
        Self {
            setting,
            struck: 0,
            until,
        }
    }

    pub(crate) fn fault(&self) -> Fault {
        self.setting.fault
    }

    /// How many requests it struck.
    pub(crate) fn struck(&self) -> u64 {
        self.struck
    }

    /// Where it is over by itself.
    pub(crate) fn until(&self) -> Option<Instant> {
        self.until
    }

    /// What is left of it, if it is not over.
    pub(crate) fn left(&self) -> Option<Setting> {
        let time = self
            .until
            .map(|until| until.saturating_duration_since(Instant::now()));
        let setting = || Setting {
            fault: self.setting.fault,
            when: self.setting.when.clone().after(self.struck, time),
        };
        self.holds().then(setting)
    }

    /// Whether it is to strike a request of this kind.
    pub(crate) fn awaits(&self, kind: Option<Kind>) -> bool {
        self.holds() && self.setting.when.strikes(kind)
    }

    /// Strikes.
    pub(crate) fn strike(&mut self, scope: Scope) -> Effect {
        let effect = self.setting.fault.effect(scope, self.struck);
        self.struck += 1;
        effect
    }

    /// What is wrong with a device, as far as this does not need a request of its own to strike.
    pub(crate) fn condition(&self) -> Option<Condition> {
        self.setting.fault.effect(Scope::Device, 0).condition()
    }

    fn holds(&self) -> bool {
        let times = self.setting.when.strokes();
        times.is_none_or(|times| self.struck < u64::from(times))
            && self.until.is_none_or(|until| Instant::now() < until)
    }
}
