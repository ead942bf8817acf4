//! The sound of a music system: [Alexa.EqualizerController].
//!
//! Firmware: for each band a function that takes the level, and perhaps a variable that tells it, without which there is
//! nothing to move from; and perhaps a function that takes a word for what the sound is made for.
//!
//! To Alexa the bands are one property. Each is reported from its own variable, and [`reconcile`](Capability::reconcile)
//! puts together what could be read.
//!
//! [Alexa.EqualizerController]: https://developer.amazon.com/docs/device-apis/alexa-equalizercontroller.html

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::step::Step;
use super::{Capability, Property};
use crate::alexa::discovery::{self, Category};
use crate::alexa::{Error, Kind};
use crate::binding::{Binding, Control, Setting};
use crate::device::{Device, Reply, State};
use crate::label::Locale;
use crate::language::{Fields, Problems, fields};
use crate::particle;
use crate::value::{
    Band, BandLevel, BandName, Bass, Choice, EqualizerMode, Interval, Midrange, Treble,
};

#[derive(Debug, Default, Serialize)]
pub(super) struct EqualizerController {
    #[serde(skip_serializing_if = "Option::is_none")]
    bass: Option<Control<BandLevel<Bass>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    midrange: Option<Control<BandLevel<Midrange>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    treble: Option<Control<BandLevel<Treble>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Interval>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reset: Option<i64>,
    #[serde(skip_serializing_if = "Step::is_default")]
    step: Step<1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<Control<Choice<EqualizerMode>>>,
}

#[derive(Deserialize)]
pub(super) enum Directive {
    SetBands { bands: Vec<Set> },
    AdjustBands { bands: Vec<Adjust> },
    ResetBands { bands: Vec<Reset> },
    SetMode { mode: String },
}

#[derive(Deserialize)]
pub(super) struct Set {
    name: BandName,
    #[serde(deserialize_with = "crate::lenient::whole")]
    level: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Adjust {
    name: BandName,
    /// Nothing, where nobody said by how much.
    #[serde(default, deserialize_with = "crate::lenient::whole_if_any")]
    level_delta: Option<i64>,
    level_direction: Direction,
}

#[derive(Deserialize)]
pub(super) struct Reset {
    name: BandName,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Direction {
    Up,
    Down,
}

/// What becomes of a band.
#[derive(Clone, Copy)]
enum Change {
    To(i64),
    By(i64),
}

const BANDS: &str = "bands";
const MODE: &str = "mode";

/// What most equalizers have, in decibels.
const USUAL: Interval = Interval {
    minimum: -10,
    maximum: 10,
};

impl EqualizerController {
    fn range(&self) -> Interval {
        self.range.unwrap_or(USUAL)
    }

    /// The bands that there are, in Alexa's order.
    fn bands(&self) -> impl Iterator<Item = (BandName, &dyn Binding)> {
        fn bound<B: Band>(
            band: Option<&Control<BandLevel<B>>>,
        ) -> Option<(BandName, &dyn Binding)> {
            let setting: &Setting<_> = band?;
            Some((B::NAME, setting))
        }
        let bass = bound(self.bass.as_ref());
        let midrange = bound(self.midrange.as_ref());
        let treble = bound(self.treble.as_ref());
        [bass, midrange, treble].into_iter().flatten()
    }

    /// Changes bands one after the other. All that can be found wrong is found before the first is changed.
    async fn change(
        &self,
        changes: Vec<(BandName, Change)>,
        device: &Device<'_>,
    ) -> Result<Reply, Error> {
        let invalid = |message| Err(Error::new(Kind::InvalidDirective, message));
        if changes.is_empty() {
            return invalid("it names no band");
        }
        let mut levels = Vec::new();
        for (name, change) in changes {
            if levels.iter().any(|(other, _)| *other == name) {
                return invalid("it names a band twice");
            }
            levels.push((name, self.level(name, change, device).await?));
        }
        let mut changed: Vec<State> = Vec::new();
        for (name, level) in levels {
            match self.set(name, level, device).await {
                Ok(reply) => changed.extend(reply.changed),
                Err(error) => return Err(halfway(error, name, changed.len())),
            }
        }
        Ok(Reply {
            changed: together(changed),
            told: None,
        })
    }

