//! Which directive comes next, and what goes wrong with it: at random, and with the same seed the same.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use fastrand::Rng;
use particle_simulator::{Fault, Target};
use serde_json::Value as Json;

/// Of a hundred directives, so many meet a fault.
const FAULTS: u32 = 10;

/// One event, and the fault it meets.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) name: String,
    pub(super) event: String,
    pub(super) fault: Option<(Target, Fault)>,
}

/// What a directive asks for, as far as it makes a difference here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Discover,
    Control,
    Adjust,
    Report,
    AcceptGrant,
    Malformed,
}

impl Kind {
    /// Each with how many there are of it in a hundred.
    const ALL: [(Self, &str, u32); 6] = [
        (Self::Discover, "discover", 3),
        (Self::Control, "control", 40),
        (Self::Adjust, "adjust", 20),
        (Self::Report, "report", 20),
        (Self::AcceptGrant, "accept grant", 4),
        (Self::Malformed, "malformed", 13),
    ];

    /// By the name of an event's file: `Interface.Directive.json`, or with what is wrong about it in between.
    fn of(file: &str) -> Self {
        let parts: Vec<&str> = file.split('.').collect();
        match parts.as_slice() {
            ["other", ..] => Self::Malformed,
            ["Discovery", "Discover"] => Self::Discover,
            ["Authorization", ..] => Self::AcceptGrant,
            ["Alexa", "ReportState", ..] => Self::Report,
            [_, directive] if directive.starts_with("Adjust") => Self::Adjust,
            [_, _] => Self::Control,
            _ => Self::Malformed,
        }
    }
}

/// All events of the project, by their kind.
#[derive(Debug)]
pub(super) struct Mix {
    random: Rng,
    kinds: Vec<Events>,
}

#[derive(Debug)]
struct Events {
    kind: Kind,
    name: &'static str,
    weight: u32,
    events: Vec<(String, Json)>,
    /// How many were taken.
    count: u32,
}

impl Mix {
    pub(super) fn read(folder: &Path, seed: u64) -> anyhow::Result<Self> {
        let mut kinds: Vec<Events> = Kind::ALL
            .into_iter()
            .map(|(kind, name, weight)| Events {
                kind,
                name,
                weight,
                events: Vec::new(),
                count: 0,
            })
            .collect();
        let mut files: Vec<_> = fs::read_dir(folder)
            .with_context(|| format!("no events in {}", folder.display()))?
            .collect::<Result<_, _>>()?;
        files.sort_by_key(fs::DirEntry::file_name);
        for file in files {
            let file = file.path();
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            let text = fs::read_to_string(&file)?;
            let event: Json = serde_json::from_str(&text)
                .with_context(|| format!("{} is no JSON", file.display()))?;
            let kind = Kind::of(&name);
            let events = kinds.iter_mut().find(|events| events.kind == kind);
            events
                .context("a kind that is not listed")?
                .events
                .push((name.into_owned(), event));
        }
        if let Some(empty) = kinds.iter().find(|events| events.events.is_empty()) {
            bail!("{} has no event to {}", folder.display(), empty.name);
        }
        Ok(Self {
            random: Rng::with_seed(seed),
            kinds,
        })
    }

    /// Picks the next one.
    pub(super) fn next(&mut self) -> Turn {
        let mut place = self.random.u32(..100);
        let fault = self.fault();
        let mut turn = Turn {
            name: String::new(),
            event: "{}".to_owned(),
            fault: None,
        };
        for events in &mut self.kinds {
            if place >= events.weight {
                place -= events.weight;
                continue;
            }
            events.count += 1;
            if let Some((name, event)) = self.random.choice(&events.events) {
                let mut event = event.clone();
                if events.kind == Kind::Malformed {
                    mangle(&mut event, &mut self.random);
                }
                turn = Turn {
                    name: name.clone(),
                    event: event.to_string(),
                    fault,
                };
            }
            break;
        }
        turn
    }

