//! What is understood, as data.

use serde_json::{Value as Json, json};

use super::{examples, understand};
use crate::endpoint::Endpoint;

fn endpoints() -> Vec<Endpoint> {
    let endpoint = |name: &str, interfaces: &[&str]| {
        let interface = |name: &&str| json!({ "interface": format!("Alexa.{name}") });
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

/// The directive that is understood, in one line.
fn heard(said: &str, last: Option<usize>) -> String {
    let endpoints = endpoints();
    let last = last.map(|index| &endpoints[index]);
    match understand(said, &endpoints, last) {
        Ok(request) => {
            let name = request
                .endpoint
                .map_or("", |endpoint| &endpoint.friendly_name);
            let property = request.question.map_or("", |question| question.property);
            let directive = request.directive;
            [
                directive.name,
                name,
                &directive.payload.to_string(),
                property,
            ]
            .join(" ")
            .trim_end()
            .to_owned()
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
            "ReportState Porch {} temperature",
        ),
        (
            "how warm is it at the porch",
            "ReportState Porch {} temperature",
        ),
        ("is the desk lamp on", "ReportState Desk lamp {} powerState"),
        (
            "how bright is the desk lamp",
            "ReportState Desk lamp {} brightness",
        ),
        (
            "is the desk lamp online",
            "ReportState Desk lamp {} connectivity",
        ),
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
            "? no phrase that is known here: say something like \"turn on …\"; `:help` lists all phrases",
        ),
        (
            "",
            "? no phrase that is known here: say something like \"turn on …\"; `:help` lists all phrases",
        ),
        (
            "set the desk lamp to red",
            "? no phrase that is known here: say something like \"turn on …\"; `:help` lists all phrases",
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
            "dim the porch",
            "? Porch has no such capability: say \"what is the temperature of the porch\"",
        ),
    ] {
        assert_eq!(heard(said, None), expected, "{said}");
    }
}

#[test]
fn alexa_has_a_word_for_each_puzzle() {
    let endpoints = endpoints();
    let sentence = |said| {
        let understood = understand(said, &endpoints, None);
        understood.map_err(|puzzle| puzzle.sentence()).map(|_| ())
    };
    assert_eq!(
        sentence("turn on the moon"),
        Err("Sorry, I couldn't find a device called moon.".to_owned())
    );
    assert_eq!(
        sentence("turn on the porch"),
        Err("Sorry, Porch doesn't support that.".to_owned())
    );
}

#[test]
fn every_example_is_understood() {
    let endpoints = endpoints();
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
