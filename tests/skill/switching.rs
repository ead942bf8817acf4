//! A level that switches on and off with it what has one.

use particle_simulator::Home;
use serde_json::{Value as Json, json};

use crate::world::{World, event_with, outcome, properties};

/// The firmware `dimmer` switches itself on with a brightness above 0, and off with 0.
async fn dimmer(notes: &str) -> World {
    let home = format!(
        "[[device]]\nid = \"cafe00000000000000000001\"\nfirmware = \"dimmer\"\nnotes = '''\n[alexa]\n{notes}'''\n"
    );
    World::with(Home::parse(&home).unwrap()).await
}

/// The answer to a directive whose endpoint has the cookie that discovery gives it.
async fn answer(world: &World, file: &str, payload: Json) -> Json {
    let (discovered, _) = world.send_file("Discovery.Discover").await;
    let cookie = discovered.pointer("/event/payload/endpoints/0/cookie");
    let event = event_with(
        file,
        &[
            ("/endpoint/endpointId", json!("cafe00000000000000000001")),
            ("/endpoint/cookie", cookie.unwrap().clone()),
            ("/payload", payload),
        ],
    );
    let (response, _) = world.send(&event).await;
    response
}

#[tokio::test]
async fn what_turns_on_says_so_and_the_device_agrees() {
    for (key, interface, property) in [
        ("brightness", "Brightness", "brightness"),
        ("percentage", "Percentage", "percentage"),
        ("power_level", "PowerLevel", "powerLevel"),
    ] {
        let world = dimmer(&format!(
            "power = {{ function = 'setPower', variable = 'power' }}\n\
            {key} = {{ function = 'setBrightness', variable = 'brightness', turns_on = true }}\n"
        ))
        .await;
        for (verb, field, value, level, power) in [
            ("Set", property.to_owned(), 40, 40, "ON"),
            ("Set", property.to_owned(), 0, 0, "OFF"),
            ("Adjust", format!("{property}Delta"), 15, 15, "ON"),
            ("Adjust", format!("{property}Delta"), -30, 0, "OFF"),
        ] {
            let file = format!("{interface}Controller.{verb}{interface}");
            let response = answer(&world, &file, json!({ field: value })).await;
            let expected =
                json!({ property: level, "powerState": power, "connectivity": { "value": "OK" } });
            assert_eq!(properties(&response), expected, "{file} {value}");
            let report = answer(&world, "Alexa.ReportState", json!({})).await;
            assert_eq!(properties(&report), expected, "after {file} {value}");
        }
    }
}

#[tokio::test]
async fn nothing_is_said_of_a_power_that_is_not_there_or_does_not_follow() {
    let level = "brightness = { function = 'setBrightness', variable = 'brightness'";
    for notes in [
        format!("{level}, turns_on = true }}\n"),
        format!("power = 'setPower'\n{level} }}\n"),
        format!("power = 'setPower'\n{level}, turns_on = false }}\n"),
    ] {
        let world = dimmer(&notes).await;
        let file = "BrightnessController.SetBrightness";
        let response = answer(&world, file, json!({ "brightness": 40 })).await;
        assert_eq!(outcome(&response), "Response");
        assert_eq!(properties(&response)["powerState"], Json::Null, "{notes}");
    }
}
