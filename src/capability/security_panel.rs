//! An alarm system: [Alexa.SecurityPanelController].
//!
//! Firmware: a function that takes a word for each state, or a function for each; a variable that tells which it is in;
//! and perhaps a variable for each alarm.
//!
//! Whoever may disarm is the firmware's to judge: where its argument has a place for a PIN, Alexa asks for one and the
//! skill hands it on. Without such a place Alexa asks for the PIN that is set in her app, and tells it nobody.
//!
//! [Alexa.SecurityPanelController]: https://developer.amazon.com/docs/device-apis/alexa-securitypanelcontroller.html

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Capability, Property};
use crate::alexa::discovery::{self, Category};
use crate::alexa::{Error, Kind};
use crate::binding::{Binding as _, Command, Sensor, Setting};
use crate::device::{Device, Reply};
use crate::label::Locale;
use crate::language::{Fields, Problems, Schema, fields, read_as};
use crate::secret::Pin;
use crate::value::{Alarm, ArmState, Choice, ChoiceKind as _, Choices};

#[derive(Debug, Default, Serialize)]
pub(super) struct SecurityPanelController {
    arm: Arming,
    #[serde(skip_serializing_if = "Option::is_none")]
    burglary: Option<Sensor<Alarm>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fire: Option<Sensor<Alarm>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    carbon_monoxide: Option<Sensor<Alarm>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    water: Option<Sensor<Alarm>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_delay: Option<Seconds>,
}

/// How it is armed and disarmed.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
struct Arming {
    setting: Setting<Choice<ArmState>>,
}

/// As many seconds as Alexa takes.
#[derive(Clone, Copy, Debug, Serialize)]
struct Seconds(u8);

#[derive(Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub(super) enum Directive {
    Arm {
        arm_state: String,
    },
    Disarm {
        authorization: Option<Authorization>,
    },
}

#[derive(Deserialize)]
pub(super) struct Authorization {
    #[serde(rename = "type")]
    kind: String,
    value: Pin,
}

const ARM_STATE: &str = "armState";
const FOUR_DIGIT_PIN: &str = "FOUR_DIGIT_PIN";

/// The place for a PIN in what the firmware is told.
const PIN: &str = "{pin}";

impl Arming {
    fn states(&self) -> &Choices<ArmState> {
        self.setting.spelling()
    }

    /// The call that leads to a state.
    fn command(&self, alexa: &str) -> Option<Command<'_>> {
        let state = self.states().find(alexa).ok()?;
        self.setting.command(&state)
    }

    fn wants_pin(&self, alexa: &str) -> bool {
        self.command(alexa)
            .is_some_and(|command| command.argument.contains(PIN))
    }

    async fn arm(&self, state: &str, device: &Device<'_>) -> Result<Reply, Error> {
        let state = self.states().find(state)?;
        if state.as_str() == ArmState::DISARMED {
            let message = "what disarms is Disarm, which can ask for a PIN";
            return Err(Error::new(Kind::InvalidValue, message));
        }
        // Without this look, whoever may not disarm could still have it guard less.
        if state.as_str() != ArmState::ARMED_AWAY {
            let present = device.look(&self.setting).await?.ok_or_else(|| {
                let message = "the alarm system tells no state that its description knows";
                Error::new(Kind::NotReady, message)
            })?;
            if present.as_str() == ArmState::ARMED_AWAY {
                let message = "it is armed for when nobody is in; it must be disarmed first";
                return Err(Error::new(Kind::AuthorizationRequired, message));
            }
        }
        device.set(ARM_STATE, &self.setting, &state).await
    }

    async fn disarm(
        &self,
        authorization: Option<Authorization>,
        device: &Device<'_>,
    ) -> Result<Reply, Error> {
        let state = self.states().find(ArmState::DISARMED)?;
        let mut command = self
            .setting
            .command(&state)
            .ok_or_else(|| Error::new(Kind::InvalidDirective, "nothing disarms it"))?;
        if command.argument.contains(PIN) {
            let pin = authorization.as_ref().and_then(Authorization::digits);
            let pin = pin.ok_or_else(|| {
                Error::new(Kind::Unauthorized, "a PIN of four digits is to be said")
            })?;
            command.argument = command.argument.replace(PIN, pin);
        }
        device.tell(ARM_STATE, &command, &state).await
    }
}

const ARMING: &str = "a table with `function`, `variable` and `states`";

impl Fields for Arming {
    const EXPECTED: Option<&'static str> = Some(ARMING);

    fields! { ..setting: Setting<Choice<ArmState>>; }

