//! Televisions, players and speakers: what takes a device of another kind than the sample home's.

use alexa_for_particle::description::Description;
use particle_simulator::Home;
use serde_json::{Value as Json, json};

use crate::world::{World, outcome, properties};

const ID: &str = "000000000000000000000001";

/// A world of one device with these lines of a home's file.
async fn world(device: &str) -> World {
    let home = format!("[[device]]\nid = \"{ID}\"\nname = \"it\"\n{device}\n");
    World::with(Home::parse(&home).unwrap()).await
}

/// Sends a directive with this cookie.
async fn send_with(world: &World, cookie: Json, directive: &str, payload: Json) -> Json {
    let (namespace, name) = directive.rsplit_once('.').unwrap();
    let event = json!({ "directive": {
        "header": { "namespace": namespace, "name": name, "messageId": "1", "payloadVersion": "3", "correlationToken": "c==" },
        "endpoint": {
            "scope": { "type": "BearerToken", "token": "decafbad".repeat(5) },
            "endpointId": ID,
            "cookie": cookie,
        },
        "payload": payload,
    } });
    world.send(&event.to_string()).await.0
}

/// Sends a directive without a cookie.
async fn send(world: &World, directive: &str, payload: Json) -> Json {
    send_with(world, json!({}), directive, payload).await
}

/// What the functions of the device were told, in their order.
fn told(world: &World) -> Vec<String> {
    let calls = world.requests().into_iter();
    let calls = calls.filter_map(|request| {
        let call = request.strip_prefix(&format!("POST /v1/devices/{ID}/"))?;
        Some(call.split(" → ").next()?.to_owned())
    });
    calls.collect()
}