    /// What a band is changed to.
    async fn level(
        &self,
        name: BandName,
        change: Change,
        device: &Device<'_>,
    ) -> Result<i64, Error> {
        if !self.bands().any(|(band, _)| band == name) {
            return Err(absent(name));
        }
        match change {
            Change::To(level) => self.range().check(level),
            Change::By(delta) => {
                let present = match name {
                    BandName::Bass => present(self.bass.as_ref(), device).await,
                    BandName::Midrange => present(self.midrange.as_ref(), device).await,
                    BandName::Treble => present(self.treble.as_ref(), device).await,
                }?;
                Ok(self.range().held(present.saturating_add(delta)))
            }
        }
    }

    async fn set(&self, name: BandName, level: i64, device: &Device<'_>) -> Result<Reply, Error> {
        match name {
            BandName::Bass => set(self.bass.as_ref(), level, device).await,
            BandName::Midrange => set(self.midrange.as_ref(), level, device).await,
            BandName::Treble => set(self.treble.as_ref(), level, device).await,
        }
    }
}

async fn present<B: Band>(
    band: Option<&Control<BandLevel<B>>>,
    device: &Device<'_>,
) -> Result<i64, Error> {
    let band = band.ok_or_else(|| absent(B::NAME))?;
    Ok(device.get(band).await?.get())
}

async fn set<B: Band>(
    band: Option<&Control<BandLevel<B>>>,
    level: i64,
    device: &Device<'_>,
) -> Result<Reply, Error> {
    let band = band.ok_or_else(|| absent(B::NAME))?;
    device.set(BANDS, band, &level.into()).await
}

fn absent(name: BandName) -> Error {
    let message = format!("the endpoint has no {name}; discover devices again");
    Error::new(Kind::InvalidDirective, message)
}

/// The error of a directive of which a part is done: it says so, and nothing makes the skill begin anew.
fn halfway(error: Error, failed: BandName, done: usize) -> Error {
    if done == 0 {
        return error;
    }
    let message = format!(
        "{failed} was not changed, though {done} before it: {}",
        error.message
    );
    Error::new(error.kind, message)
}

/// Puts the states of single bands together into the one property: as old as the oldest.
fn together(states: Vec<State>) -> Vec<State> {
    let (bands, mut others): (Vec<_>, Vec<_>) =
        states.into_iter().partition(|state| state.name == BANDS);
    let at = bands.iter().map(|band| band.at).min();
    let uncertainty = bands.iter().map(|band| band.uncertainty).max();
    if let (Some(at), Some(uncertainty)) = (at, uncertainty) {
        let value = bands.into_iter().map(|band| band.value).collect();
        let state = State {
            interface: None,
            name: BANDS,
            value,
            at,
            uncertainty,
        };
        others.insert(0, state);
    }
    others
}

impl Fields for EqualizerController {
    fields! {
        "bass" => bass: "the low tones: the name of a function that takes the level, or a table with `function` and `variable`";
        "midrange" => midrange: "the same for the tones between";
        "treble" => treble: "the same for the high tones";
        "range" => range: "the least and the greatest level of all bands; [-10, 10] by default";
        "reset" => reset: "the level that \"reset\" means; 0 by default";
        "step" => step: "how far \"more\" and \"less\" go where nobody says by how much; 1 by default";
        "mode" => mode: "what the sound is made for: a table with `function`, `variable` and `modes`";
    }

