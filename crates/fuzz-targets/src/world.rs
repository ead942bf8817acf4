//! A skill, its cloud, and what is promised of every answer.

use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::Authorities;
use alexa_for_particle::profile::Profiles;
use alexa_for_particle::record::Level;
use alexa_for_particle::skill::Skill;
use serde_json::Value as Json;
use serde_json::value::RawValue;
use tokio::runtime::{Builder, Runtime};

use crate::cloud::{Cloud, Request, Script};
use crate::shape;

/// What a directive may take, of a clock that stands still while the skill works.
const DEADLINE: Duration = Duration::from_millis(6500);

/// So often the tasks of the runtime are polled before the clock is put forward. An exchange takes a few polls.
const PATIENCE: usize = 64;

/// How far the clock is put forward.
const STEP: Duration = Duration::from_millis(50);

/// So much processor time no answer takes, not even where a fuzzer watches every branch on a machine that has much to do.
const MAXIMUM_TIME: Duration = Duration::from_secs(10);

/// Lambda takes no longer answer.
const MAXIMUM_ANSWER_BYTES: usize = 6 << 20;

/// What an answer about one endpoint may have beside what it copies from its event.
const MAXIMUM_OWN_BYTES: usize = 64 << 10;

/// A line of the log: the longest tells of some hundred calls.
const MAXIMUM_LINE_BYTES: usize = 64 << 10;

/// Lambda hands on six megabytes. What is doubled and doubled again is longer, and takes its time to be looked through.
const MAXIMUM_EVENT_BYTES: usize = 1 << 20;

/// A command is one call, or one for each setpoint or band of an equalizer.
const MAXIMUM_FUNCTION_CALLS: usize = 4;

/// A token shorter than this could stand anywhere by chance.
const MINIMUM_SECRET_BYTES: usize = 12;

/// One of each thread, for all that is sent to it.
pub(crate) struct World {
    runtime: Runtime,
    cloud: Cloud,
    skill: Skill,
}

thread_local! {
    static WORLD: std::cell::RefCell<Option<World>> = const { std::cell::RefCell::new(None) };
}

impl World {
    fn new() -> Self {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let cloud = runtime.block_on(Cloud::start());
        let skill = skill(&cloud);
        Self {
            runtime,
            cloud,
            skill,
        }
    }

    /// Does something with this thread's skill, while its cloud says this.
    pub(crate) fn with<T>(script: Script, act: impl FnOnce(&mut Self) -> T) -> T {
        WORLD.with_borrow_mut(|world| {
            let world = world.get_or_insert_with(Self::new);
            world.cloud.say(script);
            act(world)
        })
    }

    /// Lets the skill forget what its devices have said, and gives it these profiles.
    pub(crate) fn renew(&mut self, profiles: Profiles) {
        self.skill = skill(&self.cloud).with_profiles(profiles);
    }

    /// Sends one event and gives its answer; `None` where it is no JSON object, so that there is nobody to answer, or
    /// longer than any event can be.
    pub(crate) fn send(&self, event: &str) -> Option<Json> {
        if event.len() > MAXIMUM_EVENT_BYTES {
            return None;
        }
        let started = Instant::now();
        let answered = self.runtime.block_on(async {
            let ahead = catch_up(started).await;
            hurry(self.skill.answer(event, Deadline::after(ahead + DEADLINE))).await
        });
        assert!(
            started.elapsed() < MAXIMUM_TIME,
            "it took {:?}",
            started.elapsed()
        );
        let requests = self.cloud.take_requests();
        let Ok(answer) = answered else {
            let object = serde_json::from_str::<BTreeMap<String, &RawValue>>(event);
            assert!(object.is_err(), "an object got no answer");
            assert!(requests.is_empty(), "no directive, but {requests:?}");
            return None;
        };
        let text = serde_json::to_string(&answer.response).expect("the answer can be written");
        let response: Json = serde_json::from_str(&text).expect("the answer is JSON");
        shape::response(&response);
        let is_discovery = response["event"]["header"]["name"] == "Discover.Response";
        let maximum = match is_discovery {
            true => MAXIMUM_ANSWER_BYTES,
            false => MAXIMUM_OWN_BYTES + 2 * event.len(),
        };
        assert!(text.len() <= maximum, "{} bytes", text.len());
        assert_eq!(answer.record.particle_calls, requests.len());
        let line = answer.record.clone().line(Level::Debug).expect("a record");
        assert!(line.len() <= MAXIMUM_LINE_BYTES, "{} bytes", line.len());
        assert!(!line.contains('\n') && serde_json::from_str::<Json>(&line).is_ok());
        polite(&requests, event);
        // What is no JSON somewhere is answered all the same, but where its secrets are nobody can tell.
        if let Ok(event) = serde_json::from_str(event) {
            secretive(&event, &[&line, &format!("{answer:?}")], &text);
        }
        Some(response)
    }
}

