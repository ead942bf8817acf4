//! How the setpoints of a thermostat are set and moved: which calls that takes, in which order.

use std::collections::BTreeSet;

use super::limits;
use super::{COOL, HEAT, LOWER, OFF, TARGET, ThermostatController, UPPER};
use crate::alexa::{Error, Kind};
use crate::binding::{Binding as _, Command, Setting};
use crate::device::{Device, Reply, State, unknown};
use crate::value::{Difference, Temperature, Unit, Value as _};

/// The two setpoints of a thermostat that keeps between them.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) lower: &'a Setting<Temperature>,
    pub(super) upper: &'a Setting<Temperature>,
}

/// What the device says before it is told something.
struct Present {
    mode: Option<String>,
    target: Option<Temperature>,
    lower: Option<Temperature>,
    upper: Option<Temperature>,
}

/// One call, and what it sets.
struct Step<'a> {
    command: Option<Command<'a>>,
    sets: Vec<(&'static str, Temperature)>,
}

impl Present {
    /// Its mode, unless that is off.
    fn mode(&self) -> Result<Option<&str>, Error> {
        match self.mode.as_deref() {
            Some(OFF) => Err(Error::new(Kind::ThermostatIsOff, "the thermostat is off")),
            mode => Ok(mode),
        }
    }
}

impl<'a> Step<'a> {
    fn one(name: &'static str, setting: &'a Setting<Temperature>, value: Temperature) -> Self {
        Self {
            command: setting.command(&value),
            sets: vec![(name, value)],
        }
    }
}

impl ThermostatController {
    pub(super) async fn set(
        &self,
        device: &Device<'_>,
        target: Option<Temperature>,
        lower: Option<Temperature>,
        upper: Option<Temperature>,
    ) -> Result<Reply, Error> {
        match (target, lower, upper) {
            (Some(asked), None, None) => match (&self.target, self.pair()) {
                (Some(target), _) => make(device, vec![self.single(target, asked)?]).await,
                (None, Some(pair)) => self.aim(device, pair, asked).await,
                (None, None) => Err(without_setpoint()),
            },
            (None, Some(lower), Some(upper)) => {
                let pair = self.pair().ok_or_else(|| {
                    let message = "the thermostat has no lower and upper setpoint";
                    Error::new(Kind::DualSetpointsUnsupported, message)
                })?;
                make(device, self.dual(device, pair, lower, upper).await?).await
            }
            (Some(asked), Some(lower), Some(upper)) => {
                let (Some(target), Some(pair)) = (&self.target, self.pair()) else {
                    let message = "the thermostat has no three setpoints";
                    return Err(Error::new(Kind::TripleSetpointsUnsupported, message));
                };
                let mut steps = vec![self.single(target, asked)?];
                limits::between(asked, lower, upper)?;
                steps.extend(self.dual(device, pair, lower, upper).await?);
                make(device, steps).await
            }
            _ => Err(Error::new(
                Kind::InvalidDirective,
                "setpoints are a target, or a lower and an upper one, or all three",
            )),
        }
    }

    pub(super) async fn adjust(
        &self,
        device: &Device<'_>,
        delta: Difference,
    ) -> Result<Reply, Error> {
        let needed = match (&self.target, self.pair()) {
            (Some(target), _) => vec![&**target],
            (None, Some(pair)) => vec![pair.lower, pair.upper],
            (None, None) => return Err(without_setpoint()),
        };
        if let Some(setting) = needed.iter().find(|setting| setting.variable().is_none()) {
            return Err(unknown(setting));
        }
        let present = self.present(device).await?;
        let mode = present.mode()?;
        let by = |setpoint: Temperature, delta: Difference| {
            let unit = setpoint.unit();
            let degrees = setpoint.degrees() + delta.degrees_in(unit);
            self.limits.nearest(degrees, unit)
        };
        if let Some(target) = &self.target {
            let from = present.target.ok_or_else(|| unknown(target))?;
            let step = Step::one(TARGET, target, by(from, delta));
            return make(device, vec![step]).await;
        }
        let Some(pair) = self.pair() else {
            return Err(without_setpoint());
        };
        let lower = present.lower.ok_or_else(|| unknown(pair.lower))?;
        let upper = present.upper.ok_or_else(|| unknown(pair.upper))?;
        let unit = lower.unit();
        let delta = delta.degrees_in(unit);
        let delta = self.limits.leeway(lower, upper.to(unit), delta);
        let delta = Difference::of(delta, unit);
        let steps = self.moved(
            pair,
            &present,
            Some(by(lower, delta)),
            Some(by(upper, delta)),
        )?;
        self.make_in_mode(device, mode, steps).await
    }