    fn check(&self, problems: &mut Problems) {
        let empty = self.bands().next().is_none() && self.mode.is_none();
        let message = "it needs a band, `bass`, `midrange` or `treble`, or a `mode`";
        problems.of_table(empty.then_some(message));
        let reset = self.reset.unwrap_or_default();
        let outside = self.range().check(reset).is_err();
        let message =
            || format!("{reset} is outside of the `range`; write the level to `reset` to");
        problems.at("reset", outside.then(message));
    }
}

impl Capability for EqualizerController {
    const INTERFACE: &'static str = "Alexa.EqualizerController";
    const KEY: &'static str = "equalizer";
    const MEANING: &'static str = "bass, midrange, treble, and what the sound is made for";
    const CATEGORY: Category = Category::MusicSystem;

    type Directive = Directive;

    fn resolve(&mut self, device: &particle::Device) -> bool {
        let resolved = [
            self.bass.as_mut().map(|band| band.resolve(device)),
            self.midrange.as_mut().map(|band| band.resolve(device)),
            self.treble.as_mut().map(|band| band.resolve(device)),
            self.mode.as_mut().map(|mode| mode.resolve(device)),
        ];
        resolved.into_iter().flatten().all(|resolved| resolved)
    }

    fn properties(&self) -> Vec<Property<'_>> {
        let bands = self.bands().map(|(_, band)| Property::of(BANDS, band));
        let mode = self.mode.as_ref().map(|mode| Property::of(MODE, mode));
        bands.chain(mode).collect()
    }

    fn declare(
        &self,
        mut declared: discovery::Capability,
        _language: &Locale,
    ) -> discovery::Capability {
        let names: Vec<_> = self
            .bands()
            .map(|(name, _)| json!({ "name": name.to_string() }))
            .collect();
        let mut configurations = serde_json::Map::new();
        if !names.is_empty() {
            let Interval { minimum, maximum } = self.range();
            let range = json!({ "minimum": minimum, "maximum": maximum });
            configurations.insert(
                BANDS.to_owned(),
                json!({ "supported": names, "range": range }),
            );
        }
        if let Some(mode) = &self.mode {
            let modes = mode
                .spelling()
                .iter()
                .map(|mode| json!({ "name": mode.alexa }));
            let modes: Json = modes.collect();
            configurations.insert("modes".to_owned(), json!({ "supported": modes }));
        }
        declared
            .peculiar
            .insert("configurations".to_owned(), configurations.into());
        declared
    }

    fn reconcile(&self, reported: Vec<State>) -> Vec<State> {
        let possible = |state: &State| {
            let level = state.value.get("value").and_then(Json::as_i64);
            level.is_none_or(|level| self.range().check(level).is_ok())
        };
        together(reported.into_iter().filter(possible).collect())
    }

    async fn handle(&self, directive: Directive, device: &Device<'_>) -> Result<Reply, Error> {
        let changes = match directive {
            Directive::SetBands { bands } => {
                let to = |band: Set| (band.name, Change::To(band.level));
                bands.into_iter().map(to).collect()
            }
            Directive::AdjustBands { bands } => {
                let by = |band: Adjust| {
                    let direction = match band.level_direction {
                        Direction::Up => 1,
                        Direction::Down => -1,
                    };
                    let delta = band.level_delta.map_or_else(
                        || self.step.towards(direction),
                        |delta| delta.saturating_abs() * direction,
                    );
                    (band.name, Change::By(delta))
                };
                bands.into_iter().map(by).collect()
            }
            Directive::ResetBands { bands } => {
                let level = self.reset.unwrap_or_default();
                let to = |band: Reset| (band.name, Change::To(level));
                bands.into_iter().map(to).collect()
            }
            Directive::SetMode { mode } => {
                let control = self.mode.as_ref().ok_or_else(|| {
                    let message = "the endpoint has no modes; discover devices again";
                    Error::new(Kind::InvalidDirective, message)
                })?;
                let mode = control.spelling().find(&mode)?;
                return device.set(MODE, control, &mode).await;
            }
        };
        self.change(changes, device).await
    }
}
