//! `try --script`.

use particle_simulator::Home;

use crate::program::Program;

#[test]
fn every_step_of_the_tour_does_what_it_should() {
    let outcome = Program::new(&["try", "--script"]).run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    assert!(
        outcome.stdout.ends_with("steps did what they should.\n"),
        "{outcome:?}"
    );
    assert!(!outcome.stdout.contains('✗'), "{outcome:?}");
}

#[test]
fn a_script_can_read_the_tour() {
    let outcome = Program::new(&["try", "--script", "--json"]).run();
    let steps = outcome.json_lines();
    assert_eq!(outcome.status, 0);
    assert!(steps.len() >= 8, "{outcome:?}");
    for step in steps {
        assert_eq!(step["good"], true, "{step}");
    }
}

/// The steps that fail in the sample home with a change, and what is said of each difference.
fn failures(text: &str, changed: &str) -> Vec<String> {
    assert!(
        Home::SAMPLE.contains(text),
        "the sample home has no {text:?}"
    );
    let home = Home::SAMPLE.replacen(text, changed, 1);
    let outcome = Program::new(&["try", "--script", "--json", "--home", "home.toml"])
        .file("home.toml", &home)
        .run();
    assert_eq!(outcome.status, 1, "{outcome:?}");
    let failed = outcome
        .json_lines()
        .into_iter()
        .filter(|step| step["good"] == false);
    failed
        .map(|step| {
            let differences = step["differences"].as_array().unwrap().iter();
            let what: Vec<_> = differences
                .map(|difference| difference["what"].as_str().unwrap())
                .collect();
            format!("{}: {}", step["said"].as_str().unwrap(), what.join(", "))
        })
        .collect()
}

#[test]
fn a_device_that_refuses_fails_the_tour() {
    let failures = failures(
        "name = \"desk_lamp\"\n",
        "name = \"desk_lamp\"\nfault = { returns = -1 }\n",
    );
    insta::assert_snapshot!(failures.join("\n"), @r"
    turn on the desk lamp: answer, particle, Alexa, variable
    turn it off: answer, particle, Alexa
    set the desk lamp to 80 percent: answer, particle, Alexa, variable
    dim it by 30: answer, particle, Alexa, variable
    is the desk lamp on: answer, Alexa
    ");
}

#[test]
fn a_device_that_says_yes_and_does_nothing_fails_the_tour() {
    let failures = failures(
        "firmware = \"dimmer\"\nvariables = { power = false, brightness = 40 }\n",
        "variables = { power = false, brightness = 40, heard = \"\" }\n\
         functions = { setPower = { stores = \"heard\" }, setBrightness = { stores = \"heard\" } }\n",
    );
    insta::assert_snapshot!(failures.join("\n"), @r"
    turn on the desk lamp: variable
    set the desk lamp to 80 percent: variable
    dim it by 30: answer, particle, variable
    is the desk lamp on: answer, Alexa
    ");
}

#[test]
fn a_failed_step_says_what_should_be_and_what_is() {
    let home = Home::SAMPLE.replacen("temperature = 18.5", "temperature = 19.5", 1);
    let outcome = Program::new(&["try", "--script", "--home", "home.toml"])
        .file("home.toml", &home)
        .run();
    let (_, step) = outcome.stdout.split_once('✗').unwrap();
    let (step, _) = step.split_once("\n\n").unwrap();
    insta::assert_snapshot!(step.trim(), @r"
    “what's the temperature of the porch”
      must       read the temperature
      answer     should be StateReport: temperature 18.5 CELSIUS, connectivity OK
                 and is StateReport: temperature 19.5 CELSIUS, connectivity OK
      Alexa      should be The temperature of Porch is 18.5 degrees Celsius.
                 and is The temperature of Porch is 19.5 degrees Celsius.
      directive  Alexa.ReportState for Porch
      particle   GET /v1/devices/porch/temperature → 200
      answer     StateReport: temperature 19.5 CELSIUS, connectivity OK
      Alexa      “The temperature of Porch is 19.5 degrees Celsius.”
    ");
}
