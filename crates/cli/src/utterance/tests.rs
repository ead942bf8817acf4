//! What is understood, as data.

mod answers;
mod commands;

use std::collections::BTreeSet;

use alexa_for_particle::endpoint::{Resolved, Told};
use alexa_for_particle::particle::Device;
use alexa_for_particle::profile::Profiles;
use serde_json::{Value as Json, json};

use super::{ALL, examples, examples_of_phrase, say, understand};
use crate::directive::Directive;
use crate::endpoint::Endpoint;
use crate::explanation::as_told;

fn endpoints() -> Vec<Endpoint> {
    let endpoint = |name: &str, interfaces: &[&str]| {
        let interface = |name: &&str| json!({ "interface": format!("Alexa.{name}"), "properties": { "retrievable": true } });
        json!({
            "endpointId": name,
            "friendlyName": name,
            "displayCategories": ["LIGHT"],
            "capabilities": interfaces.iter().map(interface).collect::<Json>(),
        })
    };
    let endpoints = json!([
        endpoint(
            "Desk lamp",
            &["PowerController", "BrightnessController", "EndpointHealth"]
        ),
        endpoint("Desk", &["PowerController"]),
        endpoint("Hall lights", &["PowerController", "BrightnessController"]),
        endpoint("Lamp 2", &["BrightnessController"]),
        endpoint("Porch", &["TemperatureSensor"]),
        endpoint("The Écran’s light", &["PowerController"]),
        endpoint("Hall to 5", &["BrightnessController"]),
    ]);
    serde_json::from_value(endpoints).unwrap()
}

/// A home with each interface in it, as discovery would describe it.
fn home() -> Vec<Endpoint> {
    serde_json::from_str(include_str!("tests/home.json")).unwrap()
}

/// The directive that is understood, in one line.
fn heard(said: &str, last: Option<usize>) -> String {
    let endpoints = endpoints();
    let last = last.map(|index| &endpoints[index]);
    match understand(said, &endpoints, last) {
        Ok(request) => {
            let name = request
                .endpoint
                .map_or("", |endpoint| &endpoint.friendly_name);
            let Directive {
                name: directive,
                payload,
                ..
            } = &request.directive;
            format!("{directive} {name} {payload}")
        }
        Err(puzzle) => format!("? {puzzle}: {}", puzzle.advice()),
    }
}

#[test]
fn what_one_says_becomes_a_directive() {
    let cases = [
        ("turn on the desk lamp", "TurnOn Desk lamp {}"),
        (
            "Alexa, turn the Desk Lamp off, please.",
            "TurnOff Desk lamp {}",
        ),
        ("switch my desk on", "TurnOn Desk {}"),
        ("Turn off the écran's light", "TurnOff The Écran’s light {}"),
        (
            "set the hall lights to 40 percent",
            r#"SetBrightness Hall lights {"brightness":40}"#,
        ),
        (
            "set the hall lights to 40%",
            r#"SetBrightness Hall lights {"brightness":40}"#,
        ),
        (
            "set hall to 5 to seven",
            r#"SetBrightness Hall to 5 {"brightness":7}"#,
        ),
        (
            "set lamp 2 to a hundred and five percent",
            r#"SetBrightness Lamp 2 {"brightness":105}"#,
        ),
        (
            "set the brightness of lamp 2 to 12.6",
            r#"SetBrightness Lamp 2 {"brightness":13}"#,
        ),
        (
            "dim the desk lamp",
            r#"AdjustBrightness Desk lamp {"brightnessDelta":-25}"#,
        ),
        (
            "dim the desk lamp by 20",
            r#"AdjustBrightness Desk lamp {"brightnessDelta":-20}"#,
        ),
        (
            "dim the desk lamp to thirty percent",
            r#"SetBrightness Desk lamp {"brightness":30}"#,
        ),
        (
            "brighten lamp two",
            "? no endpoint is called \"lamp two\": there are Desk lamp, Desk, Hall lights, Lamp 2, Porch, The Écran’s light, Hall to 5",
        ),
        (
            "brighten lamp 2 by 5 percent",
            r#"AdjustBrightness Lamp 2 {"brightnessDelta":5}"#,
        ),
        (
            "what's the temperature of the porch?",
            "ReportState Porch {}",
        ),
        ("how warm is it at the porch", "ReportState Porch {}"),
        ("is the desk lamp on", "ReportState Desk lamp {}"),
        ("how bright is the desk lamp", "ReportState Desk lamp {}"),
        ("is the desk lamp online", "ReportState Desk lamp {}"),
        ("discover my devices", "Discover  {}"),
        ("Alexa, find new devices", "Discover  {}"),
    ];
    for (said, expected) in cases {
        assert_eq!(heard(said, None), expected, "{said}");
    }
}

#[test]
fn it_is_what_was_spoken_of_last() {
    assert_eq!(
        heard("dim it to 30 percent", Some(2)),
        r#"SetBrightness Hall lights {"brightness":30}"#
    );
    assert_eq!(
        heard("turn it off", None),
        "? nothing was spoken of before: \"it\" is the endpoint you spoke of last: name one"
    );
}

