//! Which endpoints an account has.

use std::fmt::Write as _;

use particle_simulator::Home;
use serde_json::Value as Json;

use crate::world::{World, event};

/// The endpoints that Alexa is told of, as `id name`, and the calls it took.
async fn discovered(home: &str) -> (Vec<String>, Vec<String>) {
    let world = World::with(Home::parse(home).unwrap()).await;
    let (response, _) = world.send_file("Discovery.Discover").await;
    (endpoints(&response), world.requests())
}

fn endpoints(response: &Json) -> Vec<String> {
    let endpoints = response.pointer("/event/payload/endpoints").unwrap();
    let line = |endpoint: &Json| {
        let text = |field: &str| endpoint[field].as_str().unwrap().to_owned();
        format!("{} {}", text("endpointId"), text("friendlyName"))
    };
    endpoints.as_array().unwrap().iter().map(line).collect()
}

fn device(number: usize, rest: &str) -> String {
    format!("[[device]]\nid = \"{number:024x}\"\n{rest}\n")
}

#[tokio::test]
async fn the_list_is_enough_where_it_tells_the_functions() {
    let home = device(1, "name = \"a\"\nfirmware = \"dimmer\"")
        + &device(2, "name = \"b\"\nfirmware = \"dimmer\"\nonline = false");
    let (endpoints, calls) = discovered(&home).await;
    assert_eq!(
        endpoints,
        ["000000000000000000000001 A", "000000000000000000000002 B"]
    );
    assert_eq!(calls, ["GET /v1/devices → 200"]);
}

#[tokio::test]
async fn an_old_list_costs_one_more_look_at_each_device() {
    let home = "list = \"brief\"\n".to_owned()
        + &device(1, "name = \"a\"\nfirmware = \"dimmer\"")
        + &device(
            2,
            "firmware = \"relays\"\nnotes = \"[alexa]\\npower = 'relay'\\nname = 'Told'\"",
        );
    let (endpoints, mut calls) = discovered(&home).await;
    assert_eq!(
        endpoints,
        [
            "000000000000000000000001 A",
            "000000000000000000000002 Told"
        ]
    );
    calls.sort();
    assert_eq!(
        calls,
        [
            "GET /v1/devices → 200",
            "GET /v1/devices/000000000000000000000001 → 200",
            "GET /v1/devices/000000000000000000000002 → 200",
        ]
    );
}

/// While a device is offline the cloud may say nothing, "none" or the truth of its functions.
#[tokio::test]
async fn an_offline_device_is_found_as_far_as_it_is_known() {
    for (describe, convention) in [("cached", true), ("empty", false), ("null", false)] {
        let offline = format!("online = false\noffline_describe = \"{describe}\"\n");
        let home = device(
            1,
            &format!("name = \"lamp\"\nfirmware = \"dimmer\"\n{offline}"),
        ) + &device(
            2,
            &format!(
                "name = \"told\"\nfirmware = \"led\"\nnotes = \"[alexa]\\npower = 'led'\"\n{offline}"
            ),
        );
        let (endpoints, _) = discovered(&home).await;
        let lamp = endpoints.contains(&"000000000000000000000001 Lamp".to_owned());
        assert_eq!(lamp, convention, "{describe}");
        assert!(
            endpoints.contains(&"000000000000000000000002 Told".to_owned()),
            "a description can be read of an offline device: {describe}"
        );
    }
}

#[tokio::test]
async fn an_id_stays_when_the_name_changes() {
    let home = |name: &str| {
        let notes = format!("[[alexa]]\\nid = 'x'\\nname = '{name}'\\npower = 'led'\\n");
        device(1, &format!("name = \"{name}\"\nfirmware = \"led\""))
            + &device(2, &format!("firmware = \"led\"\nnotes = \"{notes}\""))
    };
    let ids = |endpoints: Vec<String>| -> Vec<String> {
        let id = |line: String| line.split(' ').next().unwrap().to_owned();
        endpoints.into_iter().map(id).collect()
    };
    let (before, _) = discovered(&home("before")).await;
    let (after, _) = discovered(&home("after")).await;
    assert_ne!(before, after);
    assert_eq!(ids(before), ids(after));
}

