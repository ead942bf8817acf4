//! Descriptions by people who have not read the guide, or who have read it too well.

use alexa_for_particle::description::Description;
use alexa_for_particle::endpoint::{Endpoint, EndpointId};
use alexa_for_particle::profile::Profiles;
use serde_json::{Value as Json, json};

use crate::choices::Choices;
use crate::cloud::{Body, Script};
use crate::cookie;
use crate::directive::said;
use crate::mutation;
use crate::particle;
use crate::seeds;
use crate::world::World;

/// Discovers a device with a description in its notes, in its variable or in a profile, and sends what Alexa could send
/// after that.
#[must_use]
pub fn description(bytes: &[u8]) -> Vec<Json> {
    let mut choices = Choices::of(bytes);
    let mut described = choices.of_all(seeds::descriptions()).clone();
    let said = said(&mut choices);
    let source = choices.below(16);
    mutation::mutate(&mut described, &mut choices);
    let mut text = toml::to_string(&without_null(described)).unwrap_or_default();
    if choices.rarely(4) {
        mutation::scratch(&mut text, &mut choices);
    }
    look(&text);

    let mut device = particle::device();
    let fields = device.as_object_mut().unwrap();
    let mut profiles = None;
    match source {
        0 => {
            let text = text
                .replace("[alexa", "[profile.alexa")
                .replace("[[alexa", "[[profile.alexa");
            // It stays for good, as the one of a process does.
            let read = Profiles::read(format!("[[profile]]\n{text}").leak());
            profiles = Some(read);
        }
        1..4 => {
            fields.insert("variables".to_owned(), json!({ "alexa": "string" }));
        }
        _ => {
            fields.insert("notes".to_owned(), json!(text));
        }
    }
    let script = Script {
        description: Body::good(&json!({ "result": text })),
        ..Script::of(&[device], &said)
    };
    World::with(script, |world| {
        let own_profiles = profiles.is_some();
        if let Some(profiles) = profiles {
            world.renew(profiles);
        }
        let answers = converse(world, &mut choices);
        if own_profiles {
            world.renew(Profiles::default());
        }
        answers
    })
}

/// Discovers, and sends to one of the endpoints a state report and one of its commands.
fn converse(world: &World, choices: &mut Choices<'_>) -> Vec<Json> {
    let discover = seeds::events()
        .iter()
        .find(|event| event["directive"]["header"]["name"] == "Discover")
        .expect("an event that discovers");
    let discovered = world.send(&discover.to_string()).expect("an answer");
    let endpoints = discovered["event"]["payload"]["endpoints"]
        .as_array()
        .expect("a list");
    for endpoint in endpoints {
        let id: EndpointId = endpoint["endpointId"].as_str().unwrap().parse().unwrap();
        if let Ok(told) = serde_json::from_value(endpoint["cookie"].clone()) {
            let endpoint = Endpoint::from_cookie(&id, &told).expect("a cookie of our own");
            assert_eq!(endpoint.cookie(), told);
            cookie::stable(&endpoint);
        }
    }
    let mut answers = vec![discovered.clone()];
    if !endpoints.is_empty() {
        let endpoint = choices.of_all(endpoints);
        let capabilities = endpoint["capabilities"].as_array().unwrap();
        let capability = choices.of_all(capabilities);
        let of_interface = |interface: &Json| {
            let events = seeds::events().iter();
            let suitable = events.filter(|event| {
                event["directive"]["header"]["namespace"] == *interface
                    && event["directive"]["endpoint"]["scope"].is_object()
            });
            suitable.collect::<Vec<_>>()
        };
        for (events, instance) in [
            (of_interface(&json!("Alexa")), &Json::Null),
            (
                of_interface(&capability["interface"]),
                &capability["instance"],
            ),
        ] {
            if events.is_empty() {
                continue;
            }
            let mut event = (*choices.of_all(&events)).clone();
            let directive = &mut event["directive"];
            directive["endpoint"]["endpointId"] = endpoint["endpointId"].clone();
            directive["endpoint"]["cookie"] = endpoint["cookie"].clone();
            if instance.is_string() {
                directive["header"]["instance"] = instance.clone();
            }
            answers.extend(world.send(&event.to_string()));
        }
    }
    answers
}

/// Each mistake stands where the text is.
fn look(text: &str) {
    let Some(description) = Description::in_notes(text) else {
        return;
    };
    assert!(
        description.mistakes.len() <= 20,
        "{:?}",
        description.mistakes
    );
    for mistake in &description.mistakes {
        let line = text.split('\n').nth(mistake.line - 1);
        assert!(
            line.is_some_and(|line| line.starts_with(mistake.text.trim_end_matches('\r'))),
            "{mistake:?}\n{text}"
        );
        assert!(mistake.column >= 1 && mistake.length >= 1, "{mistake:?}");
        assert!(mistake.message.len() <= 2048, "{mistake:?}");
    }
}

/// TOML has no word for nothing.
fn without_null(json: Json) -> Json {
    match json {
        Json::Null => json!(""),
        Json::Array(items) => items.into_iter().map(without_null).collect(),
        Json::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (key, without_null(value)))
            .collect(),
        other => other,
    }
}
