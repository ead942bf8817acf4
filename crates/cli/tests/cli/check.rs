//! `check`.

use serde_json::json;

use crate::program::Program;

const GOOD: &str = "\
Relays above the workbench.
[[alexa]]
id = \"light\"
name = \"Workshop light\"
category = \"LIGHT\"
power = { function = \"relay\", on = \"0=1\", off = \"0=0\", variable = \"relay0\" }
[[alexa]]
id = \"dimmer\"
brightness = { function = \"setvalue\", argument = \"0={}\", scale = [0, 255] }
";

#[test]
fn a_good_description_is_shown_as_alexa_sees_it() {
    let outcome = Program::new(&["check", "relays.toml"])
        .file("relays.toml", GOOD)
        .run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    insta::assert_snapshot!(outcome.stdout, @r#"
    ✓ relays.toml is fine. Alexa discovers:

    Workshop light (light)
      say        turn on, turn off
      bindings   power = { function = "relay", variable = "relay0", on = "0=1", off = "0=0" }

    The device's name (light)
      say        set to 40 percent
      bindings   brightness = { function = "setvalue", argument = "0={}", scale = [0, 255] }
    "#);
}

#[test]
fn each_mistake_is_shown_where_it_is() {
    let bad = GOOD
        .replace("category", "categry")
        .replace("[0, 255]", "[1, 1]");
    let outcome = Program::new(&["check", "-"]).input(&bad).run();
    assert_eq!(outcome.status, 1, "{outcome:?}");
    let (mistakes, _) = outcome.stdout.split_once("Without what is wrong").unwrap();
    insta::assert_snapshot!(mistakes, @r#"
    error: unknown key `categry`; did you mean `category`?
     --> standard input:5:1
      |
    5 | categry = "LIGHT"
      | ^^^^^^^

    error: a scale is two different numbers, such as [0, 255]
     --> standard input:9:66
      |
    9 | brightness = { function = "setvalue", argument = "0={}", scale = [1, 1] }
      |                                                                  ^^^^^^
    "#);
}

#[test]
fn one_mistake_leaves_the_other_endpoints() {
    let bad = GOOD.replace("[0, 255]", "255");
    let outcome = Program::new(&["check", "-"]).input(&bad).run();
    assert_eq!(outcome.status, 1);
    insta::assert_snapshot!(outcome.stdout, @r#"
    error: a scale is two different numbers, such as [0, 255]
     --> standard input:9:66
      |
    9 | brightness = { function = "setvalue", argument = "0={}", scale = 255 }
      |                                                                  ^^^

    Without what is wrong, Alexa discovers:

    Workshop light (light)
      say        turn on, turn off
      bindings   power = { function = "relay", variable = "relay0", on = "0=1", off = "0=0" }
    "#);
}

#[test]
fn broken_toml_is_shown_where_it_breaks() {
    let outcome = Program::new(&["check", "-"])
        .input("[alexa]\npower = \n")
        .run();
    assert_eq!(outcome.status, 1);
    insta::assert_snapshot!(outcome.stdout, @r"
    error: the value is missing; write one, or leave out the key
     --> standard input:2:9
      |
    2 | power =
      |         ^
    ");
}

#[test]
fn notes_without_a_description_are_none() {
    let outcome = Program::new(&["check", "-"])
        .input("Bought in May.\n")
        .run();
    assert_eq!(outcome.status, 1);
    insta::assert_snapshot!(outcome.stdout, @r"
    error: no line starts with [alexa] or [[alexa]], so there is no description
     --> standard input:1:1
      |
    1 | Bought in May.
      | ^
    ");
}

#[test]
fn a_script_can_read_it() {
    let bad = GOOD.replace("[0, 255]", "255");
    let report = Program::new(&["check", "--json", "-"])
        .input(&bad)
        .run()
        .json();
    assert_eq!(
        report["endpoints"][0]["bindings"]["power"]["function"],
        "relay"
    );
    assert_eq!(report["mistakes"][0]["line"], 9);
}

#[test]
fn a_file_that_cannot_be_read_is_2() {
    let outcome = Program::new(&["check", "nowhere.toml"]).run();
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.contains("cannot read nowhere.toml"),
        "{outcome:?}"
    );
}

#[test]
fn names_that_trouble_their_user_are_warned_of() {
    let text = "[[alexa]]\nid = \"a\"\nname = \"Echo lamp\"\npower = \"a\"\n[[alexa]]\nid = \"b\"\nname = \"Lamp\"\npower = \"b\"\n[[alexa]]\nid = \"c\"\nname = \"lamp\"\npower = \"c\"\n";
    let outcome = Program::new(&["check", "-"]).input(text).run();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let said = outcome.stdout.replace('\n', " ");
    for words in [
        "\"Echo lamp\" begins with a word that wakes Alexa",
        "2 endpoints are called \"Lamp\": Alexa will ask",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("device's name"), "{said}");
    for place in ["-->standard input:3:8", "-->standard input:11:8"] {
        let said = said.replace(' ', "");
        assert!(said.contains(&place.replace(' ', "")), "{place}: {said}");
    }

    let outcome = Program::new(&["check", "-", "--json"]).input(text).run();
    let told = outcome.json();
    assert_eq!(
        told["warnings"][0]["place"],
        json!({ "line": 3, "column": 8, "length": 11 }),
        "{told}"
    );
}

#[test]
fn endpoints_without_a_name_are_told_of_as_such() {
    let text = "[[alexa]]\nid = \"a\"\npower = \"a\"\n[[alexa]]\nid = \"b\"\npower = \"b\"\n";
    let outcome = Program::new(&["check", "-"]).input(text).run();
    let said = outcome.stdout.replace('\n', " ");
    let words = "2 endpoints have no name and are called as the device is: Alexa will ask";
    assert!(said.contains(words), "{said}");
}