#[tokio::test]
async fn alexa_gets_the_same_300_of_301() {
    let mut home = String::new();
    // Listed last first: the cloud's order is that of the last handshake, which is no order to rely on.
    for number in (1..=301).rev() {
        writeln!(home, "{}", device(number, "firmware = \"led\"")).unwrap();
    }
    let world = World::with(Home::parse(&home).unwrap()).await;
    let (response, record) = world.send_file("Discovery.Discover").await;
    let endpoints = endpoints(&response);
    assert_eq!(endpoints.len(), 300);
    assert!(endpoints[0].starts_with("000000000000000000000001 "));
    assert!(endpoints[299].starts_with("00000000000000000000012c "));
    assert_eq!(
        record.remarks,
        ["1 endpoints are left out: Alexa takes 300, in an answer of 5242880 bytes"]
    );
    assert_eq!(world.requests().len(), 1);
}

/// Of so many devices that describe themselves, the first ones keep silent.
async fn with_silent_devices(all: usize, silent: usize) -> (Vec<String>, Vec<String>, Vec<String>) {
    let mut home = String::new();
    for number in 0..all {
        let fault = if number < silent {
            "fault = \"stale-online\""
        } else {
            ""
        };
        let described = format!("firmware = \"self-describing-dimmer\"\n{fault}");
        writeln!(home, "{}", device(number, &described)).unwrap();
    }
    let world = World::with(Home::parse(&home).unwrap()).await;
    let (response, record) = world.send_file("Discovery.Discover").await;
    (endpoints(&response), record.remarks, world.requests())
}

/// As many as are asked together are silent, and one more.
#[tokio::test]
async fn silent_devices_hide_no_others() {
    let (endpoints, remarks, requests) = with_silent_devices(100, 33).await;
    assert_eq!(endpoints.len(), 67, "{remarks:?}");
    let unread = |number: usize| {
        format!("the variable `alexa` of {number:024x} could not be read, so it is left out")
    };
    let mut expected: Vec<_> = (0..20).map(unread).collect();
    // With one that all others are called the same.
    expected.push("and 14 more".to_owned());
    assert_eq!(remarks, expected);
    assert_eq!(requests.len(), 101);
}

/// The calls of one directive have an end. What is left out because of it is told as what it is.
#[tokio::test]
async fn who_was_not_asked_is_not_said_to_be_silent() {
    let (endpoints, remarks, requests) = with_silent_devices(135, 130).await;
    assert_eq!(endpoints.len(), 0);
    let ids: Vec<_> = (128..133).map(|number| format!("{number:024x}")).collect();
    let unasked = format!(
        "left out, for there was no time to ask them: {}, and 2 more",
        ids.join(", ")
    );
    assert_eq!(remarks.first(), Some(&unasked));
    assert_eq!(remarks.last().unwrap(), "and 109 more");
    assert_eq!(requests.len(), 129);
}

/// What the log says of those that are is short, though all are called the same.
#[tokio::test]
async fn more_devices_than_any_home_has_are_not_looked_at() {
    let described = "firmware = \"led\"\nnotes = \"[alexa]\\nname = 'Lamp'\\npower = 'led'\"";
    let mut home = String::new();
    for number in (0..1003).rev() {
        writeln!(home, "{}", device(number, described)).unwrap();
    }
    let world = World::with(Home::parse(&home).unwrap()).await;
    let (_, record) = world.send_file("Discovery.Discover").await;
    let ids: Vec<_> = (0..5).map(|number| format!("{number:024x}")).collect();
    assert_eq!(
        record.remarks,
        [
            "devices of the list that are not looked at, being more than 1000: 3".to_owned(),
            "700 endpoints are left out: Alexa takes 300, in an answer of 5242880 bytes".to_owned(),
            format!(
                "endpoints of the same name: {}, and 995 more",
                ids.join(", ")
            ),
        ]
    );
}