/// One capability of a discovered device.
async fn declared(world: &World, interface: &str) -> Json {
    let (response, _) = world.send_file("Discovery.Discover").await;
    let capabilities = response.pointer("/event/payload/endpoints/0/capabilities");
    let capabilities = capabilities.and_then(Json::as_array).unwrap();
    let capability = capabilities
        .iter()
        .find(|capability| capability["interface"] == interface);
    world.requests();
    capability.cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_speaker_needs_no_description() {
    let world = world(
        "functions = { setVolume = { stores = \"volume\" }, setMute = { stores = \"muted\" } }\nvariables = { volume = 40, muted = \"off\" }",
    )
    .await;
    let muted = send(&world, "Alexa.Speaker.SetMute", json!({ "mute": true })).await;
    assert_eq!(properties(&muted)["muted"], json!(true));
    let louder = json!({ "volume": 10, "volumeDefault": true });
    let louder = send(&world, "Alexa.Speaker.AdjustVolume", louder).await;
    assert_eq!(properties(&louder)["volume"], json!(50));
    assert_eq!(told(&world), ["setMute \"on\"", "setVolume \"50\""]);
    let report = send(&world, "Alexa.ReportState", json!({})).await;
    assert_eq!(properties(&report)["muted"], json!(true));
}

#[tokio::test]
async fn a_speaker_without_a_mute_has_none() {
    let world =
        world("functions = { setVolume = { stores = \"volume\" } }\nvariables = { volume = 40 }")
            .await;
    let speaker = declared(&world, "Alexa.Speaker").await;
    assert_eq!(
        speaker["properties"]["supported"],
        json!([{ "name": "volume" }])
    );
    let muted = send(&world, "Alexa.Speaker.SetMute", json!({ "mute": true })).await;
    assert_eq!(outcome(&muted), "INVALID_DIRECTIVE");
    assert_eq!(told(&world), [""; 0]);
}

#[tokio::test]
async fn steps_go_to_a_function_for_each_direction() {
    let world = world(
        r#"functions = { remote = { stores = "x" }, softer = { stores = "x" }, mute = { stores = "x" } }
variables = { x = "" }
notes = """
[alexa.step_speaker]
up = { function = "remote", argument = "VOL_UP" }
down = { function = "softer", argument = "{} times" }
mute = "mute"
step = 2
""""#,
    )
    .await;
    let speaker = declared(&world, "Alexa.StepSpeaker").await;
    assert_eq!(speaker["properties"], Json::Null);
    for (payload, call) in [
        (
            json!({ "volumeSteps": 5, "volumeStepsDefault": false }),
            "remote \"VOL_UP\"",
        ),
        (json!({ "volumeSteps": -5 }), "softer \"5 times\""),
        (
            json!({ "volumeSteps": -10, "volumeStepsDefault": true }),
            "softer \"2 times\"",
        ),
    ] {
        let response = send(&world, "Alexa.StepSpeaker.AdjustVolume", payload).await;
        assert_eq!(outcome(&response), "Response");
        assert_eq!(told(&world), [call]);
    }
    let far = json!({ "volumeSteps": 101 });
    let refused = send(&world, "Alexa.StepSpeaker.AdjustVolume", far).await;
    assert_eq!(outcome(&refused), "VALUE_OUT_OF_RANGE");
    assert_eq!(told(&world), [""; 0]);
    send(
        &world,
        "Alexa.StepSpeaker.SetMute",
        json!({ "mute": false }),
    )
    .await;
    assert_eq!(told(&world), ["mute \"off\""]);
}

#[tokio::test]
async fn each_key_of_a_player_may_have_a_function() {
    let world = world(
        r#"functions = { play = { stores = "x" }, keys = { stores = "x" } }
variables = { x = "" }
notes = """
[alexa.playback]
function = "keys"
operations = { play = { function = "play" }, start_over = 7, next = "n" }
""""#,
    )
    .await;
    let keys = declared(&world, "Alexa.PlaybackController").await;
    assert_eq!(
        keys["supportedOperations"],
        json!(["Play", "StartOver", "Next"])
    );
    for (key, call) in [
        ("Play", "play \"\""),
        ("StartOver", "keys \"7\""),
        ("Next", "keys \"n\""),
    ] {
        let response = send(
            &world,
            &format!("Alexa.PlaybackController.{key}"),
            json!({}),
        )
        .await;
        assert_eq!(outcome(&response), "Response");
        assert_eq!(told(&world), [call]);
    }
    let response = send(&world, "Alexa.PlaybackController.Stop", json!({})).await;
    assert_eq!(outcome(&response), "INVALID_DIRECTIVE");
    assert_eq!(told(&world), [""; 0]);
}

#[tokio::test]
async fn a_channel_is_called_in_many_ways() {
    let world = world(
        r#"functions = { tune = { stores = "x" } }
variables = { x = "" }
notes = """
[alexa]
channel = { function = "tune", argument = "CH{}", channels = { pbs = 11, "bbc one" = "one" } }
""""#,
    )
    .await;
    for (payload, call, channel) in [
        (
            json!({ "channel": { "number": "7" } }),
            "tune \"CH7\"",
            json!({ "number": "7" }),
        ),
        (
            json!({ "channel": { "callSign": "PBS" }, "channelMetadata": {} }),
            "tune \"CH11\"",
            json!({ "number": "11" }),
        ),
        (
            json!({ "channel": { "callSign": "WGBH", "affiliateCallSign": "PBS" } }),
            "tune \"CH11\"",
            json!({ "number": "11" }),
        ),
        (
            json!({ "channel": { "uri": "bbcone" } }),
            "tune \"CHone\"",
            json!({ "callSign": "bbc one" }),
        ),
        (
            json!({ "channel": {}, "channelMetadata": { "name": "BBC One" } }),
            "tune \"CHone\"",
            json!({ "callSign": "bbc one" }),
        ),
        (
            json!({ "channelMetadata": { "name": "PBS", "image": "x" } }),
            "tune \"CH11\"",
            json!({ "number": "11" }),
        ),
    ] {
        let response = send(
            &world,
            "Alexa.ChannelController.ChangeChannel",
            payload.clone(),
        )
        .await;
        assert_eq!(told(&world), [call], "{payload}");
        assert_eq!(properties(&response)["channel"], channel, "{payload}");
    }
    let skip = json!({ "channelCount": 1 });
    let response = send(&world, "Alexa.ChannelController.SkipChannels", skip).await;
    assert_eq!(outcome(&response), "FIRMWARE_OUT_OF_DATE");
    assert_eq!(told(&world), [""; 0]);
}

/// A function of its own goes to the next channel, as far as it can be told how far.
#[tokio::test]
async fn channels_are_skipped_by_functions_or_by_counting() {
    let world = world(
        r#"functions = { tune = { stores = "x" }, up = { stores = "y" }, down = { stores = "y" } }
variables = { x = 5, y = "" }
notes = """
[alexa.channel]
function = "tune"
variable = "x"
range = [1, 9]
next = { function = "up", argument = "CH+" }
previous = "down"
""""#,
    )
    .await;
    for (count, calls, channel) in [
        (1, ["up \"CH+\""], Json::Null),
        (3, ["tune \"8\""], json!({ "number": "8" })),
        (3, ["tune \"9\""], json!({ "number": "9" })),
        (-3, ["down \"3\""], Json::Null),
    ] {
        let skip = json!({ "channelCount": count });
        let response = send(&world, "Alexa.ChannelController.SkipChannels", skip).await;
        assert_eq!(told(&world), calls, "{count}");
        assert_eq!(properties(&response)["channel"], channel, "{count}");
    }
}

/// Firmware with three bands, of which nobody can ask for the treble.
const EQUALIZER: &str = r#"functions = { bass = { stores = "bass" }, mid = { stores = "mid" }, high = { stores = "x" } }
variables = { bass = 9, mid = "2", x = 0 }
notes = """
[alexa.equalizer]
bass = "bass"
midrange = { function = "mid", variable = "mid", argument = "={}" }
treble = "high"
reset = 1
step = 3
""""#;

#[tokio::test]
async fn several_bands_are_several_calls_and_one_property() {
    let band = |name: &str, value: i64| json!({ "name": name, "value": value });
    for (directive, bands, calls, reported) in [
        (
            "SetBands",
            json!([{ "name": "TREBLE", "level": -4.0 }, { "name": "BASS", "level": 10 }]),
            vec!["high \"-4\"", "bass \"10\""],
            json!([band("TREBLE", -4), band("BASS", 10)]),
        ),
        (
            "AdjustBands",
            json!([{ "name": "BASS", "levelDirection": "UP" }, { "name": "MIDRANGE", "levelDelta": 4.0, "levelDirection": "DOWN" }]),
            vec!["bass \"10\"", "mid \"=-2\""],
            json!([band("BASS", 10), band("MIDRANGE", -2)]),
        ),
        (
            "ResetBands",
            json!([{ "name": "BASS" }, { "name": "MIDRANGE" }, { "name": "TREBLE" }]),
            vec!["bass \"1\"", "mid \"=1\"", "high \"1\""],
            json!([band("BASS", 1), band("MIDRANGE", 1), band("TREBLE", 1)]),
        ),
    ] {
        let world = world(EQUALIZER).await;
        let directive = format!("Alexa.EqualizerController.{directive}");
        let response = send(&world, &directive, json!({ "bands": bands })).await;
        assert_eq!(properties(&response)["bands"], reported, "{directive}");
        assert_eq!(told(&world), calls, "{directive}");
    }
    let report = send(&world(EQUALIZER).await, "Alexa.ReportState", json!({})).await;
    assert_eq!(
        properties(&report)["bands"],
        json!([band("BASS", 9), band("MIDRANGE", 2)])
    );
}

/// A level that Alexa was told cannot be is none of the band's.
#[tokio::test]
async fn a_level_out_of_range_is_not_reported() {
    let world = world(&EQUALIZER.replace("bass = 9", "bass = 11")).await;
    let report = send(&world, "Alexa.ReportState", json!({})).await;
    assert_eq!(
        properties(&report)["bands"],
        json!([{ "name": "MIDRANGE", "value": 2 }])
    );
}

/// What can be found wrong is found before the first call.
#[tokio::test]
async fn a_wrong_band_changes_none() {
    let bass = json!({ "name": "BASS", "level": 3 });
    for (directive, bands, error) in [
        (
            "SetBands",
            json!([bass, { "name": "TREBLE", "level": 11 }]),
            "VALUE_OUT_OF_RANGE",
        ),
        ("SetBands", json!([bass, bass]), "INVALID_DIRECTIVE"),
        (
            "SetBands",
            json!([bass, { "name": "ALTO", "level": 1 }]),
            "INVALID_DIRECTIVE",
        ),
        ("SetBands", json!([]), "INVALID_DIRECTIVE"),
        (
            "AdjustBands",
            json!([{ "name": "BASS", "levelDirection": "UP" }, { "name": "TREBLE", "levelDirection": "UP" }]),
            "FIRMWARE_OUT_OF_DATE",
        ),
    ] {
        let world = world(EQUALIZER).await;
        let directive = format!("Alexa.EqualizerController.{directive}");
        let response = send(&world, &directive, json!({ "bands": bands })).await;
        assert_eq!(outcome(&response), error, "{directive} {bands}");
        assert_eq!(told(&world), [""; 0]);
    }
}

/// A second call that fails says that the first did not, and is no reason to begin anew.
#[tokio::test]
async fn a_directive_of_which_half_is_done_says_so() {
    let world = world(EQUALIZER).await;
    let (discovered, _) = world.send_file("Discovery.Discover").await;
    let cookie = discovered.pointer("/event/payload/endpoints/0/cookie/v1");
    let outdated = cookie
        .and_then(Json::as_str)
        .unwrap()
        .replace("high", "none");
    world.requests();
    let bands = json!([{ "name": "BASS" }, { "name": "TREBLE" }, { "name": "MIDRANGE" }]);
    let response = send_with(
        &world,
        json!({ "v1": outdated }),
        "Alexa.EqualizerController.ResetBands",
        json!({ "bands": bands }),
    )
    .await;
    assert_eq!(outcome(&response), "FIRMWARE_OUT_OF_DATE");
    let message = response.pointer("/event/payload/message").unwrap();
    let message = message.as_str().unwrap();
    assert!(
        message.starts_with("TREBLE was not changed, though 1 before it: "),
        "{message}"
    );
    assert_eq!(
        told(&world),
        ["bass \"1\"", "none \"1\""],
        "nothing is called again"
    );
}

#[tokio::test]
async fn seeking_starts_from_a_position() {
    for (position, delta, calls, told_of) in [
        (
            json!(90_000),
            30_000,
            vec!["seek \"30000\""],
            json!(120_000),
        ),
        (json!("90000"), -95_000, vec!["seek \"-90000\""], json!(0)),
        (
            json!(86_399_000),
            5_000,
            vec!["seek \"1000\""],
            json!(86_400_000),
        ),
        (json!(-1), 5_000, vec![], json!("NOT_IN_OPERATION")),
        (json!("idle"), 5_000, vec![], json!("NOT_IN_OPERATION")),
        (json!(0), 86_400_001, vec![], json!("VALUE_OUT_OF_RANGE")),
    ] {
        let world = world(&format!(
            "functions = {{ seek = {{ stores = \"x\" }} }}\nvariables = {{ x = \"\", at = {position} }}\nnotes = \"[alexa]\\nseek = {{ function = 'seek', variable = 'at' }}\""
        ))
        .await;
        let payload = json!({ "deltaPositionMilliseconds": delta });
        let response = send(&world, "Alexa.SeekController.AdjustSeekPosition", payload).await;
        let at = response
            .pointer("/event/payload/properties/0/value")
            .cloned();
        let at = at.unwrap_or_else(|| outcome(&response).into());
        assert_eq!(at, told_of, "{position} {delta}");
        assert_eq!(told(&world), calls, "{position} {delta}");
    }
}

#[tokio::test]
async fn what_cannot_resume_is_only_held() {
    let world = world(
        r#"functions = { stop = { stores = "x" } }
variables = { x = "" }
notes = """
[alexa]
time_hold = { operations = { hold = { function = "stop" } } }
""""#,
    )
    .await;
    let declared = declared(&world, "Alexa.TimeHoldController").await;
    assert_eq!(
        declared["configuration"],
        json!({ "allowRemoteResume": false })
    );
    for (directive, expected) in [("Hold", "Response"), ("Resume", "INVALID_DIRECTIVE")] {
        let directive = format!("Alexa.TimeHoldController.{directive}");
        let response = send(&world, &directive, json!({})).await;
        assert_eq!(outcome(&response), expected);
    }
    assert_eq!(told(&world), ["stop \"\""]);
}

/// Each description, what in it is wrong, and why.
#[test]
fn mistakes_are_told_with_their_mend() {
    for (line, place, message) in [
        (
            "speaker = { mute = 'mute' }",
            "{ mute = 'mute' }",
            "it needs a `volume`, such as volume = \"setVolume\"",
        ),
        (
            "speaker = { volume = 'v', step = 0 }",
            "0",
            "0 is no step: write a number from 1 to 100, such as 10",
        ),
        (
            "step_speaker = { up = 'f' }",
            "{ up = 'f' }",
            "it goes only `up`; it needs a `down` too",
        ),
        (
            "step_speaker = { down = 'f' }",
            "{ down = 'f' }",
            "it goes only `down`; it needs an `up` too",
        ),
        (
            "step_speaker = { step = 2 }",
            "{ step = 2 }",
            "it needs a `function` that takes steps up and, below zero, down; or `up` and `down`",
        ),
        (
            "step_speaker = { function = 'f', up = 'g' }",
            "{ function = 'f', up = 'g' }",
            "its `function` is for both directions; leave out either it, or `up` and `down`",
        ),
        (
            "step_speaker = { function = 'f', argument = 'up' }",
            "'up'",
            "\"up\" must contain {} once, where the value goes",
        ),
        (
            "step_speaker = { up = { argument = '{}' }, down = 'g' }",
            "{ argument = '{}' }",
            "it needs a `function`: what else would do it?",
        ),
        (
            "step_speaker = { function = 'f', variable = 'v' }",
            "variable",
            "unknown key `variable`; known are up, down, mute, step, function, argument, success, errors",
        ),
        (
            "playback = { function = 'f', operations = ['play', 'paus'] }",
            "'paus'",
            "unknown operation `paus`; did you mean `pause`?",
        ),
        (
            "playback = { function = 'f' }",
            "{ function = 'f' }",
            "it needs `operations`: what it can be told, as a list, or each with the firmware's word: play, pause, stop, start_over, previous, next, rewind, fast_forward",
        ),
        (
            "playback = { operations = { play = { function = 'play' }, stop = 'stop' } }",
            "{ operations = { play = { function = 'play' }, stop = 'stop' } }",
            "it needs a `function`: what else would do it?",
        ),
        (
            "input = { function = 'f', inputs = { 'HDMI 1' = 1, satelite = 2 } }",
            "satelite",
            "unknown input `satelite`; did you mean `SATELLITE`?",
        ),
        (
            "input = { function = 'f', inputs = ['HDMI 1', 'hdmi1'] }",
            "['HDMI 1', 'hdmi1']",
            "to Alexa \"hdmi1\" is the same as another",
        ),
        (
            "input = { function = 'f', inputs = { TV = { names = [' '] } } }",
            "' '",
            "a name needs a letter or digit that can be said",
        ),
        (
            "channel = { function = 'f', range = [99, 1] }",
            "[99, 1]",
            "a range is two whole numbers, the second the greater",
        ),
        (
            "channel = { function = 'f', next = 'n' }",
            "{ function = 'f', next = 'n' }",
            "`next` and `previous` go together; add the other",
        ),
        (
            "channel = { function = 'f', range = [1, 9], channels = { pbs = 11 } }",
            "{ pbs = 11 }",
            "the number of \"pbs\" is outside of the `range`",
        ),
        (
            "channel = { function = 'f', channels = { 'BBC 1' = 1, bbc1 = 2 } }",
            "{ 'BBC 1' = 1, bbc1 = 2 }",
            "\"BBC 1\" is the name of two channels",
        ),
        (
            "equalizer = { range = [-6, 6] }",
            "{ range = [-6, 6] }",
            "it needs a band, `bass`, `midrange` or `treble`, or a `mode`",
        ),
        (
            "equalizer = { bass = 'b', range = [1, 10] }",
            "{ bass = 'b', range = [1, 10] }",
            "0 is outside of the `range`; write the level to `reset` to",
        ),
        (
            "equalizer = { mode = { function = 'f', modes = { jazz = 1 } } }",
            "jazz",
            "unknown mode `jazz`; known are movie, music, night, sport, tv",
        ),
        (
            "seek = { function = 'f' }",
            "{ function = 'f' }",
            "it needs a `variable` that tells the position: Alexa is to be told the new one",
        ),
        (
            "seek = { variable = 'v' }",
            "{ variable = 'v' }",
            "it needs a `function` that takes how far to go",
        ),
        (
            "seek = { function = 'f', variable = 'v', unit = 'sec' }",
            "'sec'",
            "unknown unit `sec`; known are ms, s",
        ),
        (
            "time_hold = { function = 'f', operations = ['resume'] }",
            "['resume']",
            "what cannot `hold` has nothing to resume; add `hold` to its `operations`",
        ),
        (
            "time_hold = { function = 'f', operations = { pause = 1 } }",
            "pause",
            "unknown operation `pause`; known are hold, resume",
        ),
    ] {
        let description = Description::in_notes(&format!("[alexa]\n{line}")).unwrap();
        let mistakes = description.mistakes.iter().map(|mistake| {
            let place = line.chars().skip(mistake.column - 1).take(mistake.length);
            (place.collect::<String>(), mistake.message.clone())
        });
        let expected = [(place.to_owned(), message.to_owned())];
        assert_eq!(mistakes.collect::<Vec<_>>(), expected, "{line}");
    }
}
