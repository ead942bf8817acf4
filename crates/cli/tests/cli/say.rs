//! `say`: one utterance, to the simulator and to an account.

use crate::program::{Program, Simulator, deserted};

const HOME: &str = r#"
[[device]]
id = "cafe00000000000000000001"
name = "desk_lamp"
firmware = "dimmer"

[[device]]
id = "cafe00000000000000000002"
name = "porch"
online = false
firmware = "thermometer"
"#;

#[test]
fn one_thing_is_said_and_answered() {
    for words in [
        &["turn on the desk lamp"][..],
        &["turn", "on", "the", "desk", "lamp"],
    ] {
        let outcome = Program::new(&[&["say"], words].concat()).run();
        assert_eq!(outcome.status, 0, "{outcome:?}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(outcome.stdout, @r#"
              directive  Alexa.PowerController.TurnOn for Desk lamp
              particle   POST /v1/devices/desk_lamp/setPower "on" → 200, returned 1
              answer     Response: powerState ON, connectivity OK
              Alexa      “OK.”
            "#);
        }
    }
}

#[test]
fn the_status_tells_whether_alexa_did_it() {
    for (said, status, alexa) in [
        ("is the desk lamp on", 0, "No, Desk lamp is off."),
        ("set the desk lamp to 101", 1, "can only be set"),
        ("how warm is the porch", 1, "Porch is not responding."),
        ("turn on the moon", 1, "called moon"),
        ("sing", 1, "not sure what you meant"),
        ("dim it", 1, "which device?"),
        ("dim the desk lamp by -5", 0, "OK."),
    ] {
        let outcome = Program::new(&["say", "--home", "home.toml", said])
            .file("home.toml", HOME)
            .run();
        assert_eq!(outcome.status, status, "{said}: {outcome:?}");
        assert!(outcome.stdout.contains(alexa), "{said}: {outcome:?}");
    }
    let nothing = Program::new(&["say"]).run();
    assert_eq!((nothing.status, nothing.stdout.as_str()), (2, ""));
    let rejected = Program::new(&["say", "--home", "home.toml", "turn on the desk lamp"])
        .file("home.toml", "fault = \"token-expired\"\n")
        .run();
    assert_eq!(rejected.status, 2, "{rejected:?}");
    assert!(
        rejected
            .stderr
            .contains("Alexa discovers nothing: ErrorResponse"),
        "{rejected:?}"
    );
}

#[test]
fn a_script_can_read_it() {
    let outcome = Program::new(&["say", "--json", "turn", "on", "the", "desk", "lamp"]).run();
    let turn = outcome.json();
    assert_eq!(turn["understood"], true);
    assert_eq!(turn["directive"]["directive"]["header"]["name"], "TurnOn");
    assert_eq!(turn["alexa"], "OK.");
    let outcome = Program::new(&["say", "--json", "sing"]).run();
    assert_eq!(outcome.status, 1);
    assert_eq!(outcome.json()["understood"], false);
}

#[test]
fn an_account_is_spoken_to_with_the_users_token() {
    let mut simulator = Simulator::start();
    let outcome = Program::new(&["say", "--account", "--verbose", "turn on the desk lamp"])
        .token(&simulator.token)
        .variable("PARTICLE_API_URL", &simulator.url)
        .run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(outcome.stdout.contains("setPower → 200"), "{outcome:?}");
    let call = simulator
        .requests(4)
        .into_iter()
        .find(|request| request["method"] == "POST");
    assert_eq!(call.unwrap()["return_value"], 1);
}

#[test]
fn an_account_that_cannot_be_used_is_explained() {
    let token = "0123456789abcdef0123456789abcdef01234567";
    let simulator = Simulator::start();
    for (url, words) in [
        (
            simulator.url.as_str(),
            "refuses the access token from the environment",
        ),
        (&deserted(), "Check the network and the address"),
    ] {
        let outcome = Program::new(&[
            "say",
            "--account",
            "--api-url",
            url,
            "turn on the desk lamp",
        ])
        .token(token)
        .run();
        assert_eq!(
            (outcome.status, outcome.stdout.as_str()),
            (2, ""),
            "{outcome:?}"
        );
        assert!(outcome.stderr.contains(words), "{outcome:?}");
    }
    let outcome = Program::new(&["say", "--account", "turn on the desk lamp"]).run();
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("leave out --account"),
        "{outcome:?}"
    );
}

/// They cost what they are in, and nobody would know why.
#[test]
fn mistakes_of_the_home_are_told_beside_the_answer() {
    let home = HOME.replace(
        "firmware = \"dimmer\"",
        "firmware = \"dimmer\"\nnotes = \"[alexa]\\npower = 'setPower'\\nbrightnes = 'x'\"",
    );
    for (arguments, remark) in [
        (
            &["say", "--home", "home.toml", "turn on the desk lamp"][..],
            "Discovery found one thing that is not right; particle-alexa devices --home home.toml shows it\n\n",
        ),
        (
            &["try", "--home", "home.toml"],
            "mistake in the notes of desk_lamp, line 3, column 1\n\
             particle-alexa devices --home home.toml shows more\n\n",
        ),
    ] {
        let outcome = Program::new(arguments).file("home.toml", &home).run();
        assert_eq!(outcome.status, 0, "{outcome:?}");
        assert_eq!(outcome.stderr, remark);
    }
    let report = Program::new(&["devices", "--home", "home.toml"])
        .file("home.toml", &home)
        .run();
    assert!(
        report.stdout.contains("unknown key `brightnes`"),
        "{report:?}"
    );
}

#[test]
fn where_nothing_is_discovered_there_is_nothing_to_name() {
    let outcome = Program::new(&["say", "--home", "home.toml", "turn on the lamp"])
        .file("home.toml", "")
        .run();
    assert!(
        outcome.stdout.contains("(Alexa has discovered nothing)"),
        "{outcome:?}"
    );
}

#[test]
fn profiles_count_wherever_one_speaks() {
    let home = "[[device]]\nid = \"cafe00000000000000000001\"\nname = \"board\"\nfunctions = { relay = { stores = \"state\" } }\nvariables = { state = \"\" }\n";
    let profiles = "[[profile]]\nfunctions = \"relay\"\n[[profile.alexa]]\npower = { function = \"relay\", on = \"0=1\", off = \"0=0\" }\n";
    let options = ["--home", "home.toml", "--profiles", "other.toml"];
    let run = |command: &[&str], profiles: &str| {
        Program::new(&[command, &options[..]].concat())
            .file("home.toml", home)
            .file("other.toml", profiles)
            .input("turn on the board\n")
            .run()
    };
    for command in [&["say", "turn on the board"][..], &["try"]] {
        let outcome = run(command, profiles);
        assert_eq!(outcome.status, 0, "{outcome:?}");
        assert!(outcome.stdout.contains("relay \"0=1\""), "{outcome:?}");
        let outcome = run(command, &profiles.replace("power", "powre"));
        assert_eq!(outcome.status, 2, "{outcome:?}");
        let words = "particle-alexa check other.toml";
        assert!(outcome.stderr.contains(words), "{outcome:?}");
    }
}
