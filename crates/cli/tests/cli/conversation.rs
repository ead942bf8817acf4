//! `try`, a line at a time.

use crate::program::{Outcome, Program};

const HOME: &str = r#"
[[device]]
id = "cafe00000000000000000001"
name = "desk_lamp"
firmware = "dimmer"
variables = { power = false, brightness = 40 }

[[device]]
id = "cafe00000000000000000002"
name = "porch"
platform = "argon"
firmware = "thermometer"
variables = { temperature = 18.5 }
"#;

fn say(lines: &str) -> Outcome {
    Program::new(&["try", "--home", "home.toml"])
        .file("home.toml", HOME)
        .input(lines)
        .run()
}

#[test]
fn what_one_says_is_followed_to_the_device_and_back() {
    let outcome = say(
        "Alexa, turn on the desk lamp\ndim it to 30 percent\n\nwhat's the temperature of the porch?\n",
    );
    assert_eq!(outcome.status, 0, "{outcome:?}");
    insta::assert_snapshot!(outcome.stdout, @r#"
    A simulated home. Alexa discovers:

    Name        Category             What one can say           Device      Online
    ────────────────────────────────────────────────────────────────────────────────
    Desk lamp   light                turn on, turn off, set     desk_lamp   yes
                                     to 40 percent, dim,
                                     brighten
    Porch       temperature sensor   what's the temperature     porch       yes

    > Alexa, turn on the desk lamp
      directive  Alexa.PowerController.TurnOn for Desk lamp
      particle   POST /v1/devices/desk_lamp/setPower "on" → 200, returned 1
      answer     Response: powerState ON, connectivity OK
      Alexa      “OK.”

    > dim it to 30 percent
      directive  Alexa.BrightnessController.SetBrightness {"brightness":30} for Desk
                 lamp
      particle   POST /v1/devices/desk_lamp/setBrightness "30" → 200, returned 1
      answer     Response: brightness 30, connectivity OK
      Alexa      “OK.”

    > what's the temperature of the porch?
      directive  Alexa.ReportState for Porch
      particle   GET /v1/devices/porch/temperature → 200
      answer     StateReport: temperature 18.5 CELSIUS, connectivity OK
      Alexa      “The temperature of Porch is 18.5 degrees Celsius.”
    "#);
}

#[test]
fn a_line_that_is_not_understood_is_explained_and_fails() {
    let outcome = say("turn on the desk lmap\nturn on the moon\nmake me a coffee\ndim the porch\n");
    assert_eq!(outcome.status, 1);
    let (_, conversation) = outcome.stdout.split_once("> ").unwrap();
    insta::assert_snapshot!(conversation, @r#"
    turn on the desk lmap
      directive  none: no endpoint is called "desk lmap" (did you mean "desk lamp"?)
      Alexa      “Sorry, I couldn't find a device called desk lmap.”

    > turn on the moon
      directive  none: no endpoint is called "moon" (there are Desk lamp, Porch)
      Alexa      “Sorry, I couldn't find a device called moon.”

    > make me a coffee
      directive  none: no phrase that is known here (say something like "turn on …";
                 `help` in `particle-alexa try` lists all phrases)
      Alexa      “Sorry, I'm not sure what you meant.”

    > dim the porch
      directive  none: Porch has no such capability (say "what is the temperature of
                 the porch", "is the porch online")
      Alexa      “Sorry, Porch doesn't support that.”
    "#);
}

#[test]
fn an_error_of_alexas_is_an_answer() {
    let outcome = say(
        ":offline porch\nhow warm is the porch\n:online Porch\nhow warm is it\nset the desk lamp to 101\n",
    );
    assert_eq!(outcome.status, 0);
    let (_, conversation) = outcome.stdout.split_once("> ").unwrap();
    insta::assert_snapshot!(conversation, @r#"
    :offline porch
      porch is offline.

    > how warm is the porch
      directive  Alexa.ReportState for Porch
      particle   GET /v1/devices/porch/temperature → 408
      answer     StateReport: connectivity UNREACHABLE
      Alexa      “Porch is not responding. Please check its network connection and
                 power supply.”

    > :online Porch
      Porch is online.

    > how warm is it
      directive  Alexa.ReportState for Porch
      particle   GET /v1/devices/porch/temperature → 200
      answer     StateReport: temperature 18.5 CELSIUS, connectivity OK
      Alexa      “The temperature of Porch is 18.5 degrees Celsius.”

    > set the desk lamp to 101
      directive  Alexa.BrightnessController.SetBrightness {"brightness":101} for
                 Desk lamp
      particle   no call
      answer     ErrorResponse: VALUE_OUT_OF_RANGE (101 is not between 0 and 100)
      Alexa      “Sorry, Desk lamp can only be set from 0 to 100.”
    "#);
}

#[test]
fn orders_do_what_help_says() {
    let outcome = say(":help\n:devices\n:json\nis the desk lamp on\n:quit\nturn on the moon\n");
    assert_eq!(outcome.status, 0, "{outcome:?}");
    for words in [
        "brighten the desk lamp by 40 percent",
        "what is the temperature of the porch",
        ":offline NAME",
        "Messages are shown in full.",
        "\"token\": \"…\"",
        "\"correlationToken\": \"…\"",
        "“No, Desk lamp is off.”",
    ] {
        assert!(
            outcome.stdout.contains(words),
            "{words:?} is not in {}",
            outcome.stdout
        );
    }
    assert_eq!(outcome.stdout.matches("What one can say").count(), 2);
    assert_eq!(say(":sing\n").status, 1);
    assert_eq!(say(":offline moon\n").status, 1);
}

#[test]
fn help_needs_no_colon() {
    let outcome = say("help\n");
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert_eq!(
        outcome.stdout.replace("> help\n", "> :help\n"),
        say(":help\n").stdout
    );
}

#[test]
fn a_script_can_converse() {
    let outcome = Program::new(&["try", "--json", "--home", "home.toml"])
        .file("home.toml", HOME)
        .input("turn on the desk lamp\nturn on the moon\n")
        .run();
    let lines = outcome.json_lines();
    assert_eq!(
        lines[0]["answer"]["event"]["header"]["name"],
        "Discover.Response"
    );
    assert_eq!(
        lines[1]["particleCalls"][0]["call"]["function"]["name"],
        "setPower"
    );
    assert_eq!(lines[1]["alexa"], "OK.");
    assert_eq!(lines[2]["understood"], false);
    assert_eq!(outcome.status, 1);
}

#[test]
fn no_token_is_shown_even_in_full() {
    let token = "5eedc0de5eedc0de5eedc0de5eedc0de5eedc0de";
    let home = format!("token = \"{token}\"\n{HOME}");
    let outcome = Program::new(&["try", "--verbose", "--home", "home.toml"])
        .file("home.toml", &home)
        .secret(token)
        .input("discover my devices\nis the desk lamp on\n")
        .run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(outcome.stdout.contains("BearerToken"), "{outcome:?}");
}

#[test]
fn a_cloud_without_devices_is_told_as_alexa_would() {
    let outcome = Program::new(&["try", "--home", "home.toml"])
        .file("home.toml", "fault = \"token-expired\"\n")
        .input("discover my devices\n")
        .run();
    assert_eq!(outcome.status, 0);
    assert!(
        outcome.stdout.contains("EXPIRED_AUTHORIZATION_CREDENTIAL"),
        "{outcome:?}"
    );
}
