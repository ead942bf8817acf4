//! `devices`: the simulated home, and the user's account in all ways to name it.

use crate::program::{Program, Simulator, deserted};

const HOME: &str = r#"
[[device]]
id = "cafe00000000000000000001"
name = "desk_lamp"
firmware = "dimmer"

[[device]]
id = "cafe00000000000000000002"
name = "relays"
platform = "boron"
firmware = "relays"
notes = '''
Above the workbench.
[[alexa]]
id = "fan"
name = "Workshop fan"
category = "FAN"
power = { function = "relay", on = "1=1", off = "1=0", variable = "relay1" }
[[alexa]]
id = "light"
powre = "relay"
'''

[[device]]
id = "cafe00000000000000000003"
name = "attic"
online = false
firmware = "thermometer"
offline_describe = "null"

[[device]]
id = "cafe00000000000000000004"
name = "bench"
firmware = "tinker"

[[device]]
id = "cafe00000000000000000005"
name = "mailbox"
variables = { open = false }
"#;

/// The output with the port of the simulator left out.
fn without_port(text: &str) -> String {
    let mut words = text.split("127.0.0.1:");
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, rest| {
        text + "127.0.0.1:…" + rest.trim_start_matches(|digit: char| digit.is_ascii_digit())
    })
}

#[test]
fn a_simulated_home_is_shown_with_what_is_left_out_and_why() {
    let outcome = Program::new(&["devices", "--simulator", "--home", "home.toml"])
        .file("home.toml", HOME)
        .run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    insta::assert_snapshot!(without_port(&outcome.stdout), @r#"
    2 endpoints on 5 devices of http://127.0.0.1:…

    Name           Category   What one can say               Device      Online
    ─────────────────────────────────────────────────────────────────────────────
    Desk lamp      light      turn on, turn off, set to 40   desk_lamp   yes
                              percent, dim, brighten
    Workshop fan   fan        turn on, turn off              relays      yes

    Left out

    attic (Photon 2, offline, cafe00000000000000000003)
      It is offline, and the cloud does not remember which functions and variables
      it has.
      Bring it online and look again, or describe it in its notes: they can be read
      at any time.

    bench (Photon 2, online, cafe00000000000000000004)
      It has the functions digitalread, digitalwrite, analogread, analogwrite and no
      variables, and none of these names is well known.
      Describe it in its notes. To begin with:

        [alexa]
        # Tinker: the blue LED of the board is on pin D7.
        power = { tinker = "D7" }

    mailbox (Photon 2, online, cafe00000000000000000005)
      It has no functions and the variable open (bool), and none of these names is
      well known.
      Give its firmware a function that switches or dims something, or a variable
      with a number.

    Partly left out

    relays (Boron, online, cafe00000000000000000002)

      error: unknown key `powre`; did you mean `power`?
       --> notes of relays:9:1
        |
      9 | powre = "relay"
        | ^^^^^
    "#);
}

#[test]
fn an_endpoint_is_explained() {
    let outcome = Program::new(&["devices", "--simulator", "--explain", "--home", "home.toml"])
        .file("home.toml", HOME)
        .run();
    let start = outcome.stdout.find("Desk lamp\n").unwrap();
    let end = outcome.stdout.find("Left out").unwrap();
    insta::assert_snapshot!(&outcome.stdout[start..end], @r#"
    Desk lamp
      from       well-known names of functions and variables
      id         cafe00000000000000000001
      cookie     124 of 5000 bytes
      bindings   brightness = { function = "setBrightness", variable = "brightness" }
                 power = { function = "setPower", variable = "power" }

    Workshop fan
      from       the description in the notes
      id         cafe00000000000000000002:fan
      cookie     77 of 5000 bytes
      bindings   power = { function = "relay", variable = "relay1", on = "1=1", off = "1=0" }
    "#);
}

#[test]
fn a_script_can_read_it() {
    let outcome = Program::new(&["devices", "--simulator", "--json", "--home", "home.toml"])
        .file("home.toml", HOME)
        .run();
    let report = outcome.json();
    assert_eq!(report["endpoints"][1]["friendlyName"], "Workshop fan");
    assert_eq!(report["devices"][1]["mistakes"][0]["line"], 9);
    assert_eq!(report["devices"][2]["source"], "unknown");
    assert_eq!(
        report["devices"][3]["leftOut"]["description"]
            .as_str()
            .unwrap()
            .lines()
            .next(),
        Some("[alexa]")
    );
}

#[test]
fn an_account_is_named_by_the_environment() {
    let mut simulator = Simulator::start();
    let outcome = Program::new(&["devices"])
        .token(&simulator.token)
        .variable("PARTICLE_API_URL", &simulator.url)
        .run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(outcome.stdout.contains(&simulator.url), "{outcome:?}");
    assert!(outcome.stdout.contains("Desk lamp"), "{outcome:?}");
    assert_eq!(simulator.requests(1)[0]["path"], "/v1/devices");
}

#[test]
fn an_account_is_named_by_the_profile_of_the_particle_cli() {
    let simulator = Simulator::start();
    let config = format!(
        r#"{{"apiUrl":"{}","access_token":"{}","username":"maker@example.com"}}"#,
        simulator.url, simulator.token
    );
    for (profile, file) in [
        (
            Some(r#"{"name":"workshop"}"#),
            ".particle/workshop.config.json",
        ),
        (None, ".particle/particle.config.json"),
    ] {
        let mut program = Program::new(&["devices"])
            .secret(&simulator.token)
            .file(file, &config);
        if let Some(profile) = profile {
            program = program.file(".particle/profile.json", profile);
        }
        let outcome = program.run();
        assert_eq!(outcome.status, 0, "{outcome:?}");
        assert!(outcome.stdout.contains("Desk lamp"), "{outcome:?}");
    }
}

#[test]
fn without_a_token_the_ways_to_one_are_named() {
    for config in [
        None,
        Some(r#"{"apiUrl":"https://api.particle.io","access_token":null}"#),
    ] {
        let mut program = Program::new(&["devices"]);
        if let Some(config) = config {
            program = program.file(".particle/particle.config.json", config);
        }
        let folder = program.folder().display().to_string();
        let outcome = program.run();
        assert_eq!(outcome.status, 2);
        insta::allow_duplicates! {
            insta::assert_snapshot!(outcome.stderr.replace(&folder, "~"), @r"
            error: no access token for Particle. There are three ways:
            - set PARTICLE_ACCESS_TOKEN; `particle token create` makes a token
            - log in with the Particle CLI, `particle login`: its profile in ~/.particle is used
            - look at the simulated home, which needs none: particle-alexa devices --simulator
            ");
        }
    }
}

#[test]
fn what_keeps_the_devices_from_being_listed_is_said() {
    let simulator = Simulator::start();
    let deserted = deserted();
    let token = "0123456789abcdef0123456789abcdef01234567";
    for (url, token, words) in [
        (
            &simulator.url,
            token,
            "refuses the access token from the environment (PARTICLE_ACCESS_TOKEN)",
        ),
        (&deserted, token, "Check the network and the address"),
        (&simulator.url, "two words", "gives is no access token"),
    ] {
        let outcome = Program::new(&["devices", "--api-url", url])
            .token(token)
            .run();
        assert_eq!(outcome.status, 2, "{outcome:?}");
        assert!(outcome.stderr.contains(words), "{outcome:?}");
        assert_eq!(outcome.stdout, "");
    }
    let insecure = Program::new(&["devices", "--api-url", "http://api.particle.io"])
        .token(token)
        .run();
    assert_eq!(insecure.status, 2);
    assert!(
        insecure.stderr.contains("it must start with https://"),
        "{insecure:?}"
    );
}

#[test]
fn a_damaged_profile_is_named_and_not_quoted() {
    let token = "0123456789abcdef0123456789abcdef01234567";
    let outcome = Program::new(&["devices"])
        .secret(token)
        .file(
            ".particle/particle.config.json",
            &format!("{{\"access_token\": \"{token}\" \"\n"),
        )
        .run();
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("particle.config.json:1:"),
        "{outcome:?}"
    );
}

#[test]
fn a_name_that_the_firmware_has_not_is_warned_of() {
    let home = "[[device]]\nid = \"cafe00000000000000000001\"\nname = \"fan\"\nfunctions = { setFan = { stores = \"fanSpeed\" } }\nvariables = { fanSpeed = 0 }\nnotes = \"\"\"\n[alexa.fan.speed]\nfunction = \"setfan\"\nvariable = \"sped\"\n[alexa.power]\nfunction = \"sedFan\"\n\"\"\"\n";
    let outcome = Program::new(&["devices", "--simulator", "--home", "home.toml"])
        .file("home.toml", home)
        .run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let said = outcome.stdout.replace('\n', " ");
    for words in [
        "`range` of the device `fan` names the function `setfan`, which it has not. Did you mean `setFan`?",
        "`range` of the device `fan` names the variable `sped`, which it has not. Mend its description or its firmware.",
        "`power` of the device `fan` names the function `sedFan`, which it has not. Did you mean `setFan`?",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_profile_is_called_by_its_name() {
    let profiles = "[[profile]]\nname = \"relay boards\"\nfunctions = \"relay\"\n[[profile.alexa]]\npower = { function = \"relay\", on = \"0=1\", off = \"0=0\" }\nbrightness = \"absent\"\n";
    let home =
        "[[device]]\nid = \"cafe00000000000000000002\"\nname = \"board\"\nfirmware = \"relays\"\n";
    let run = |profiles: &str| {
        Program::new(&[
            "devices",
            "--home",
            "home.toml",
            "--profiles",
            "other.toml",
            "--explain",
        ])
        .file("home.toml", home)
        .file("other.toml", profiles)
        .run()
    };
    let outcome = run(profiles);
    assert!(
        outcome
            .stdout
            .contains("from       the description in the profile \"relay boards\"\n"),
        "{outcome:?}"
    );
    // A file with a mistake is refused as a whole before anything is asked.
    let outcome = run(&profiles.replace("brightness", "brightnes"));
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("particle-alexa check other.toml"),
        "{outcome:?}"
    );
}

#[test]
fn the_endpoints_that_are_too_many_are_named() {
    let endpoint =
        |number| format!("[[alexa]]\nid = 'n{number}'\nname = 'Lamp {number}'\npower = 'f'\n");
    let device = |id: u8, endpoints: std::ops::Range<usize>| {
        let notes: String = endpoints.map(endpoint).collect();
        format!(
            "[[device]]\nid = \"cafe0000000000000000000{id}\"\nname = \"board{id}\"\nfunctions = {{ f = {{ stores = \"x\" }} }}\nvariables = {{ x = 0 }}\nnotes = \"\"\"\n{notes}\"\"\"\n"
        )
    };
    let home = [device(2, 299..304), device(1, 0..299)].concat();
    let outcome = Program::new(&["devices", "--home", "home.toml"])
        .file("home.toml", &home)
        .run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let said = outcome.stdout.replace('\n', " ");
    let words = "Alexa takes 300 endpoints, the first in the order of the devices' ids. Left out: \"Lamp 300\" on board2, \"Lamp 301\" on board2, \"Lamp 302\" on board2, and 1 more.";
    assert!(said.contains(words), "{said}");
}