    /// Gives a single setpoint to a thermostat that has two.
    async fn aim(
        &self,
        device: &Device<'_>,
        pair: Pair<'_>,
        asked: Temperature,
    ) -> Result<Reply, Error> {
        let limits = &self.limits;
        let asked = |setting| limits.setpoint(asked, unit_of(setting));
        let (asked_lower, asked_upper) = (asked(pair.lower)?, asked(pair.upper)?);
        let present = self.present(device).await?;
        let mode = present.mode()?;
        let (in_lower, in_upper) = (asked_lower.unit(), asked_upper.unit());
        // The setpoint that does not count in the mode only makes room, where it is known or has to be told.
        let (lower, upper) = match mode {
            Some(HEAT) => {
                let least = asked_lower.to(in_upper).degrees() + limits.apart(in_upper);
                let makes_room = match present.upper {
                    Some(upper) => upper.degrees() < least,
                    None => self.both.is_some(),
                };
                let upper = makes_room.then(|| limits.nearest(least, in_upper));
                (Some(asked_lower), upper)
            }
            Some(COOL) => {
                let most = asked_upper.to(in_lower).degrees() - limits.apart(in_lower);
                let makes_room = match present.lower {
                    Some(lower) => lower.degrees() > most,
                    None => self.both.is_some(),
                };
                let lower = makes_room.then(|| limits.nearest(most, in_lower));
                (lower, Some(asked_upper))
            }
            _ => {
                let present = present.lower.zip(present.upper);
                let present = present
                    .map(|(lower, upper)| upper.to(in_lower).degrees() - lower.degrees())
                    .unwrap_or_default();
                let apart = present.max(limits.apart(in_lower));
                let [lower, upper] = limits.around(asked_lower, apart);
                let upper = upper.to(in_upper);
                (Some(lower), Some(limits.nearest(upper.degrees(), in_upper)))
            }
        };
        if let Some((lower, upper)) = lower.or(present.lower).zip(upper.or(present.upper)) {
            limits.part(lower, upper)?;
        }
        let steps = self.moved(pair, &present, lower, upper)?;
        self.make_in_mode(device, mode, steps).await
    }

    /// Reads the mode, and the setpoints that a target can be told from.
    async fn present(&self, device: &Device<'_>) -> Result<Present, Error> {
        let target = self.target.as_deref();
        let pair = self.pair().filter(|_| target.is_none());
        let lower = pair.map(|pair| pair.lower);
        let upper = pair.map(|pair| pair.upper);
        let mode = self.mode.as_deref();
        let variables: BTreeSet<_> = [target, lower, upper]
            .into_iter()
            .flatten()
            .filter_map(|setting| setting.variable())
            .chain(mode.and_then(|mode| mode.variable()))
            .collect();
        let said = device.read(variables).await?;
        let read = |setting: Option<&Setting<Temperature>>| {
            let setting = setting?;
            setting.read(said.get(setting.variable()?)?)
        };
        let mode = mode.and_then(|mode| mode.read(said.get(mode.variable()?)?));
        Ok(Present {
            mode: mode.map(|mode| mode.as_str().to_owned()),
            target: read(target),
            lower: read(lower),
            upper: read(upper),
        })
    }