#[tokio::test]
async fn a_mistake_is_told_and_costs_an_endpoint_that_can_do_nothing_else() {
    let world = World::sample().await;
    let (response, record) = world.send_file("Discovery.Discover").await;
    assert!(
        endpoints(&response)
            .iter()
            .all(|endpoint| !endpoint.ends_with("Mailbox"))
    );
    let expected = "mistake in the notes of cafe0000000000000000000a, line 6, column 1";
    assert!(
        record.remarks.iter().any(|remark| remark == expected),
        "{:?}",
        record.remarks
    );
}

/// Each endpoint is found again by its own cookie, and by its id alone.
#[tokio::test]
async fn a_cookie_spares_a_call_and_changes_nothing() {
    let world = World::sample().await;
    let (response, _) = world.send_file("Discovery.Discover").await;
    let discovered = response.pointer("/event/payload/endpoints").unwrap();
    for endpoint in discovered.as_array().unwrap() {
        let mut directive: Json = serde_json::from_str(&event("Alexa.ReportState")).unwrap();
        directive["directive"]["endpoint"]["endpointId"] = endpoint["endpointId"].clone();
        let mut report = async |cookie: Json| {
            directive["directive"]["endpoint"]["cookie"] = cookie;
            world.requests();
            let (response, record) = world.send(&directive.to_string()).await;
            (crate::world::properties(&response), record.particle_calls)
        };
        let (with, fewer) = report(endpoint["cookie"].clone()).await;
        let (without, more) = report(serde_json::json!({})).await;
        assert_eq!(with, without, "{}", endpoint["endpointId"]);
        assert_eq!(fewer + 1, more);
    }
}

#[tokio::test]
async fn bindings_too_long_for_a_cookie_are_found_on_use() {
    let word = "x".repeat(1024);
    let mut notes = format!("[alexa]\\npower = {{ function = 'setPower', on = '{word}' }}");
    for key in ["brightness", "percentage", "power_level", "lock"] {
        let argument = "y".repeat(1022);
        notes += &format!("\\n{key} = {{ function = 'f', argument = '{argument}{{}}' }}");
    }
    let rest = format!(
        "functions = {{ setPower = {{ stores = \"power\" }} }}\nvariables = {{ power = \"\" }}\nnotes = \"{notes}\""
    );
    let world = World::with(Home::parse(&device(1, &rest)).unwrap()).await;
    let (response, _) = world.send_file("Discovery.Discover").await;
    let cookie = response.pointer("/event/payload/endpoints/0/cookie");
    assert_eq!(cookie, None);
    let event = event("PowerController.TurnOn.without-cookie");
    let event = event.replace("cafe00000000000000000004:fan", "000000000000000000000001");
    let (response, _) = world.send(&event).await;
    assert_eq!(crate::world::outcome(&response), "Response");
    let power = world
        .simulator
        .variable("000000000000000000000001", "power");
    assert_eq!(power, Some(Json::from(word)));
}

/// While the device's variables are not known, the short form is open: it is resolved when it is used.
#[tokio::test]
async fn a_short_form_waits_until_more_is_known() {
    let rest = |online: &str| {
        format!(
            "functions = {{ lamp = {{ stores = \"lamp\" }} }}\nvariables = {{ lamp = 30 }}\nnotes = \"[alexa]\\nbrightness = 'lamp'\"\noffline_describe = \"null\"\nonline = {online}"
        )
    };
    for (online, cookie) in [
        ("false", Json::Null),
        (
            "true",
            serde_json::json!({ "v1": r#"{"brightness":[{"function":"lamp","variable":"lamp"}]}"# }),
        ),
    ] {
        let world = World::with(Home::parse(&device(1, &rest(online))).unwrap()).await;
        let (response, _) = world.send_file("Discovery.Discover").await;
        assert_eq!(
            response
                .pointer("/event/payload/endpoints/0/cookie")
                .cloned()
                .unwrap_or_default(),
            cookie
        );
    }
}