#[test]
fn what_is_not_understood_is_explained() {
    for (said, expected) in [
        (
            "make me a coffee",
            "? no phrase that is known here: say something like \"turn on …\"; `help` in `particle-alexa try` lists all phrases",
        ),
        (
            "",
            "? no phrase that is known here: say something like \"turn on …\"; `help` in `particle-alexa try` lists all phrases",
        ),
        (
            "set the porch to red",
            "? Porch has no such capability: say \"what is the temperature of the porch\"",
        ),
        (
            "turn on the desk lmap",
            "? no endpoint is called \"desk lmap\": did you mean \"desk lamp\"?",
        ),
        (
            "dim the desk lam to 30 percent",
            "? no endpoint is called \"desk lam\": did you mean \"desk lamp\"?",
        ),
        (
            "increase the bass on the porch",
            "? Porch has no bass: say \"what is the temperature of the porch\"",
        ),
        (
            "dim the porch",
            "? Porch has no such capability: say \"what is the temperature of the porch\"",
        ),
    ] {
        assert_eq!(heard(said, None), expected, "{said}");
    }
}

#[test]
fn alexa_has_a_word_for_each_puzzle() {
    let home = home();
    for (said, sentence) in [
        ("make me a coffee", "Sorry, I'm not sure what you meant."),
        (
            "turn on the moon",
            "Sorry, I couldn't find a device called moon.",
        ),
        ("turn it on", "Sorry, which device?"),
        ("dim the pump", "Sorry, Pump doesn't support that."),
        (
            "set the heater to lukewarm",
            "Sorry, Heater can't be set to that.",
        ),
        (
            "set the oven to 180",
            "Sorry, which one: top heat or bottom heat?",
        ),
    ] {
        let puzzle = understand(said, &home, None).unwrap_err();
        assert_eq!(puzzle.sentence(), sentence, "{said}");
    }
}

