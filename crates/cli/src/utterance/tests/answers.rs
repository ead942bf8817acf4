//! What Alexa says to a question, of what a state report tells.

use serde_json::{Value as Json, json};

use super::home;
use crate::answer::Answer;
use crate::utterance::understand;

/// A property of a report: the interface and its instance, the name and the value.
fn property(interface: &str, name: &str, value: &Json) -> Json {
    let (namespace, instance) = match interface.split_once('#') {
        Some((namespace, instance)) => (namespace, Some(instance)),
        None => (interface, None),
    };
    json!({
        "namespace": format!("Alexa.{namespace}"),
        "instance": instance,
        "name": name,
        "value": value,
    })
}

#[test]
fn a_question_is_answered_from_the_report() {
    let celsius = |value: f64| json!({ "value": value, "scale": "CELSIUS" });
    let color = |hue: f64| json!({ "hue": hue, "saturation": 1.0, "brightness": 0.8 });
    let home = home();
    for (said, interface, properties, expected) in [
        (
            "what color is the mood light",
            "ColorController",
            vec![("color", color(242.0))],
            "Mood light is blue.",
        ),
        (
            "what is the color temperature of the mood light",
            "ColorTemperatureController",
            vec![("colorTemperatureInKelvin", json!(2700))],
            "The color temperature of Mood light is 2700 kelvin.",
        ),
        (
            "what's the pump set to",
            "PowerLevelController",
            vec![("powerLevel", json!(40))],
            "Pump is at 40 percent.",
        ),
        (
            "what is the power of the pump",
            "PowerLevelController",
            vec![("powerLevel", json!(40))],
            "Pump is at 40 percent.",
        ),
        (
            "what's the valve set to",
            "PercentageController",
            vec![("percentage", json!(40))],
            "Valve is at 40 percent.",
        ),
        (
            "what's the fan speed",
            "RangeController#Fan.Speed",
            vec![],
            "?",
        ),
        (
            "what's the fan's speed",
            "RangeController#Fan.Speed",
            vec![("rangeValue", json!(7))],
            "The speed of Fan is 7.",
        ),
        (
            "what is the pace of the fan",
            "RangeController#Fan.Speed",
            vec![("rangeValue", json!(10.0))],
            "The pace of Fan is maximum.",
        ),
        (
            "what's the aquarium's water temperature",
            "RangeController#Tank.Heating",
            vec![("rangeValue", json!(25.5))],
            "The water temperature of Aquarium is 25.5 degrees Celsius.",
        ),
        (
            "what is the water level of the aquarium",
            "RangeController#Tank.Level",
            vec![("rangeValue", json!(80))],
            "The water level of Aquarium is 80 percent.",
        ),
        (
            "what is the water level of the aquarium",
            "RangeController#Tank.Heating",
            vec![("rangeValue", json!(80))],
            "?",
        ),
        (
            "what's the direction of the fan",
            "ModeController#Fan.Direction",
            vec![("mode", json!("Direction.Reverse"))],
            "The direction of Fan is reverse.",
        ),
        (
            "what's the season of the aquarium",
            "ModeController#Tank.Season",
            vec![("mode", json!("Season.Ice"))],
            "?",
        ),
        (
            "is the fan oscillation on",
            "ToggleController#Fan.Oscillate",
            vec![("toggleState", json!("OFF"))],
            "No, the oscillation of Fan is off.",
        ),
        (
            "is the oscillation of the fan off",
            "ToggleController#Fan.Oscillate",
            vec![("toggleState", json!("OFF"))],
            "Yes, the oscillation of Fan is off.",
        ),
        (
            "what is the bedroom blind set to",
            "RangeController#Blind.Lift",
            vec![("rangeValue", json!(20))],
            "The opening of Bedroom blind is 20 percent.",
        ),
        (
            "what is the heater set to",
            "ModeController#Heater.Heat",
            vec![("mode", json!("Heat.Medium"))],
            "The heat level of Heater is medium.",
        ),
        (
            "is the bedroom blind open",
            "RangeController#Blind.Lift",
            vec![("rangeValue", json!(1))],
            "Yes, Bedroom blind is open.",
        ),
        (
            "is the garage door open",
            "ModeController#GarageDoor.Position",
            vec![("mode", json!("Position.Down"))],
            "No, Garage door is closed.",
        ),
        (
            "is the gate closed",
            "ToggleController#Gate.Wing",
            vec![("toggleState", json!("OFF"))],
            "Yes, Gate is closed.",
        ),
        (
            "is the front door open",
            "ContactSensor",
            vec![("detectionState", json!("NOT_DETECTED"))],
            "No, Front door is closed.",
        ),
        (
            "is there motion in the cellar",
            "MotionSensor",
            vec![("detectionState", json!("DETECTED"))],
            "Yes, Cellar detects motion.",
        ),
        (
            "is the front door locked",
            "LockController",
            vec![("lockState", json!("JAMMED"))],
            "Front door is jammed. Please check it.",
        ),
        (
            "is the front door jammed",
            "LockController",
            vec![("lockState", json!("JAMMED"))],
            "Yes, Front door is jammed.",
        ),
        (
            "is the front door unlocked",
            "LockController",
            vec![("lockState", json!("LOCKED"))],
            "No, Front door is locked.",
        ),
        (
            "what is the hallway set to",
            "ThermostatController",
            vec![
                ("thermostatMode", json!("HEAT")),
                ("targetSetpoint", celsius(21.5)),
            ],
            "Hallway is set to heat, 21.5 degrees Celsius.",
        ),
        (
            "what is the hallway set to",
            "ThermostatController",
            vec![
                ("thermostatMode", json!("AUTO")),
                ("lowerSetpoint", celsius(18.0)),
                ("upperSetpoint", celsius(22.0)),
            ],
            "Hallway is set to auto, between 18 degrees Celsius and 22 degrees Celsius.",
        ),
        (
            "what mode is the hallway in",
            "ThermostatController",
            vec![("thermostatMode", json!("OFF"))],
            "Hallway is set to off.",
        ),
        (
            "what is the humidity in the hallway",
            "HumiditySensor",
            vec![("relativeHumidity", json!(45.5))],
            "The humidity of Hallway is 45.5 percent.",
        ),
        (
            "is my home armed",
            "SecurityPanelController",
            vec![("armState", json!("ARMED_AWAY"))],
            "Yes, Home is armed away.",
        ),
        (
            "is my home disarmed",
            "SecurityPanelController",
            vec![("armState", json!("ARMED_STAY"))],
            "No, Home is armed stay.",
        ),
        (
            "is there a carbon monoxide alarm at home",
            "SecurityPanelController",
            vec![("carbonMonoxideAlarm", json!({ "value": "ALARM" }))],
            "Yes, there is a carbon monoxide alarm at Home.",
        ),
        (
            "is there a fire alarm at home",
            "SecurityPanelController",
            vec![("fireAlarm", json!({ "value": "OK" }))],
            "No, there is no fire alarm at Home.",
        ),
        (
            "how loud is the stereo",
            "Speaker",
            vec![("volume", json!(30))],
            "The volume of Stereo is 30.",
        ),
        (
            "is the stereo muted",
            "Speaker",
            vec![("muted", json!(false))],
            "No, Stereo is not muted.",
        ),
        (
            "is the stereo playing",
            "PlaybackStateReporter",
            vec![("playbackState", json!({ "state": "PAUSED" }))],
            "No, Stereo is paused.",
        ),
        (
            "what's the bass of the stereo",
            "EqualizerController",
            vec![(
                "bands",
                json!([{ "name": "TREBLE", "value": 1 }, { "name": "BASS", "value": -2 }]),
            )],
            "The bass of Stereo is -2.",
        ),
        (
            "what's the input of the TV",
            "InputController",
            vec![("input", json!("HDMI 1"))],
            "The input of TV is HDMI 1.",
        ),
        (
            "what channel is the TV on",
            "ChannelController",
            vec![("channel", json!({ "number": "7", "callSign": "PBS" }))],
            "TV is on channel 7.",
        ),
        (
            "how much ink is left in the printer",
            "InventoryLevelSensor#Printer.Ink",
            vec![("level", json!({ "@type": "Percentage", "value": 35 }))],
            "Printer has 35 percent of ink left.",
        ),
        (
            "what's the paper level of the printer",
            "InventoryLevelSensor#Printer.Paper",
            vec![("level", json!({ "@type": "Count", "value": 12 }))],
            "Printer has 12 paper left.",
        ),
    ] {
        let properties: Json = properties
            .into_iter()
            .map(|(name, value)| property(interface, name, &value))
            .collect();
        let answer = Answer {
            json: json!({ "context": { "properties": properties } }),
        };
        let request =
            understand(said, &home, None).unwrap_or_else(|puzzle| panic!("{said}: {puzzle}"));
        let question = request
            .question
            .unwrap_or_else(|| panic!("{said} is no question"));
        let name = &request.endpoint.unwrap().friendly_name;
        let told = question.told(name, &answer);
        assert_eq!(told.as_deref().unwrap_or("?"), expected, "{said}");
    }
}
