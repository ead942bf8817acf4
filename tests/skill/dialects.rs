//! What Alexa is told does not hang on which of the disputed wordings of Particle's cloud is the true one.

use std::collections::BTreeSet;
use std::time::Duration;

use particle_simulator::{Fault, Home, Target};

use crate::world::{World, event_names, outcome, stable};

const HOME: &str = include_str!("../../crates/simulator/homes/sample.toml");

/// The answers to all events, of a cloud with these settings and this fault.
async fn answers(settings: &str, fault: Option<Fault>) -> Vec<(String, serde_json::Value)> {
    let home = Home::parse(&format!("{settings}\n{HOME}")).unwrap();
    // The cloud waits longer for its devices, and so the answers are what they are by the skill's own deadline.
    let world = World::with(home).await.within(Duration::from_secs(20));
    world.simulator.set_fault(Target::Cloud, fault);
    let mut answers = Vec::new();
    for name in event_names() {
        let (response, _) = world.send_file(&name).await;
        answers.push((name, stable(response)));
    }
    answers
}

#[tokio::test]
async fn every_dialect_leads_to_the_same_answers() {
    for fault in [None, Some(Fault::Offline), Some(Fault::SafeMode)] {
        let expected = answers("", fault).await;
        let outcomes: BTreeSet<_> = expected.iter().map(|(_, answer)| outcome(answer)).collect();
        assert!(outcomes.contains("StateReport"), "{fault:?}: {outcomes:?}");
        assert!(outcomes.len() > 4, "{fault:?}: {outcomes:?}");
        for dialect in ["documented", "legacy"] {
            for list in ["full", "brief"] {
                let settings = format!("dialect = \"{dialect}\"\nlist = \"{list}\"");
                let answers = answers(&settings, fault).await;
                for (answer, expected) in answers.iter().zip(&expected) {
                    assert_eq!(answer, expected, "{dialect}, {list}, {fault:?}");
                }
            }
        }
    }
}