#[test]
fn what_one_can_say_is_in_the_endpoints_own_words() {
    let home = home();
    let table: Vec<_> = home
        .iter()
        .map(|endpoint| format!("{}: {}", endpoint.friendly_name, say(endpoint)))
        .collect();
    insta::assert_snapshot!(table.join("\n"), @"
    Mood light: turn on, turn off, set to 40 percent, dim, brighten, set to warm white, make warmer, make cooler, set to red
    LED strip: set to red
    Fan: turn on, turn off, set direction to forward or reverse, set fan speed to 6, minimum or maximum, turn oscillate on, turn oscillate off
    Heater: set heat level to low, medium or high
    Bedroom blind: open, close, raise, lower, set opening to 50 percent
    Garage door: open, close, raise, lower, set mode to open or close
    Gate: open, close, turn wing on, turn wing off
    Aquarium: what's the season, what's the water level, set water temperature to 25 degrees Celsius
    Oven: set top heat to 125, set bottom heat to 125
    Hallway: set to 21 degrees, set to heat, cool, auto, eco or off, what's the temperature, what's the humidity
    Sauna: set to 70 degrees
    Movie night: activate, deactivate
    Good morning: activate
    Home: arm in away, stay or night mode, disarm, is it armed
    Stereo: set the volume to 50, mute, play, pause, stop, next, previous, is it playing, skip 30 seconds, set the bass to 4, set the mode to movie, music or night
    TV: turn on, turn off, volume up, volume down, mute, rewind, fast forward, start over, set the input to hdmi 1, hdmi 2 or tuner, change the channel to 7, next channel
    Microwave: pause, resume
    Kiln: pause
    Printer: how much ink is left, how much paper is left
    Front door: lock, unlock, is it open
    Cellar: is there motion
    Pump: set the power to 40 percent
    Valve: set to 40 percent
    ");
}

#[test]
fn every_example_is_understood() {
    for endpoints in [endpoints(), home()] {
        for endpoint in &endpoints {
            for example in examples(endpoint) {
                let request = understand(&example, &endpoints, None);
                let understood = request.as_ref().ok().and_then(|request| request.endpoint);
                assert_eq!(
                    understood.map(|endpoint| &endpoint.friendly_name),
                    Some(&endpoint.friendly_name),
                    "{example}"
                );
            }
        }
    }
}

#[test]
fn an_example_does_not_say_the_name_of_the_endpoint_twice() {
    let home = home();
    let fan = home.iter().find(|endpoint| endpoint.friendly_name == "Fan");
    let examples = examples(fan.unwrap());
    assert!(
        examples.contains(&"set the fan speed to 6".to_owned()),
        "{examples:?}"
    );
}

#[test]
fn every_phrase_has_an_example_at_some_endpoint() {
    let home = home();
    let of_endpoints = || {
        ALL.iter()
            .filter(|interface| !interface.is_of_no_endpoint())
    };
    // The same phrases may be those of several interfaces.
    let phrases: BTreeSet<_> = of_endpoints()
        .flat_map(|interface| interface.phrases)
        .map(|phrase| phrase.patterns[0])
        .collect();
    let with_example = phrases.iter().filter(|pattern| {
        of_endpoints().any(|interface| {
            let own = interface.phrases.iter();
            let mut own = own.filter(|phrase| phrase.patterns[0] == **pattern);
            own.any(|phrase| {
                home.iter()
                    .any(|endpoint| !examples_of_phrase(interface, phrase, endpoint).is_empty())
            })
        })
    });
    let with_example: BTreeSet<_> = with_example.copied().collect();
    assert_eq!(phrases, with_example);
}

/// What is offered for a description, on a device without variables.
fn offered(description: &str) -> (String, Vec<String>) {
    let device: Device = serde_json::from_value(json!({
        "id": "cafe00000000000000000001", "name": "thing", "functions": [], "variables": {}, "notes": format!("[alexa]\n{description}\n"),
    }))
    .unwrap();
    let resolved = Resolved::of(&device, Told::Nothing, &Profiles::default());
    assert_eq!(resolved.mistakes, [], "{description}");
    let endpoint = as_told(resolved.endpoints.first().unwrap(), &device).unwrap();
    (say(&endpoint), examples(&endpoint))
}

#[test]
fn what_the_binding_cannot_do_is_not_offered() {
    for (description, expected) in [
        ("power = 'f'", "turn on, turn off"),
        ("brightness = 'f'", "set to 40 percent"),
        (
            "brightness = { function = 'f', variable = 'v' }",
            "set to 40 percent, dim, brighten",
        ),
        ("color_temperature = 'f'", "set to warm white"),
        ("percentage = 'f'", "set to 40 percent"),
        ("power_level = 'f'", "set the power to 40 percent"),
        (
            "range = { names = 'level', function = 'f' }",
            "set level to 50",
        ),
        (
            "mode = { names = 'program', function = 'f', modes = ['a', 'b'], ordered = true }",
            "set program to a or b",
        ),
        (
            "thermostat = { mode = 'f' }",
            "set to heat, cool, auto or off",
        ),
        ("thermostat = { target = 'f' }", "set to 21 degrees"),
        (
            "thermostat = { target = 'f', unit = 'F' }",
            "set to 70 degrees",
        ),
        (
            "thermostat = { target = { function = 'f', unit = 'K' } }",
            "set to 294 degrees",
        ),
        (
            "thermostat = { lower = { function = 'f' }, upper = { function = 'g' } }",
            "set between 18 and 22 degrees",
        ),
        (
            "thermostat = { lower = { function = 'f' }, upper = { function = 'g' }, range = [5, 10] }",
            "set between 6 and 10 degrees",
        ),
        (
            "thermostat = { lower = { function = 'f' }, upper = { function = 'g' }, range = [5, 30], apart = 15 }",
            "set between 15 and 30 degrees",
        ),
        (
            "thermostat = { lower = { function = 'f' }, upper = { function = 'g' }, unit = 'F' }",
            "set between 65 and 72 degrees",
        ),
        (
            "thermostat = { target = 'f', range = [5, 15] }",
            "set to 15 degrees",
        ),
        (
            "thermostat = { target = 'f', range = [-5, 30], unit = 'K' }",
            "set to 30 degrees",
        ),
        ("speaker = { volume = 'f' }", "set the volume to 50"),
        (
            "speaker = { volume = 'f', mute = 'g' }",
            "set the volume to 50, mute",
        ),
        ("step_speaker = 'f'", "volume up, volume down"),
        (
            "step_speaker = { function = 'f', mute = 'g' }",
            "volume up, volume down, mute",
        ),
        ("channel = 'f'", "change the channel to 7"),
        (
            "channel = { function = 'f', next = 'g', previous = 'h' }",
            "change the channel to 7, next channel",
        ),
        ("equalizer = { bass = 'f' }", "set the bass to 4"),
        (
            "blind = { function = 'f' }",
            "open, close, raise, lower, set position to 50 percent",
        ),
    ] {
        let (say, examples) = offered(description);
        assert_eq!(say, expected, "{description}");
        let can_move = expected.contains("brighten")
            || expected.contains("volume up")
            || expected.contains("next");
        for example in examples {
            let first = example.split(' ').next().unwrap_or_default();
            let moves = ["dim", "brighten", "increase", "decrease", "next", "skip"]
                .contains(&first)
                || ["warmer", "cooler", "turn up", "turn down", "volume up"]
                    .iter()
                    .any(|words| example.contains(words));
            assert!(can_move || !moves, "{description}: {example}");
            let asks = ["what", "how", "is"].contains(&first) && !example.ends_with("online");
            let is_told = description.contains("variable");
            assert!(is_told || !asks, "{description}: {example}");
            assert!(
                !example.contains("mute") || expected.contains("mute"),
                "{description}: {example}"
            );
        }
    }
}
