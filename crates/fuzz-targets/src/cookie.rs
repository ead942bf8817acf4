//! Cookies that Alexa, or whoever plays her, hands back otherwise than they were given to her.

use alexa_for_particle::endpoint::{Endpoint, EndpointId};
use alexa_for_particle::particle::Device;
use serde_json::{Value as Json, json};

use crate::choices::Choices;
use crate::cloud::Script;
use crate::directive::said;
use crate::mutation;
use crate::particle;
use crate::seeds;
use crate::world::World;

/// Sends an event with other bindings in its cookie, after a look at what they are taken for.
#[must_use]
pub fn cookie(bytes: &[u8]) -> Vec<Json> {
    let mut choices = Choices::of(bytes);
    let mut event = choices.of_all(seeds::events()).clone();
    let mut bindings = choices.of_all(seeds::bindings()).clone();
    let said = said(&mut choices);
    mutation::mutate(&mut bindings, &mut choices);
    let text = mutation::write(&bindings, &mut choices);
    let mut cookie = json!({ "v1": text });
    if choices.rarely(8) {
        mutation::mutate(&mut cookie, &mut choices);
    }
    if let Ok(cookie) = serde_json::from_value(cookie.clone()) {
        let device: Device = serde_json::from_value(particle::device()).unwrap();
        let id = EndpointId {
            device: device.id.clone(),
            part: None,
        };
        if let Some(endpoint) = Endpoint::from_cookie(&id, &cookie) {
            let told = serde_json::to_value(endpoint.discovery(&device));
            assert!(told.is_ok(), "{told:?}");
            stable(&endpoint);
        }
    }
    if let Some(endpoint) = event.pointer_mut("/directive/endpoint")
        && let Some(endpoint) = endpoint.as_object_mut()
    {
        endpoint.insert("cookie".to_owned(), cookie);
    }
    let script = Script::of(&[particle::device()], &said);
    World::with(script, |world| {
        world.send(&event.to_string()).into_iter().collect()
    })
}

/// What a cookie says is what is read of it, if there is one.
pub(crate) fn stable(endpoint: &Endpoint) {
    let cookie = endpoint.cookie();
    if cookie.is_empty() {
        return;
    }
    let again = Endpoint::from_cookie(&endpoint.id, &cookie);
    let again = again.unwrap_or_else(|| panic!("not readable: {cookie:?}"));
    assert_eq!(again.cookie(), cookie);
}
