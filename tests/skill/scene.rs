//! What a scene may be described as, and what becomes of one that its device refuses.

use alexa_for_particle::description::Description;
use particle_simulator::Home;
use serde_json::json;

use crate::world::{World, event_with, outcome};

#[test]
fn a_mistake_in_a_scene_is_shown_where_it_is() {
    for (scene, expected) in [
        (
            r#"{ argument = "x" }"#,
            "line 2, column 9: it needs a `function`: what else would do it?",
        ),
        (
            r#"{ function = "f", deactivate = { argument = "x" } }"#,
            "line 2, column 40: it needs a `function`: what else would do it?",
        ),
        (
            r#"{ function = "f", deactivate = { function = "g", deactivate = "h" } }"#,
            "line 2, column 58: unknown key `deactivate`; known are function, argument, success, errors",
        ),
        (
            r#"{ function = "f", variable = "v" }"#,
            "line 2, column 27: unknown key `variable`; known are deactivate, function, argument, success, errors",
        ),
        (
            "5",
            "line 2, column 9: this must be the name of a function, or a table with `function`, not 5",
        ),
    ] {
        let description = Description::in_notes(&format!("[alexa]\nscene = {scene}")).unwrap();
        let mistakes: Vec<_> = description
            .mistakes
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(mistakes, [expected], "{scene}");
    }
}

/// The function takes numbers only, so what it returns for a word is -1.
#[tokio::test]
async fn a_scene_that_is_refused_did_not_start() {
    for (rest, expected) in [
        ("", "INVALID_VALUE"),
        (", errors = { -1 = 'ENDPOINT_BUSY' }", "ENDPOINT_BUSY"),
        (", success = -1", "ActivationStarted"),
    ] {
        let home = format!(
            "[[device]]\nid = \"cafe00000000000000000040\"\nfunctions = {{ scene = {{ stores = \"n\" }} }}\n\
            variables = {{ n = 0 }}\nnotes = \"[alexa]\\nid = 'movie'\\nscene = {{ function = 'scene', argument = 'x'{rest} }}\"\n"
        );
        let world = World::with(Home::parse(&home).unwrap()).await;
        let event = event_with(
            "SceneController.Activate",
            &[("/endpoint/cookie", json!({}))],
        );
        let (response, _) = world.send(&event).await;
        assert_eq!(outcome(&response), expected, "{rest}");
    }
}