    /// How many of each kind were taken.
    pub(super) fn counts(&self) -> Vec<(&'static str, u32)> {
        self.kinds
            .iter()
            .map(|events| (events.name, events.count))
            .collect()
    }

    fn fault(&mut self) -> Option<(Target, Fault)> {
        if self.random.u32(..100) >= FAULTS {
            return None;
        }
        let fault = *self.random.choice(Fault::all())?;
        let target = if fault.befalls_devices() && self.random.bool() {
            // The device of most events.
            Target::Device("desk_lamp".to_owned())
        } else {
            Target::Cloud
        };
        Some((target, fault))
    }
}

/// Takes something away from an event, or puts something else in its place. It stays an object with a directive, for all
/// else the skill refuses, as it should, without an answer.
fn mangle(event: &mut Json, random: &mut Rng) {
    let others = [
        Json::Null,
        Json::from(-1),
        Json::from("\u{0}\u{1f4a1}"),
        Json::Array(Vec::new()),
        Json::Object(serde_json::Map::new()),
        Json::from("x".repeat(5000)),
    ];
    let mut at = event;
    while let Json::Object(fields) = at {
        let keys: Vec<String> = fields.keys().cloned().collect();
        let Some(key) = random.choice(&keys) else {
            return;
        };
        let goes_on = fields
            .get(key)
            .and_then(Json::as_object)
            .is_some_and(|below| !below.is_empty());
        if !goes_on || (key != "directive" && random.bool()) {
            if random.bool() {
                fields.remove(key);
            } else if let Some(other) = random.choice(&others) {
                fields.insert(key.clone(), other.clone());
            }
            return;
        }
        let Some(below) = fields.get_mut(key) else {
            return;
        };
        at = below;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mix(seed: u64) -> Mix {
        Mix::read(&crate::program::events(), seed).unwrap()
    }

    #[test]
    fn a_file_is_of_a_kind_by_its_name() {
        for (file, kind) in [
            ("Discovery.Discover", Kind::Discover),
            ("Discovery.Discover.without-scope", Kind::Malformed),
            ("Authorization.AcceptGrant.odd-envelope", Kind::AcceptGrant),
            ("Alexa.ReportState.offline", Kind::Report),
            ("BrightnessController.AdjustBrightness", Kind::Adjust),
            ("PowerController.TurnOn", Kind::Control),
            ("other.empty", Kind::Malformed),
        ] {
            assert_eq!(Kind::of(file), kind, "{file}");
        }
    }

    #[test]
    fn the_same_seed_is_the_same_soak() {
        let turns = |seed| -> Vec<String> {
            let mut mix = mix(seed);
            (0..200).map(|_| format!("{:?}", mix.next())).collect()
        };
        assert_eq!(turns(1), turns(1));
        assert_ne!(turns(1), turns(2));
    }

    #[test]
    fn there_is_some_of_everything() {
        let mut mix = mix(1);
        let turns: Vec<Turn> = (0..4000).map(|_| mix.next()).collect();
        for (name, count) in mix.counts() {
            assert!(count > 20, "{count} {name}");
        }
        assert_eq!(
            mix.counts().iter().map(|(_, count)| count).sum::<u32>(),
            4000
        );
        for fault in Fault::all() {
            let mut met = turns.iter().filter_map(|turn| turn.fault.as_ref());
            assert!(met.any(|(_, other)| other == fault), "{fault:?}");
        }
    }

    #[test]
    fn the_weights_are_hundredths() {
        assert_eq!(
            Kind::ALL.iter().map(|(_, _, weight)| weight).sum::<u32>(),
            100
        );
    }

    #[test]
    fn a_mangled_event_is_another_object_with_a_directive() {
        let whole: Json = serde_json::json!({ "directive": { "header": { "name": "TurnOn" }, "payload": { "brightness": 42 } } });
        let mut random = Rng::with_seed(1);
        for _ in 0..200 {
            let mut event = whole.clone();
            mangle(&mut event, &mut random);
            assert!(event["directive"].is_object(), "{event}");
            assert_ne!(event, whole);
        }
    }
}
