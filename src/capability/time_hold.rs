//! A running task that can be put on hold: [Alexa.TimeHoldController].
//!
//! Firmware: a function that takes a word for hold and one for resume, or a function for each. Since when and until when
//! the task is on hold is not told: Alexa wants both by the clock, and firmware counts down.
//!
//! [Alexa.TimeHoldController]: https://developer.amazon.com/docs/device-apis/alexa-timeholdcontroller.html

use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::IntoStaticStr;

use super::operation::tell;
use super::{Capability, Property};
use crate::alexa::Error;
use crate::alexa::discovery::{self, Category};
use crate::binding::Order;
use crate::device::{Device, Reply};
use crate::label::Locale;
use crate::language::{Fields, Problems, fields};
use crate::value::{Choice, ChoiceKind as _, HoldOperation};

#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct TimeHoldController {
    order: Order<Choice<HoldOperation>>,
}

#[derive(Deserialize, IntoStaticStr)]
pub(super) enum Directive {
    Hold {},
    Resume {},
}

impl TimeHoldController {
    fn takes(&self, operation: Directive) -> bool {
        self.order.spelling().find(operation.into()).is_ok()
    }
}

impl Fields for TimeHoldController {
    fields! { ..order: Order<Choice<HoldOperation>>; }

    fn check(&self, problems: &mut Problems) {
        self.order.check(problems);
        let holds = self.takes(Directive::Hold {});
        let message = "what cannot `hold` has nothing to resume; add `hold` to its `operations`";
        problems.at(HoldOperation::KEY, (!holds).then_some(message));
    }
}

impl Capability for TimeHoldController {
    const INTERFACE: &'static str = "Alexa.TimeHoldController";
    const KEY: &'static str = "time_hold";
    const MEANING: &'static str = "a running task that can be put on hold";
    const CATEGORY: Category = Category::Other;

    type Directive = Directive;

    fn properties(&self) -> Vec<Property<'_>> {
        Vec::new()
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        _language: &Locale,
    ) -> discovery::Capability {
        let resumes = self.takes(Directive::Resume {});
        declared.configuration = Some(json!({ "allowRemoteResume": resumes }));
        declared
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        tell(&self.order, directive.into(), device).await
    }
}
