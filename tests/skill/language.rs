//! The JSON Schema of the language suits what the language does.

use std::path::{Path, PathBuf};

use alexa_for_particle::description::{self, Description};
use serde_json::Value as Json;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The descriptions and profiles of the documentation, the sketches and the tests, each with its place.
fn examples() -> Vec<(String, String)> {
    let mut examples = Vec::new();
    for folder in ["tests/descriptions", "firmware"] {
        let mut files = Vec::new();
        gather(&root().join(folder), &mut files);
        for file in files {
            examples.push((
                file.display().to_string(),
                std::fs::read_to_string(&file).unwrap(),
            ));
        }
    }
    for page in ["README.md", "docs/describing-devices.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        for block in text.split("```toml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            examples.push((page.to_owned(), block.to_owned()));
        }
    }
    examples.push(("kinds".to_owned(), crate::kinds::KINDS.to_owned()));
    examples
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
}

#[test]
fn the_schema_takes_what_the_language_takes() {
    let validator = jsonschema::validator_for(&description::schema()).unwrap();
    let mut count = 0;
    for (place, text) in examples() {
        let is_start = |line: &str| {
            ["[alexa", "[[alexa", "[[profile"]
                .iter()
                .any(|start| line.starts_with(start))
        };
        let lines: Vec<&str> = text.lines().skip_while(|line| !is_start(line)).collect();
        // A home file holds descriptions in its notes, which are no tables of it.
        if lines.is_empty() || text.contains("[[device]]") {
            continue;
        }
        let description: Json = toml::from_str(&lines.join("\n")).unwrap();
        let problems: Vec<_> = validator
            .iter_errors(&description)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{place}:\n{text}\n{problems:#?}");
        count += 1;
    }
    assert!(count > 40, "{count} examples");
}

#[test]
fn the_schema_refuses_what_the_language_refuses() {
    let validator = jsonschema::validator_for(&description::schema()).unwrap();
    for text in [
        "[alexa]\npowre = \"led\"",
        "[alexa]\npower = 5",
        "[alexa]\npower = { functoin = \"f\" }",
        "[alexa]\nblind = \"move\"",
        "[alexa]\ndoorbell = { }",
        "[alexa]\nfan = { sped = { function = \"f\" } }",
        "[alexa]\ntemperature = { variable = \"t\", unit = \"X\" }",
        "[alexa]\npower = { function = \"f\", errors = { -2 = \"BUSY\" } }",
        "[other]\nx = 1",
        "[alexa]\npower = { tinker = \"D99\" }",
        "[alexa]\nrange = { function = \"f\" }",
        "[alexa]\nrange = { names = \"n\", function = \"f\", unit = \"parsecs\" }",
        "[alexa]\nmode = { names = \"n\", function = \"f\" }",
        "[alexa]\ntemperature = { unit = \"C\" }",
        "[alexa]\nspeaker = { step = 5 }",
        "[alexa]\nscene = { argument = \"movie\" }",
        "[alexa]\ninventory = { names = \"treats\", variable = \"v\" }",
        "[alexa]\ninput = { function = \"f\", inputs = [\"HDMI 11\"] }",
        "[alexa]\nplayback = { function = \"f\", operations = [\"paus\"] }",
        "[alexa]\nthermostat = { mode = { function = \"f\", modes = { warm = 1 } } }",
        "[[profile]]\nplatform = \"photon3\"\n[[profile.alexa]]\npower = \"led\"",
    ] {
        let description: Json = toml::from_str(text).unwrap();
        assert!(!validator.is_valid(&description), "{text}");
    }
}

#[test]
fn a_name_that_alexa_knows_may_be_written_in_any_case() {
    let validator = jsonschema::validator_for(&description::schema()).unwrap();
    for line in [
        "input = { function = 'f', inputs = ['hdmi1', 'Media_Player', 'HDMI 10'] }",
        "playback = { function = 'f', operations = ['Play', 'startOver', 'fast forward'] }",
        "range = { names = 'n', function = 'f', unit = 'temperature.celsius' }",
        "range = { names = 'n', function = 'f', unit = 'Cubic Feet' }",
        "temperature = { variable = 'v', unit = 'Fahrenheit' }",
        "temperature = { variable = 'v', unit = 'f' }",
        "inventory = { names = 'n', variable = 'v', measure = 'Volume', unit = 'Liter' }",
        "color_temperature = { function = 'f', unit = 'Kelvin' }",
        "power = { function = 'f', errors = { -2 = 'endpoint_busy' } }",
        "category = 'light'\npower = 'led'",
        "language = 'EN-us'\npower = 'led'",
        "security_panel = { arm = { function = 'f', variable = 'v', states = ['Away', 'DISARMED'] } }",
    ] {
        let notes = format!("[alexa]\n{line}");
        assert_eq!(
            Description::in_notes(&notes).unwrap().mistakes,
            [],
            "{line}"
        );
        let description: Json = toml::from_str(&notes).unwrap();
        assert!(validator.is_valid(&description), "{line}");
    }
}

#[test]
fn a_whole_number_may_be_written_with_a_fraction_of_nothing() {
    let read = |line: &str| {
        let description = Description::in_notes(&format!("[alexa]\n{line}")).unwrap();
        let mistakes = description.mistakes.iter().map(ToString::to_string);
        let said = description.endpoints.iter().flat_map(|endpoint| {
            let capabilities = endpoint.capabilities.iter();
            capabilities.map(|capability| capability.description().unwrap().to_string())
        });
        (said.collect::<Vec<_>>(), mistakes.collect::<Vec<_>>())
    };
    for (fraction, whole) in [
        (
            "equalizer = { bass = 'f', range = [-6.0, 6.0], reset = 1.0, step = 2.0 }",
            "equalizer = { bass = 'f', range = [-6, 6], reset = 1, step = 2 }",
        ),
        (
            "speaker = { volume = 'f', step = 5.0 }",
            "speaker = { volume = 'f', step = 5 }",
        ),
        (
            "channel = { function = 'f', range = [1.0, 9.9e1], channels = { pbs = 11.0 } }",
            "channel = { function = 'f', range = [1, 99], channels = { pbs = 11 } }",
        ),
        (
            "color_temperature = { function = 'f', range = [2200.0, 6500.0], step = 500.0 }",
            "color_temperature = { function = 'f', range = [2200, 6500], step = 500 }",
        ),
        (
            "color_temperature = { function = 'f', values = [2700.0, 4000] }",
            "color_temperature = { function = 'f', values = [2700, 4000] }",
        ),
        (
            "power = { function = 'f', on = 1.0, off = -0.0, success = 1.0 }",
            "power = { function = 'f', on = 1, off = 0, success = 1 }",
        ),
        (
            "power = { function = 'f', success = [0.0, 1] }",
            "power = { function = 'f', success = [0, 1] }",
        ),
        (
            "security_panel = { arm = { function = 'f', variable = 'v', states = ['away', 'disarmed'] }, exit_delay = 45.0 }",
            "security_panel = { arm = { function = 'f', variable = 'v', states = ['away', 'disarmed'] }, exit_delay = 45 }",
        ),
        // What may have a fraction takes whole numbers too.
        (
            "range = { names = ['speed'], function = 'f', range = [0.0, 4.0, 1.0], presets = { low = 1.0 } }",
            "range = { names = ['speed'], function = 'f', range = [0, 4, 1], presets = { low = 1 } }",
        ),
    ] {
        let (said, mistakes) = read(fraction);
        assert_eq!(mistakes, [""; 0], "{fraction}");
        assert_eq!(said.len(), 1, "{fraction}");
        assert_eq!(said, read(whole).0, "{fraction}");
    }
    let (_, mistakes) = read("speaker = { volume = 'f', step = 2.5 }");
    let expected = "line 2, column 34: this must be a whole number, not 2.5";
    assert_eq!(mistakes, [expected]);
}

/// What people write by mistake, and what is to be written instead.
#[test]
fn a_value_of_the_wrong_kind_is_told_with_its_mend() {
    let mode =
        |rest: &str| format!("mode = {{ id = \"m\", names = [\"M\"], function = \"f\", {rest} }}");
    let range =
        |rest: &str| format!("range = {{ id = \"r\", names = [\"R\"], function = \"f\", {rest} }}");
    for (line, mistake) in [
        (
            "name = fan".to_owned(),
            "8: a text stands in quotes: \"fan\"",
        ),
        (
            "name = toggle".to_owned(),
            "8: a text stands in quotes: \"toggle\"",
        ),
        (
            "power = led-1".to_owned(),
            "9: a text stands in quotes: \"led-1\"",
        ),
        (
            "power = { function = setFan }".to_owned(),
            "22: a text stands in quotes: \"setFan\"",
        ),
        (
            "power = \"f".to_owned(),
            "11: the text does not end; close it with \"",
        ),
        (
            "power \"f\"".to_owned(),
            "7: a key is followed by = and its value; words of your own stand before the description",
        ),
        (
            "power =".to_owned(),
            "8: the value is missing; write one, or leave out the key",
        ),
        (
            "power = { function = \"f\", off = }".to_owned(),
            "33: the value is missing; write one, or leave out the key",
        ),
        (
            "name = \"a\" power = \"f\"".to_owned(),
            "12: one key stands on a line; what comes after its value is too much",
        ),
        (
            "name = Desk lamp # mine".to_owned(),
            "8: a text stands in quotes: \"Desk lamp\"",
        ),
        (
            "range = { function = \"f\", range = (0, 3) }".to_owned(),
            "35: a list stands in brackets: [ ]",
        ),
        (
            "power = [ function = \"f\" ]".to_owned(),
            "11: keys and their values stand in braces, not in brackets",
        ),
        (
            "power = { \"function\": \"f\" }".to_owned(),
            "21: a key is followed by =, not by a colon",
        ),
        ("// mine".to_owned(), "1: a remark begins with #"),
        (
            "power = { function = \"f\", on = True }".to_owned(),
            "32: it is written in small letters: true",
        ),
        (
            range("range = \"0-3\""),
            "60: this must be a list in brackets, not \"0-3\"",
        ),
        (
            "power = \"f\"\n[fan.speed]".to_owned(),
            "2: unknown table `fan`; what it belongs to is said before it: [alexa.fan]",
        ),
        (
            "power: \"led\"".to_owned(),
            "6: a key is followed by =, not by a colon",
        ),
        (
            "größe = 1".to_owned(),
            "3: a key consists of letters, digits, - and _; any other stands in quotes",
        ),
        (
            "power = { function = \"f\"\nbrightness = \"b\"".to_owned(),
            "1: a comma is missing before this, or the } of the table",
        ),
        (
            "power = { function = \"f\"".to_owned(),
            "25: a table that begins with { does not end; close it with }",
        ),
        (
            "range = { names = [\"a\" \"b\"] }".to_owned(),
            "24: a comma is missing before this, or the ] of the list",
        ),
        (
            "range = { names = [\"a\"".to_owned(),
            "23: a list that begins with [ does not end; close it with ]",
        ),
        (
            "[alexa.power".to_owned(),
            "13: the head of a table is closed with ]",
        ),
        (
            "power = \"f\"\npower = \"g\"".to_owned(),
            "1: this key stands here for the second time; keep one",
        ),
        (
            "name = “Fan”".to_owned(),
            "8: a text stands in straight quotes: \"",
        ),
        (
            "color = { function = \"f\", argument = \"{hue},{rot}\" }".to_owned(),
            "38: \"{rot}\" is no place of this argument; its places are {} {hue} {saturation} {brightness} {hex} {red} {green} {blue}",
        ),
        (
            range(
                "range = [0, 10], states = { open = [5, 10], closed = [0, 6] }, variable = \"v\"",
            ),
            "78: two of its `states` have a number in common; part them",
        ),
        (
            "power = 1_".to_owned(),
            "10: `_` may only go between digits",
        ),
        (
            "name = 5".to_owned(),
            "8: this must be a text in quotes, not 5; such as \"5\"",
        ),
        (
            "power = 5".to_owned(),
            "9: this must be the name of a function, or a table with `function`, not 5",
        ),
        (
            "power = { function = \"f\", variable = 1979-05-27 }".to_owned(),
            "38: this must be a text in quotes, not 1979-05-27",
        ),
        (
            "power = { function = \"f\", errors = 5 }".to_owned(),
            "36: this must be a table in braces, not 5",
        ),
        (
            "power = { function = \"f\", success = [0, 1], errors = { 1 = \"ENDPOINT_BUSY\" } }"
                .to_owned(),
            "54: 1 is in `success`, too; keep it in one of them",
        ),
        (
            range("range = [0, nan]"),
            "64: this must be a number, not nan",
        ),
        (
            range("range = [0, 5], step = \"1\""),
            "75: this must be a number, not \"1\"; leave out the quotes: 1",
        ),
        (
            mode("modes = [\"a b\", \"a-b\"]"),
            "59: to Alexa \"a-b\" is the same as another",
        ),
        (
            mode("modes = [\"a\", \"b\"], ordered = \"true\""),
            "81: this must be true or false, not \"true\"; leave out the quotes: true",
        ),
    ] {
        let notes = format!("[alexa]\n{line}");
        let mistakes = Description::in_notes(&notes).unwrap().mistakes;
        let told: Vec<_> = mistakes
            .iter()
            .map(|mistake| format!("{}: {}", mistake.column, mistake.message))
            .collect();
        assert_eq!(told, [mistake], "{line}");
    }
}
