//! The descriptions beside the sketches are the notes of the sample home.

use std::fs;

use particle_simulator::Home;
use serde_json::{Value, json};

use crate::{board::firmware, cloud::Device};

#[tokio::test]
async fn the_sample_home_has_the_descriptions_in_its_notes() {
    let sketches = [
        ("dimmer", "reading_lamp"),
        ("garage_door", "garage"),
        ("relays", "four_relays"),
        ("thermostat", "living_room"),
        ("weather_station", "roof"),
    ];
    for (sketch, device) in sketches {
        let file = firmware().join(sketch).join("description.toml");
        let description = fs::read_to_string(file).map_or(Value::Null, Value::from);
        let device = Device::of(Home::sample(), device).await;
        assert_eq!(device.describe().await["notes"], description, "{sketch}");
    }
}

#[tokio::test]
async fn only_the_lamp_describes_itself() {
    let lamp = Device::of(Home::sample(), "reading_lamp").await;
    assert_eq!(
        lamp.describe().await["variables"],
        json!({ "alexa": "string", "lampLevel": "int32", "lampOn": "bool" })
    );
    assert!(!firmware().join("dimmer/description.toml").exists());
    assert!(firmware().join("relays/description.toml").exists());
}