    fn check(&self, problems: &mut Problems) {
        self.setting.check(problems);
        let states = || self.states().iter().map(|state| state.alexa.as_str());
        let armed = || states().filter(|state| *state != ArmState::DISARMED);
        let known = states().len() > 0;
        let incomplete = states().all(|state| state != ArmState::DISARMED) || armed().count() == 0;
        let message =
            "it needs \"disarmed\" and one of \"away\", \"stay\" and \"night\" among its `states`";
        problems.at(ArmState::KEY, (known && incomplete).then_some(message));
        let unset = !self.setting.is_controllable();
        problems.of_table(unset.then_some("it needs a `function`: what else would set it?"));
        let untold = self.setting.variable().is_none();
        let message =
            "it needs a `variable`: Alexa takes no alarm system that cannot tell its state";
        problems.of_table(untold.then_some(message));
        let pin = armed().any(|state| self.wants_pin(state));
        let message = || {
            format!(
                "a PIN is said only to disarm; put {PIN} into the argument of \"disarmed\" alone"
            )
        };
        problems.at(ArmState::KEY, pin.then(message));
    }
}

impl Authorization {
    fn digits(&self) -> Option<&str> {
        (self.kind == FOUR_DIGIT_PIN).then(|| self.value.digits())?
    }
}

impl SecurityPanelController {
    fn alarms(&self) -> impl Iterator<Item = (&'static str, &Sensor<Alarm>)> {
        let alarms = [
            ("burglaryAlarm", &self.burglary),
            ("fireAlarm", &self.fire),
            ("carbonMonoxideAlarm", &self.carbon_monoxide),
            ("waterAlarm", &self.water),
        ];
        alarms
            .into_iter()
            .filter_map(|(name, sensor)| Some((name, sensor.as_ref()?)))
    }
}

impl Fields for SecurityPanelController {
    const EXPECTED: Option<&'static str> = Some("a table with `arm`");

    fields! {
        "arm" => arm: "how it is armed and disarmed; {pin} in the argument of \"disarmed\" is the place for the PIN that Alexa then asks for";
        "burglary" => burglary: "the variable that tells whether somebody breaks in";
        "fire" => fire: "the variable that tells whether it burns";
        "carbon_monoxide" => carbon_monoxide: "the variable that tells whether there is carbon monoxide";
        "water" => water: "the variable that tells whether there is water where none should be";
        "exit_delay" => exit_delay: "how many seconds one has to leave, up to 255, for Alexa to say when it is armed for when nobody is in";
    }

    fn check(&self, problems: &mut Problems) {
        let absent = self.arm.states().iter().len() == 0;
        let message = || format!("it needs `arm`, {ARMING} that says how it is armed");
        problems.of_table(absent.then(message));
    }
}

impl Capability for SecurityPanelController {
    const INTERFACE: &'static str = "Alexa.SecurityPanelController";
    const KEY: &'static str = "security_panel";
    const MEANING: &'static str = "an alarm system";
    const CATEGORY: Category = Category::SecurityPanel;

    type Directive = Directive;

    fn properties(&self) -> Vec<Property<'_>> {
        let state = Property::of(ARM_STATE, &self.arm.setting);
        let alarms = self
            .alarms()
            .map(|(name, sensor)| Property::of(name, sensor));
        std::iter::once(state).chain(alarms).collect()
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        _language: &Locale,
    ) -> discovery::Capability {
        let states = self.arm.states().iter();
        let states: Vec<_> = states
            .map(|state| json!({ "value": state.alexa }))
            .collect();
        let mut configuration = json!({ "supportedArmStates": states });
        if let Json::Object(configuration) = &mut configuration
            && self.arm.wants_pin(ArmState::DISARMED)
        {
            configuration.insert(
                "supportedAuthorizationTypes".to_owned(),
                json!([{ "type": FOUR_DIGIT_PIN }]),
            );
        }
        declared.configuration = Some(configuration);
        declared
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        match directive {
            Directive::Arm { arm_state } => {
                let mut reply = self.arm.arm(&arm_state, device).await?;
                let leaving = arm_state.eq_ignore_ascii_case(ArmState::ARMED_AWAY);
                let payload = match self.exit_delay {
                    Some(Seconds(delay)) if leaving => json!({ "exitDelayInSeconds": delay }),
                    _ => json!({}),
                };
                reply.told = Some(("Arm.Response", payload));
                Ok(reply)
            }
            Directive::Disarm { authorization } => self.arm.disarm(authorization, device).await,
        }
    }
}

read_as! { Seconds: i64 }

impl TryFrom<i64> for Seconds {
    type Error = &'static str;

    fn try_from(written: i64) -> Result<Self, Self::Error> {
        u8::try_from(written)
            .map(Self)
            .map_err(|_| "Alexa takes 0 to 255 seconds")
    }
}

impl Schema for Seconds {
    fn schema() -> Json {
        json!({ "type": "integer", "minimum": 0, "maximum": u8::MAX })
    }
}
