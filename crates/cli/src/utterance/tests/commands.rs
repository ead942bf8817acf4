//! The directive that each interface makes of what is said, and where it goes.

use super::home;
use crate::utterance::understand;

/// What Alexa would send for what is said: interface and directive, the instance of a generic controller, the payload.
fn heard(said: &str) -> String {
    let home = home();
    match understand(said, &home, None) {
        Ok(request) => {
            let directive = request.directive;
            let namespace = directive.namespace.trim_start_matches("Alexa.");
            let instance = directive.instance.unwrap_or_default();
            let payload = directive.payload;
            let heard = format!("{namespace}.{} {instance} {payload}", directive.name);
            heard.replace("  ", " ")
        }
        Err(puzzle) => format!("? {puzzle}: {}", puzzle.advice()),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (said, expected) in cases {
        assert_eq!(heard(said), *expected, "{said}");
    }
}

/// Checks that an endpoint cannot do what is said.
fn refuse(cases: &[(&str, &str)]) {
    for (said, endpoint) in cases {
        let puzzle = format!("? {endpoint} has no such capability:");
        assert!(heard(said).starts_with(&puzzle), "{said}: {}", heard(said));
    }
}

#[test]
fn colors() {
    check(&[
        (
            "set the mood light to red",
            r#"ColorController.SetColor {"color":{"hue":0.0,"saturation":1.0,"brightness":1.0}}"#,
        ),
        (
            "change the mood light to the color deep sky blue",
            r#"ColorController.SetColor {"color":{"hue":195.1,"saturation":1.0,"brightness":1.0}}"#,
        ),
        (
            "make the LED strip orange",
            r#"ColorController.SetColor {"color":{"hue":38.8,"saturation":1.0,"brightness":1.0}}"#,
        ),
        (
            "set the LED strip to white",
            r#"ColorController.SetColor {"color":{"hue":0.0,"saturation":0.0,"brightness":1.0}}"#,
        ),
        (
            "set the LED strip to blurple",
            r#"? LED strip cannot be "blurple": it can be "red", "green", "blue", "yellow", "orange", "purple", "pink", "white", …"#,
        ),
        (
            "set the pump to red",
            r#"? Pump has no such capability: say "set the power to 40 percent on the pump", "increase the pump by 40 percent", "decrease the pump by 40 percent", "what is the pump set to", "is the pump online""#,
        ),
    ]);
}

#[test]
fn whites() {
    check(&[
        (
            "set the mood light to warm white",
            r#"ColorTemperatureController.SetColorTemperature {"colorTemperatureInKelvin":2200}"#,
        ),
        (
            "set the mood light to white",
            r#"ColorTemperatureController.SetColorTemperature {"colorTemperatureInKelvin":4000}"#,
        ),
        (
            "make the mood light daylight",
            r#"ColorTemperatureController.SetColorTemperature {"colorTemperatureInKelvin":5500}"#,
        ),
        (
            "set the mood light to 2700 kelvin",
            r#"ColorTemperatureController.SetColorTemperature {"colorTemperatureInKelvin":2700}"#,
        ),
        (
            "make the mood light warmer",
            "ColorTemperatureController.DecreaseColorTemperature {}",
        ),
        (
            "make the mood light cooler",
            "ColorTemperatureController.IncreaseColorTemperature {}",
        ),
        (
            "set the mood light to 30 percent",
            r#"BrightnessController.SetBrightness {"brightness":30}"#,
        ),
    ]);
}

#[test]
fn levels() {
    check(&[
        (
            "set the pump to 40 percent",
            r#"PowerLevelController.SetPowerLevel {"powerLevel":40}"#,
        ),
        (
            "set the power to 12.4 percent on the pump",
            r#"PowerLevelController.SetPowerLevel {"powerLevel":12}"#,
        ),
        (
            "set the pump power to 33 percent",
            r#"PowerLevelController.SetPowerLevel {"powerLevel":33}"#,
        ),
        (
            "increase the power by 10 percent on the pump",
            r#"PowerLevelController.AdjustPowerLevel {"powerLevelDelta":10}"#,
        ),
        (
            "reduce the power of the pump by 10",
            r#"PowerLevelController.AdjustPowerLevel {"powerLevelDelta":-10}"#,
        ),
        (
            "decrease the valve by 5",
            r#"PercentageController.AdjustPercentage {"percentageDelta":-5}"#,
        ),
    ]);
}

#[test]
fn ranges() {
    check(&[
        (
            "set the fan speed to 7",
            r#"RangeController.SetRangeValue Fan.Speed {"rangeValue":7}"#,
        ),
        (
            "set the fan's pace to 2.5",
            r#"RangeController.SetRangeValue Fan.Speed {"rangeValue":2.5}"#,
        ),
        (
            "set the fan speed of the fan to maximum",
            r#"RangeController.SetRangeValue Fan.Speed {"rangeValue":10}"#,
        ),
        (
            "set the speed to 3 on the fan",
            r#"RangeController.SetRangeValue Fan.Speed {"rangeValue":3}"#,
        ),
        (
            "set the fan to low",
            r#"RangeController.SetRangeValue Fan.Speed {"rangeValue":1}"#,
        ),
        (
            "set the fan to 50 percent",
            r#"RangeController.SetRangeValue Fan.Speed {"rangeValue":50}"#,
        ),
        (
            "turn up the fan speed",
            r#"RangeController.AdjustRangeValue Fan.Speed {"rangeValueDelta":1,"rangeValueDeltaDefault":true}"#,
        ),
        (
            "turn the fan up",
            r#"RangeController.AdjustRangeValue Fan.Speed {"rangeValueDelta":1,"rangeValueDeltaDefault":true}"#,
        ),
        (
            "turn the fan speed down by 2",
            r#"RangeController.AdjustRangeValue Fan.Speed {"rangeValueDelta":-2,"rangeValueDeltaDefault":false}"#,
        ),
        (
            "decrease the speed on the fan by 3",
            r#"RangeController.AdjustRangeValue Fan.Speed {"rangeValueDelta":-3,"rangeValueDeltaDefault":false}"#,
        ),
        (
            "increase the fan by two",
            r#"RangeController.AdjustRangeValue Fan.Speed {"rangeValueDelta":2,"rangeValueDeltaDefault":false}"#,
        ),
        (
            "set the bedroom blind to 40%",
            r#"RangeController.SetRangeValue Blind.Lift {"rangeValue":40}"#,
        ),
        (
            "open the bedroom blind to 70 percent",
            r#"RangeController.SetRangeValue Blind.Lift {"rangeValue":70}"#,
        ),
        (
            "set the aquarium water temperature to 25.5 degrees celsius",
            r#"RangeController.SetRangeValue Tank.Heating {"rangeValue":25.5}"#,
        ),
        (
            "set the aquarium to 24 degrees",
            r#"RangeController.SetRangeValue Tank.Heating {"rangeValue":24}"#,
        ),
        (
            "set the top heat of the oven to 180",
            r#"RangeController.SetRangeValue Oven.TopHeat {"rangeValue":180}"#,
        ),
        (
            "set the oven to 180",
            r#"? Oven has several that fit: name one of "top heat", "bottom heat""#,
        ),
        (
            "set the fan speed to warp",
            r#"? Fan cannot be "warp": it can be "minimum", "min", "low", "maximum", "max", "turbo""#,
        ),
        (
            "set the fan to warp",
            r#"? Fan cannot be "warp": it can be "forward", "summer", "reverse", "winter", "minimum", "min", "low", "maximum", …"#,
        ),
        (
            "set the fan speed to 5 degrees",
            r#"? Fan cannot be "5 degrees": it can be "minimum", "min", "low", "maximum", "max", "turbo""#,
        ),
        (
            "set the aquarium water level to 5",
            r#"? Aquarium has no such capability: say "what is the season of the aquarium", "set the aquarium water temperature to 25 degrees Celsius", "increase the aquarium water temperature by 2 degrees Celsius", "decrease the aquarium water temperature by 2 degrees Celsius", "what is the water level of the aquarium", "what is the water temperature of the aquarium", "is the aquarium online""#,
        ),
    ]);
    refuse(&[("set the bedroom blind to 40 degrees", "Bedroom blind")]);
}

#[test]
fn modes() {
    check(&[
        (
            "set the fan direction to reverse",
            r#"ModeController.SetMode Fan.Direction {"mode":"Direction.Reverse"}"#,
        ),
        (
            "set the direction of the fan to winter",
            r#"ModeController.SetMode Fan.Direction {"mode":"Direction.Reverse"}"#,
        ),
        (
            "set the fan to summer mode",
            r#"ModeController.SetMode Fan.Direction {"mode":"Direction.Forward"}"#,
        ),
        (
            "set the heater to high",
            r#"ModeController.SetMode Heater.Heat {"mode":"Heat.High"}"#,
        ),
        (
            "increase the heater heat level",
            r#"ModeController.AdjustMode Heater.Heat {"modeDelta":1}"#,
        ),
        (
            "turn the heater heat level down",
            r#"ModeController.AdjustMode Heater.Heat {"modeDelta":-1}"#,
        ),
        (
            "turn down the heat level of the heater",
            r#"ModeController.AdjustMode Heater.Heat {"modeDelta":-1}"#,
        ),
        (
            "previous heat level on the heater",
            r#"ModeController.AdjustMode Heater.Heat {"modeDelta":-1}"#,
        ),
        (
            "set the heater to lukewarm",
            r#"? Heater cannot be "lukewarm": it can be "low", "medium", "mid", "high""#,
        ),
    ]);
    refuse(&[
        ("increase the fan direction", "Fan"),
        ("set the season of the aquarium to rain", "Aquarium"),
    ]);
}

#[test]
fn toggles() {
    check(&[
        (
            "turn on the fan oscillation",
            "ToggleController.TurnOn Fan.Oscillate {}",
        ),
        (
            "turn off the oscillate on the fan",
            "ToggleController.TurnOff Fan.Oscillate {}",
        ),
        (
            "switch the oscillation of the fan off",
            "ToggleController.TurnOff Fan.Oscillate {}",
        ),
        ("turn on the fan", "PowerController.TurnOn {}"),
    ]);
}

#[test]
fn what_semantics_map() {
    check(&[
        (
            "open the bedroom blind",
            r#"RangeController.SetRangeValue Blind.Lift {"rangeValue":100}"#,
        ),
        (
            "lower the bedroom blind",
            r#"RangeController.AdjustRangeValue Blind.Lift {"rangeValueDelta":-10,"rangeValueDeltaDefault":false}"#,
        ),
        (
            "lower the bedroom blind by 25 percent",
            r#"RangeController.AdjustRangeValue Blind.Lift {"rangeValueDelta":-25,"rangeValueDeltaDefault":false}"#,
        ),
        (
            "close the bedroom blind by 5",
            r#"RangeController.AdjustRangeValue Blind.Lift {"rangeValueDelta":-5,"rangeValueDeltaDefault":false}"#,
        ),
        (
            "open the bedroom blind by 5",
            r#"RangeController.AdjustRangeValue Blind.Lift {"rangeValueDelta":5,"rangeValueDeltaDefault":false}"#,
        ),
        (
            "raise the garage door",
            r#"ModeController.SetMode GarageDoor.Position {"mode":"Position.Up"}"#,
        ),
        (
            "raise the garage",
            r#"? no endpoint is called "garage": did you mean "garage door"?"#,
        ),
        (
            "shut the garage door",
            r#"ModeController.SetMode GarageDoor.Position {"mode":"Position.Down"}"#,
        ),
        ("open the gate", "ToggleController.TurnOn Gate.Wing {}"),
        ("close the gate", "ToggleController.TurnOff Gate.Wing {}"),
        (
            "raise the gate",
            r#"? Gate has no such capability: say "open the gate", "close the gate", "is the gate open", "is the gate closed", "turn on the gate wing", "turn off the gate wing", "is the gate wing on", "is the gate wing off", …"#,
        ),
    ]);
}

#[test]
fn thermostats() {
    check(&[
        (
            "set the hallway to 21 degrees",
            r#"ThermostatController.SetTargetTemperature {"targetSetpoint":{"value":21.0,"scale":"CELSIUS"}}"#,
        ),
        (
            "set the hallway temperature to 20.5",
            r#"ThermostatController.SetTargetTemperature {"targetSetpoint":{"value":20.5,"scale":"CELSIUS"}}"#,
        ),
        (
            "set the hallway to 70 degrees fahrenheit",
            r#"ThermostatController.SetTargetTemperature {"targetSetpoint":{"value":70.0,"scale":"FAHRENHEIT"}}"#,
        ),
        (
            "set the sauna to 180 degrees",
            r#"ThermostatController.SetTargetTemperature {"targetSetpoint":{"value":180.0,"scale":"FAHRENHEIT"}}"#,
        ),
        (
            "set the sauna to 80 celsius",
            r#"ThermostatController.SetTargetTemperature {"targetSetpoint":{"value":80.0,"scale":"CELSIUS"}}"#,
        ),
        (
            "set the hallway between 18 and 22",
            r#"ThermostatController.SetTargetTemperature {"lowerSetpoint":{"value":18.0,"scale":"CELSIUS"},"upperSetpoint":{"value":22.0,"scale":"CELSIUS"}}"#,
        ),
        (
            "set the hallway to heat",
            r#"ThermostatController.SetThermostatMode {"thermostatMode":{"value":"HEAT"}}"#,
        ),
        (
            "set the hallway to automatic",
            r#"ThermostatController.SetThermostatMode {"thermostatMode":{"value":"AUTO"}}"#,
        ),
        (
            "set the hallway to off",
            r#"ThermostatController.SetThermostatMode {"thermostatMode":{"value":"OFF"}}"#,
        ),
        (
            "turn up the hallway",
            r#"ThermostatController.AdjustTargetTemperature {"targetSetpointDelta":{"value":1.0,"scale":"CELSIUS"}}"#,
        ),
        (
            "turn down the hallway by 2.5",
            r#"ThermostatController.AdjustTargetTemperature {"targetSetpointDelta":{"value":-2.5,"scale":"CELSIUS"}}"#,
        ),
        (
            "make it warmer in here",
            r#"? "here" is no room that is known: name one of "Hallway", "Sauna""#,
        ),
        (
            "make it warmer in the sauna",
            r#"ThermostatController.AdjustTargetTemperature {"targetSetpointDelta":{"value":2.0,"scale":"FAHRENHEIT"}}"#,
        ),
        (
            "make the hallway cooler",
            r#"ThermostatController.AdjustTargetTemperature {"targetSetpointDelta":{"value":-1.0,"scale":"CELSIUS"}}"#,
        ),
        (
            "resume the schedule of the hallway",
            "ThermostatController.ResumeSchedule {}",
        ),
        (
            "turn off the hallway",
            r#"ThermostatController.SetThermostatMode {"thermostatMode":{"value":"OFF"}}"#,
        ),
        (
            "set the hallway to 40 percent",
            r#"? Hallway cannot be "40 percent": it can be "heat", "cool", "auto", "eco", "off", "automatic""#,
        ),
        (
            "set the hallway to dry",
            r#"? Hallway cannot be "dry": it can be "heat", "cool", "auto", "eco", "off", "automatic""#,
        ),
    ]);
}

#[test]
fn here_is_where_there_is_but_one() {
    let all = home();
    let only = all.iter().filter(|one| one.friendly_name != "Sauna");
    let only: Vec<_> = only.cloned().collect();
    for said in [
        "make it warmer in here",
        "set the temperature in here to 21",
    ] {
        let request = understand(said, &only, None).unwrap();
        let endpoint = request.endpoint.map(|endpoint| &endpoint.friendly_name);
        assert_eq!(endpoint.map(String::as_str), Some("Hallway"), "{said}");
    }
    let none = only.iter().filter(|one| one.friendly_name != "Hallway");
    let none: Vec<_> = none.cloned().collect();
    let puzzle = understand("make it warmer in here", &none, None).unwrap_err();
    assert_eq!(puzzle.sentence(), "Sorry, which device?");
    assert_eq!(puzzle.advice(), "no endpoint can do that");
}

#[test]
fn my_home_is_the_one_alarm_system() {
    let mut all = home();
    let panel = all.iter_mut().find(|one| one.friendly_name == "Home");
    panel.unwrap().friendly_name = "Cottage".to_owned();
    for said in [
        "arm my home in away mode",
        "arm my home",
        "disarm my home",
        "disarm my home with the code 0042",
    ] {
        let request = understand(said, &all, None).unwrap();
        let endpoint = request.endpoint.map(|endpoint| &endpoint.friendly_name);
        assert_eq!(endpoint.map(String::as_str), Some("Cottage"), "{said}");
    }
}

#[test]
fn scenes() {
    check(&[
        ("turn on movie night", "SceneController.Activate {}"),
        ("activate good morning", "SceneController.Activate {}"),
        ("turn off movie night", "SceneController.Deactivate {}"),
        ("deactivate movie night", "SceneController.Deactivate {}"),
        (
            "deactivate good morning",
            r#"? Good morning has no such capability: say "turn on the good morning", "is the good morning online""#,
        ),
    ]);
}

#[test]
fn security_panels() {
    check(&[
        (
            "arm my home in away mode",
            r#"SecurityPanelController.Arm {"armState":"ARMED_AWAY"}"#,
        ),
        (
            "arm home night",
            r#"SecurityPanelController.Arm {"armState":"ARMED_NIGHT"}"#,
        ),
        (
            "arm home in night",
            r#"SecurityPanelController.Arm {"armState":"ARMED_NIGHT"}"#,
        ),
        (
            "arm my home",
            r#"SecurityPanelController.Arm {"armState":"ARMED_STAY"}"#,
        ),
        ("disarm my home", "SecurityPanelController.Disarm {}"),
        (
            "disarm home with code 0042",
            r#"SecurityPanelController.Disarm {"authorization":{"type":"FOUR_DIGIT_PIN","value":"0042"}}"#,
        ),
        (
            "arm home in party mode",
            r#"? Home cannot be "party": it can be "away", "stay", "night""#,
        ),
    ]);
    refuse(&[("disarm home with code 12", "Home")]);
}

#[test]
fn speakers() {
    check(&[
        (
            "set the volume of the stereo to fifty",
            r#"Speaker.SetVolume {"volume":50}"#,
        ),
        (
            "turn the volume down on the stereo by twenty",
            r#"Speaker.AdjustVolume {"volume":-20,"volumeDefault":false}"#,
        ),
        (
            "turn the volume up on the stereo",
            r#"Speaker.AdjustVolume {"volume":10,"volumeDefault":true}"#,
        ),
        (
            "turn the volume up by 5 on the stereo",
            r#"Speaker.AdjustVolume {"volume":5,"volumeDefault":false}"#,
        ),
        (
            "turn the stereo down",
            r#"Speaker.AdjustVolume {"volume":-10,"volumeDefault":true}"#,
        ),
        (
            "make the stereo louder",
            r#"Speaker.AdjustVolume {"volume":10,"volumeDefault":true}"#,
        ),
        (
            "make the TV quieter",
            r#"StepSpeaker.AdjustVolume {"volumeSteps":-10,"volumeStepsDefault":true}"#,
        ),
        ("mute the stereo", r#"Speaker.SetMute {"mute":true}"#),
        ("unmute the stereo", r#"Speaker.SetMute {"mute":false}"#),
        (
            "volume up twenty on the TV",
            r#"StepSpeaker.AdjustVolume {"volumeSteps":20,"volumeStepsDefault":false}"#,
        ),
        (
            "lower the volume on the TV",
            r#"StepSpeaker.AdjustVolume {"volumeSteps":-10,"volumeStepsDefault":true}"#,
        ),
        ("mute the TV", r#"StepSpeaker.SetMute {"mute":true}"#),
    ]);
}

#[test]
fn players() {
    check(&[
        ("play on the stereo", "PlaybackController.Play {}"),
        ("resume the stereo", "PlaybackController.Play {}"),
        ("pause the stereo", "PlaybackController.Pause {}"),
        ("stop on the stereo", "PlaybackController.Stop {}"),
        ("next on the stereo", "PlaybackController.Next {}"),
        ("previous on the stereo", "PlaybackController.Previous {}"),
        ("rewind the TV", "PlaybackController.Rewind {}"),
        (
            "fast forward on the TV",
            "PlaybackController.FastForward {}",
        ),
        ("start over on the TV", "PlaybackController.StartOver {}"),
        (
            "skip 30 seconds on the stereo",
            r#"SeekController.AdjustSeekPosition {"deltaPositionMilliseconds":30000}"#,
        ),
        (
            "go back 2 minutes on the stereo",
            r#"SeekController.AdjustSeekPosition {"deltaPositionMilliseconds":-120000}"#,
        ),
        (
            "rewind 1.5 minutes on the stereo",
            r#"SeekController.AdjustSeekPosition {"deltaPositionMilliseconds":-90000}"#,
        ),
        ("pause the microwave", "TimeHoldController.Hold {}"),
        ("hold the kiln", "TimeHoldController.Hold {}"),
        ("resume the microwave", "TimeHoldController.Resume {}"),
        (
            "resume the kiln",
            r#"? Kiln has no such capability: say "pause the kiln", "is the kiln online""#,
        ),
    ]);
    refuse(&[("start over on the stereo", "Stereo")]);
}

#[test]
fn inputs_and_channels() {
    check(&[
        (
            "change the input of the TV to HDMI 1",
            r#"InputController.SelectInput {"input":"HDMI 1"}"#,
        ),
        (
            "switch input to tuner on the TV",
            r#"InputController.SelectInput {"input":"TUNER"}"#,
        ),
        (
            "set the input of the TV to SCART",
            r#"? TV cannot be "scart": it can be "hdmi 1", "hdmi 2", "tuner""#,
        ),
        (
            "change the channel to 7 on the TV",
            r#"ChannelController.ChangeChannel {"channel":{"number":"7"},"channelMetadata":{}}"#,
        ),
        (
            "change the channel to PBS on the TV",
            r#"ChannelController.ChangeChannel {"channel":{},"channelMetadata":{"name":"pbs"}}"#,
        ),
        (
            "next channel on the TV",
            r#"ChannelController.SkipChannels {"channelCount":1}"#,
        ),
        (
            "previous channel on the TV",
            r#"ChannelController.SkipChannels {"channelCount":-1}"#,
        ),
        (
            "skip 3 channels on the TV",
            r#"ChannelController.SkipChannels {"channelCount":3}"#,
        ),
    ]);
}

#[test]
fn equalizers() {
    check(&[
        (
            "set bass to minus two on the stereo",
            r#"EqualizerController.SetBands {"bands":[{"name":"BASS","level":-2}]}"#,
        ),
        (
            "increase the treble on the stereo",
            r#"EqualizerController.AdjustBands {"bands":[{"name":"TREBLE","levelDirection":"UP"}]}"#,
        ),
        (
            "decrease bass by three on the stereo",
            r#"EqualizerController.AdjustBands {"bands":[{"name":"BASS","levelDirection":"DOWN","levelDelta":3}]}"#,
        ),
        (
            "increase the bass on the TV",
            r#"? TV has no bass: say "turn on the tv", "turn off the tv", "is the tv on", "is the tv off", "turn the volume up on the tv by 20", "turn the volume down on the tv by 20", "mute the tv", "unmute the tv", …"#,
        ),
        (
            "set mode to movie on the stereo",
            r#"EqualizerController.SetMode {"mode":"MOVIE"}"#,
        ),
        (
            "reset bass on the stereo",
            r#"EqualizerController.ResetBands {"bands":[{"name":"BASS"}]}"#,
        ),
        (
            "reset the equalizer on the stereo",
            r#"EqualizerController.ResetBands {"bands":[{"name":"BASS"},{"name":"MIDRANGE"},{"name":"TREBLE"}]}"#,
        ),
    ]);
}
