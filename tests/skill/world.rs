//! A skill and the cloud it talks to.

use std::path::PathBuf;
use std::time::Duration;

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::Authorities;
use alexa_for_particle::profile::Profiles;
use alexa_for_particle::record::{Level, Record};
use alexa_for_particle::skill::Skill;
use particle_simulator::{Builder, Home, Simulator};
use serde_json::{Value as Json, json};

use crate::schema;

/// A simulated home and a skill that is pointed at it.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    skill: Skill,
    deadline: Duration,
}

impl World {
    pub(crate) async fn with(home: Home) -> Self {
        Self::of(Simulator::builder(home)).await
    }

    /// With a simulator that serves so. Over TLS, the skill trusts its authority and no other.
    pub(crate) async fn of(simulator: Builder) -> Self {
        let simulator = simulator.start().await.unwrap();
        let authority = simulator.certificate_authority();
        let authorities = if authority.is_empty() {
            Authorities::default()
        } else {
            Authorities::from_pem(authority.as_bytes()).unwrap()
        };
        let skill = Skill::new(simulator.url().parse().unwrap(), authorities).unwrap();
        Self {
            simulator,
            skill,
            deadline: Duration::from_millis(6500),
        }
    }

    pub(crate) async fn sample() -> Self {
        Self::with(Home::sample()).await
    }

    /// Gives the skill these profiles.
    pub(crate) fn with_profiles(self, profiles: Profiles) -> Self {
        let skill = self.skill.with_profiles(profiles);
        Self { skill, ..self }
    }

    /// Leaves the skill so long for each directive.
    pub(crate) fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sends one event, checks that the answer is one that Alexa takes and tells no secret, and gives it with its record.
    pub(crate) async fn send(&self, event: &str) -> (Json, Record) {
        let answer = self
            .skill
            .answer(event, Deadline::after(self.deadline))
            .await
            .unwrap();
        let response = serde_json::to_value(&answer.response).unwrap();
        schema::check(&response);
        let line = answer.record.clone().line(Level::Debug).unwrap();
        let correlation = correlation_token(event).filter(|token| !token.is_empty());
        let printed = format!("{answer:?} {:?}", self.skill);
        for told in [&line, &printed] {
            let tells = correlation
                .as_ref()
                .is_some_and(|token| told.contains(token));
            assert!(!tells, "the correlation token is told in {told}");
        }
        for secret in secrets(event) {
            for told in [&line, &response.to_string(), &printed] {
                assert!(!told.contains(&secret), "{secret} is told in {told}");
            }
        }
        (response, answer.record)
    }

    /// Sends the event of one file.
    pub(crate) async fn send_file(&self, name: &str) -> (Json, Record) {
        self.send(&event(name)).await
    }

    /// What the simulated cloud was asked.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.simulator
            .take_requests()
            .iter()
            .map(ToString::to_string)
            .collect()
    }
}

/// A file with the authority that a client of this simulator has to trust; without TLS there is none.
pub(crate) fn ca_file(simulator: &Simulator) -> Option<PathBuf> {
    let authority = simulator.certificate_authority();
    if authority.is_empty() {
        return None;
    }
    let url = simulator.url();
    let (_, port) = url.rsplit_once(':').unwrap();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("authority-{port}.pem"));
    std::fs::write(&file, authority).unwrap();
    Some(file)
}

/// Where the events are.
pub(crate) fn events() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("events")
}

/// The names of all events, in order.
pub(crate) fn event_names() -> Vec<String> {
    let name = |file: std::io::Result<std::fs::DirEntry>| {
        let path = file.unwrap().path();
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    };
    let mut names: Vec<String> = std::fs::read_dir(events()).unwrap().map(name).collect();
    names.sort();
    assert!(names.len() > 50, "the events are there");
    names
}

/// The text of one event.
pub(crate) fn event(name: &str) -> String {
    std::fs::read_to_string(events().join(format!("{name}.json"))).unwrap()
}

/// The text of one event with other parts in these places of its directive.
pub(crate) fn event_with(name: &str, parts: &[(&str, Json)]) -> String {
    let mut event: Json = serde_json::from_str(&event(name)).unwrap();
    for (place, part) in parts {
        let place = event.pointer_mut(&format!("/directive{place}"));
        part.clone_into(place.unwrap());
    }
    event.to_string()
}

/// What Alexa was told: the type of the error, or the name of the answer.
pub(crate) fn outcome(response: &Json) -> &str {
    response
        .pointer("/event/payload/type")
        .or(response.pointer("/event/header/name"))
        .and_then(Json::as_str)
        .unwrap()
}

/// The values of the properties that an answer reports, by name.
pub(crate) fn properties(response: &Json) -> Json {
    let properties = response
        .pointer("/context/properties")
        .and_then(Json::as_array);
    let named = properties.into_iter().flatten().map(|property| {
        (
            property["name"].as_str().unwrap().to_owned(),
            property["value"].clone(),
        )
    });
    Json::Object(named.collect())
}

fn correlation_token(event: &str) -> Option<String> {
    let event: Json = serde_json::from_str(event).ok()?;
    let token = event.pointer("/directive/header/correlationToken")?;
    Some(token.as_str()?.to_owned())
}

/// The tokens and codes of an event.
pub(crate) fn secrets(event: &str) -> Vec<String> {
    const FIELDS: [&str; 4] = ["token", "accessToken", "code", "scope"];
    fn collect(json: &Json, secrets: &mut Vec<String>) {
        match json {
            Json::Object(fields) => {
                for (name, value) in fields {
                    match value.as_str() {
                        Some(text) if FIELDS.contains(&name.as_str()) => {
                            secrets.push(text.to_owned())
                        }
                        _ => collect(value, secrets),
                    }
                }
            }
            Json::Array(items) => items.iter().for_each(|item| collect(item, secrets)),
            _ => {}
        }
    }
    let mut secrets = Vec::new();
    if let Ok(event) = serde_json::from_str(event) {
        collect(&event, &mut secrets);
    }
    secrets
}

/// Replaces what differs from run to run, after a look at it.
pub(crate) fn stable(mut response: Json) -> Json {
    if let Some(id) = response.pointer_mut("/event/header/messageId") {
        assert_eq!(
            id.as_str().map(str::len),
            Some(36),
            "the message id is a UUID"
        );
        *id = json!("[uuid]");
    }
    if let Some(time) = response.pointer_mut("/event/payload/timestamp") {
        let written = time.as_str().unwrap();
        assert!(
            (written.len(), written.get(19..20), written.get(23..)) == (24, Some("."), Some("Z")),
            "{written} has no milliseconds"
        );
        *time = json!("[now]");
    }
    let properties = response
        .pointer_mut("/context/properties")
        .and_then(Json::as_array_mut);
    for property in properties.into_iter().flatten() {
        assert!(property["uncertaintyInMilliseconds"].is_u64());
        property["uncertaintyInMilliseconds"] = json!("[round trip]");
        property["timeOfSample"] = json!("[now]");
    }
    response
}