    fn single<'a>(
        &self,
        target: &'a Setting<Temperature>,
        asked: Temperature,
    ) -> Result<Step<'a>, Error> {
        let value = self.limits.setpoint(asked, unit_of(target))?;
        Ok(Step::one(TARGET, target, value))
    }

    /// The calls that set both. Which comes first hangs on where they are, as far as variables tell that.
    async fn dual<'a>(
        &'a self,
        device: &Device<'_>,
        pair: Pair<'a>,
        lower: Temperature,
        upper: Temperature,
    ) -> Result<Vec<Step<'a>>, Error> {
        let lower = self.limits.setpoint(lower, unit_of(pair.lower))?;
        let upper = self.limits.setpoint(upper, unit_of(pair.upper))?;
        self.limits.part(lower, upper)?;
        if let Some(step) = self.at_once(lower, upper) {
            return Ok(vec![step]);
        }
        let present = match pair.lower.variable() {
            Some(variable) => {
                let said = device.read(BTreeSet::from([variable])).await?;
                said.get(variable).and_then(|said| pair.lower.read(said))
            }
            None => None,
        };
        Ok(in_order(pair, present, Some(lower), Some(upper)))
    }

    /// The calls that move one or two setpoints from where they are.
    fn moved<'a>(
        &'a self,
        pair: Pair<'a>,
        present: &Present,
        lower: Option<Temperature>,
        upper: Option<Temperature>,
    ) -> Result<Vec<Step<'a>>, Error> {
        if self.both.is_some() {
            let lower = lower.or(present.lower).ok_or_else(|| unknown(pair.lower))?;
            let upper = upper.or(present.upper).ok_or_else(|| unknown(pair.upper))?;
            return Ok(self.at_once(lower, upper).into_iter().collect());
        }
        Ok(in_order(pair, present.lower, lower, upper))
    }

    /// The one call for both setpoints, where there is one.
    fn at_once(&self, lower: Temperature, upper: Temperature) -> Option<Step<'_>> {
        Some(Step {
            command: self.both.as_ref()?.command(lower, upper),
            sets: vec![(LOWER, lower), (UPPER, upper)],
        })
    }

    /// Makes the calls, and tells of the setpoints what counts in the mode.
    async fn make_in_mode(
        &self,
        device: &Device<'_>,
        mode: Option<&str>,
        steps: Vec<Step<'_>>,
    ) -> Result<Reply, Error> {
        let mut reply = make(device, steps).await?;
        reply.changed = self.in_mode(mode, reply.changed);
        Ok(reply)
    }
}

/// The calls that set one or two setpoints, the one that makes room first.
fn in_order<'a>(
    pair: Pair<'a>,
    present_lower: Option<Temperature>,
    lower: Option<Temperature>,
    upper: Option<Temperature>,
) -> Vec<Step<'a>> {
    let rises = lower
        .zip(present_lower)
        .is_some_and(|(to, from)| to.degrees() > from.degrees());
    let lower = lower.map(|value| Step::one(LOWER, pair.lower, value));
    let upper = upper.map(|value| Step::one(UPPER, pair.upper, value));
    let steps = if rises {
        [upper, lower]
    } else {
        [lower, upper]
    };
    steps.into_iter().flatten().collect()
}

/// Makes the calls, one after the other.
async fn make(device: &Device<'_>, steps: Vec<Step<'_>>) -> Result<Reply, Error> {
    let mut changed: Vec<State> = Vec::new();
    for step in steps {
        let names: Vec<_> = step.sets.iter().map(|(name, _)| *name).collect();
        let command = step.command.ok_or_else(|| {
            let message = format!("{} can only be read", names.join(" and "));
            Error::new(Kind::InvalidDirective, message)
        })?;
        let returned = match device.call(&command).await {
            Ok(returned) => returned,
            Err(error) if changed.is_empty() => return Err(error),
            Err(error) => return Err(half_done(error, &changed, &names)),
        };
        changed.extend(step.sets.iter().map(|(name, value)| State {
            interface: None,
            name,
            value: value.to_alexa(),
            at: returned.at,
            uncertainty: returned.uncertainty,
        }));
    }
    // Told as they are declared, in whichever order they were set.
    changed.sort_by_key(|state| {
        [TARGET, LOWER, UPPER]
            .iter()
            .position(|name| *name == state.name)
    });
    Ok(Reply {
        changed,
        told: None,
    })
}

/// The error of a call that was not the first.
fn half_done(error: Error, changed: &[State], missing: &[&str]) -> Error {
    let done: Vec<_> = changed.iter().map(|state| state.name).collect();
    let message = format!(
        "{} is set, but {} is not: {}",
        done.join(" and "),
        missing.join(" and "),
        error.message
    );
    Error::new(error.kind, message)
}

fn without_setpoint() -> Error {
    let message = "the thermostat has no setpoint, only a mode";
    Error::new(Kind::InvalidDirective, message)
}

fn unit_of(setting: &Setting<Temperature>) -> Unit {
    setting.spelling().unit()
}
