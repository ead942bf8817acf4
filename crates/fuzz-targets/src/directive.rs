//! Directives that are nearly right.

use serde_json::{Value as Json, json};

use crate::choices::Choices;
use crate::cloud::Script;
use crate::mutation;
use crate::particle;
use crate::seeds;
use crate::world::World;

/// Sends one of the project's events with a few things changed.
#[must_use]
pub fn directive(bytes: &[u8]) -> Vec<Json> {
    let mut choices = Choices::of(bytes);
    let mut event = choices.of_all(seeds::events()).clone();
    let said = said(&mut choices);
    mutation::mutate(&mut event, &mut choices);
    let text = mutation::write(&event, &mut choices);
    let script = Script::of(&[particle::device()], &said);
    World::with(script, |world| world.send(&text).into_iter().collect())
}

/// What all variables say.
pub(crate) fn said(choices: &mut Choices<'_>) -> Json {
    if choices.rarely(4) {
        return mutation::odd(choices);
    }
    let usual = [
        json!(40),
        json!(true),
        json!("auto"),
        json!(21.5),
        json!("{\"t\":21.5,\"on\":true,\"mode\":\"auto\",\"level\":40}"),
        json!("120,255,128"),
    ];
    choices.of_all(&usual).clone()
}
