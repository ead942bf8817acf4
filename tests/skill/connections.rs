//! How many connections the skill opens, and when it opens a new one.

use std::time::Duration;

use particle_simulator::{Certificate, Fault, Home, Simulator, Target, When};

use crate::world::{World, outcome};

/// A state report of several variables first, whose reads go out together; then one thing after another.
const EVENTS: [&str; 4] = [
    "Alexa.ReportState",
    "PowerController.TurnOn",
    "BrightnessController.AdjustBrightness",
    "Discovery.Discover",
];

async fn connections(simulator: particle_simulator::Builder) -> (usize, usize) {
    let world = World::of(simulator).await;
    for _ in 0..3 {
        for event in EVENTS {
            let (response, record) = world.send_file(event).await;
            assert!(
                ["StateReport", "Response", "Discover.Response"].contains(&outcome(&response)),
                "{event}: {:?}",
                record.error
            );
        }
    }
    (world.simulator.connections(), world.simulator.handshakes())
}

#[tokio::test]
async fn one_connection_carries_everything_over_http2() {
    let simulator = Simulator::builder(Home::sample())
        .tls(Certificate::Trusted)
        .http2();
    assert_eq!(connections(simulator).await, (1, 1));
}

/// The lamp has two variables, and one variable of the home describes a device.
#[tokio::test]
async fn over_http1_there_are_as_many_as_calls_at_once() {
    let simulator = Simulator::builder(Home::sample()).tls(Certificate::Trusted);
    assert_eq!(connections(simulator).await, (2, 2));
    let (plain, _) = connections(Simulator::builder(Home::sample())).await;
    assert_eq!(plain, 2);
}

#[tokio::test]
async fn a_connection_that_broke_is_replaced() {
    for simulator in [
        Simulator::builder(Home::sample()),
        Simulator::builder(Home::sample()).tls(Certificate::Trusted),
        Simulator::builder(Home::sample())
            .tls(Certificate::Trusted)
            .http2(),
    ] {
        let world = World::of(simulator).await.within(Duration::from_secs(5));
        for expected in ["Response", "BRIDGE_UNREACHABLE", "Response"] {
            if expected != "Response" {
                let once = When::default().times(1);
                world
                    .simulator
                    .set_fault_when(Target::Cloud, Fault::ResetAfter, once);
            }
            let (response, _) = world.send_file("PowerController.TurnOn").await;
            assert_eq!(outcome(&response), expected);
        }
        let calls: Vec<_> = world.requests();
        assert_eq!(calls.len(), 3, "each call was sent once: {calls:#?}");
    }
}