fn skill(cloud: &Cloud) -> Skill {
    Skill::new(cloud.url.parse().unwrap(), Authorities::default()).unwrap()
}

/// Sees to it that the runtime's clock is not behind the machine's, and tells how far it is ahead.
async fn catch_up(now: Instant) -> Duration {
    let behind = now.saturating_duration_since(tokio::time::Instant::now().into_std());
    tokio::time::advance(behind).await;
    tokio::time::Instant::now()
        .into_std()
        .saturating_duration_since(now)
}

/// Waits for a future, and puts the clock forward whenever all that is left to do is to wait for it.
async fn hurry<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        for _ in 0..PATIENCE {
            let polled = poll_fn(|context| Poll::Ready(future.as_mut().poll(context)));
            if let Poll::Ready(output) = polled.await {
                return output;
            }
            tokio::task::yield_now().await;
        }
        tokio::time::advance(STEP).await;
    }
}

/// Whether a token stands in an event where the skill may read one: under its name, or in a list, which serde takes for a
/// table whose keys are left out.
fn tells(part: &Json, token: &str) -> bool {
    match part {
        Json::Object(fields) => fields
            .iter()
            .any(|(name, value)| (name == "token" && value == token) || tells(value, token)),
        Json::Array(items) => items.iter().any(|item| item == token || tells(item, token)),
        _ => false,
    }
}

/// Only what the API has is asked, and only with the token of the event.
fn polite(requests: &[Request], event: &str) {
    let read = serde_json::from_str::<Json>(event);
    let is_told = |token: &str| match &read {
        Ok(event) => tells(event, token),
        // The skill reads only what it needs, so it may need nothing of what cannot be read.
        Err(_) => event.contains(token),
    };
    for request in requests {
        let bearer = request.authorization.strip_prefix("Bearer ");
        assert!(bearer.is_some_and(is_told), "another token: {request:?}");
        let segments: Vec<_> = request.path.split('/').collect();
        let is_id = |id: &str| id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let proper = match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["", "v1", "devices"]) => true,
            ("GET", ["", "v1", "devices", id]) => is_id(id),
            ("PUT", ["", "v1", "devices", id, "ping"]) => is_id(id),
            ("GET" | "POST", ["", "v1", "devices", id, name]) => {
                let plain = |byte: u8| byte.is_ascii_graphic() && !b"?#\\".contains(&byte);
                is_id(id) && !["", ".", ".."].contains(name) && name.bytes().all(plain)
            }
            _ => false,
        };
        assert!(proper, "{request:?}");
        if request.method == "POST" {
            let body: BTreeMap<String, String> =
                serde_json::from_slice(&request.body).expect("the body is JSON");
            assert!(body.keys().eq(["arg"]), "{request:?}");
        }
    }
    let calls = requests.iter().filter(|request| request.method == "POST");
    let calls: Vec<_> = calls.map(|call| (&call.path, &call.body)).collect();
    assert!(
        calls.len() <= MAXIMUM_FUNCTION_CALLS,
        "too many calls: {requests:?}"
    );
    let different: BTreeSet<_> = calls.iter().collect();
    assert_eq!(
        different.len(),
        calls.len(),
        "a call was sent twice: {requests:?}"
    );
}

/// No token and no code is told anywhere, and the correlation token to Alexa alone.
fn secretive(event: &Json, logged: &[&str], answer: &str) {
    let whole = event.to_string();
    let text = |place: &str| {
        let text = event.pointer(place)?.as_str()?;
        // What stands in a second place is no secret there.
        let alone = whole.matches(text).count() == 1;
        (text.len() >= MINIMUM_SECRET_BYTES && alone).then_some(text)
    };
    let places = [
        "/directive/endpoint/scope/token",
        "/directive/payload/scope/token",
        "/directive/payload/grantee/token",
        "/directive/payload/grant/code",
    ];
    for secret in places.into_iter().filter_map(text) {
        for told in logged.iter().chain([&answer]) {
            assert!(!told.contains(secret), "{secret:?} is told in {told}");
        }
    }
    if let Some(secret) = text("/directive/header/correlationToken") {
        for told in logged {
            assert!(!told.contains(secret), "{secret:?} is told in {told}");
        }
    }
}
