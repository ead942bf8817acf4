//! A description to start from, made of a device's own names.
//!
//! What a function is for is guessed from the words of its name, and from those of the variable that belongs to it: one
//! whose name has a word in common.

use std::collections::BTreeSet;

use alexa_for_particle::particle::Device;

/// What a name may be about.
struct Topic {
    /// What one of its words begins with.
    words: &'static [&'static str],
    /// The key that it takes up: there is one of each.
    key: &'static str,
    /// Whether its variable is a number.
    counts: bool,
    /// What to look at before one uses it.
    remark: &'static str,
    /// The description, with `…` for the function and the variable.
    text: &'static str,
}

/// Of functions, the most telling first.
const FUNCTIONS: &[Topic] = &[
    Topic {
        words: &["channel"],
        key: "channel",
        counts: false,
        remark: "The function takes the number of a channel.",
        text: "channel = { … }",
    },
    Topic {
        words: &["input", "source"],
        key: "input",
        counts: false,
        remark: "Which inputs does the function take?",
        text: "input = { …, inputs = [\"HDMI 1\", \"TV\"] }",
    },
    Topic {
        words: &["garage"],
        key: "garage_door",
        counts: false,
        remark: "What does the function take, and the variable tell, for open and closed?",
        text: "garage_door = { …, open = \"open\", closed = \"closed\" }",
    },
    Topic {
        words: &["position", "blind", "shade", "shutter", "curtain", "awning"],
        key: "blind",
        counts: true,
        remark: "Which numbers are closed and open?",
        text: "blind = { …, scale = [0, 100] }",
    },
    Topic {
        words: &["volume"],
        key: "speaker",
        counts: true,
        remark: "Which number is the loudest?",
        text: "speaker = { volume = { …, scale = [0, 100] } }",
    },
    Topic {
        words: &["target", "setpoint", "temp", "thermostat"],
        key: "thermostat",
        counts: true,
        remark: "\"F\" if the function takes Fahrenheit",
        text: "thermostat = { target = { … }, unit = \"C\" }",
    },
    Topic {
        words: &["lock"],
        key: "lock",
        counts: false,
        remark: "What does the function take to lock and to unlock?",
        text: "lock = { …, locked = \"locked\", unlocked = \"unlocked\" }",
    },
    Topic {
        words: &["color", "colour", "rgb", "hue"],
        key: "color",
        counts: false,
        remark: "How does the function spell a colour?",
        text: "color = { …, argument = \"{red},{green},{blue}\" }",
    },
    Topic {
        words: &["kelvin", "white"],
        key: "color_temperature",
        counts: true,
        remark: "From warm to cool; unit = \"mired\" if the function takes that",
        text: "color_temperature = { …, range = [2200, 6500] }",
    },
    Topic {
        words: &["mode", "program", "preset", "scene", "effect"],
        key: "mode",
        counts: false,
        remark: "Which words does the function take?",
        text: "mode = { names = \"program\", …, modes = [\"auto\", \"eco\"] }",
    },
    Topic {
        words: &["bright", "dim", "level"],
        key: "brightness",
        counts: true,
        remark: "What does the function take for 0 and for 100 percent?",
        text: "brightness = { …, scale = [0, 100] }",
    },
    Topic {
        words: &["speed", "height", "angle", "rate", "flow", "pressure"],
        key: "range",
        counts: true,
        remark: "What is it called, and from which number to which does it go?",
        text: "range = { names = \"setting\", …, range = [0, 100] }",
    },
];

/// A table of its own, which comes after all the rest.
const FAN: Topic = Topic {
    words: &["fan", "vent"],
    key: "fan",
    counts: true,
    remark: "Up to which number does the speed go?",
    text: "[alexa.fan.speed]\n…\nrange = [0, 3]",
};

/// Of a function that says nothing of itself.
const SWITCH: Topic = Topic {
    words: &[],
    key: "power",
    counts: false,
    remark: "What does the function take for on and off?",
    text: "power = { …, on = \"on\", off = \"off\" }",
};

/// Of variables that belong to no function.
const VARIABLES: &[Topic] = &[
    Topic {
        words: &["temp"],
        key: "temperature",
        counts: true,
        remark: "\"F\" if the variable tells Fahrenheit",
        text: "temperature = { …, unit = \"C\" }",
    },
    Topic {
        words: &["hum"],
        key: "humidity",
        counts: true,
        remark: "In percent",
        text: "humidity = { … }",
    },
];

/// Of a variable that says nothing of itself, where there is nothing else to say.
const READING: Topic = Topic {
    words: &[],
    key: "range",
    counts: true,
    remark: "What is it called, and from which number to which does it go?",
    text: "range = { names = \"reading\", …, range = [0, 100] }",
};

/// Words that say that something is done or known, and not what.
const EMPTY: &[&str] = &[
    "set", "get", "do", "to", "is", "the", "on", "off", "turn", "switch", "change", "control",
    "current", "now", "state", "status", "value", "val", "cmd", "command",
];

/// A description of what the names of a device tell; `None` where they tell nothing.
pub(super) fn of(device: &Device) -> Option<String> {
    if device.has_function("digitalwrite") {
        return Some(
            "[alexa]\n\
             # Tinker: the blue LED of the board is on pin D7.\n\
             power = { tinker = \"D7\" }"
                .to_owned(),
        );
    }
    let variables: Vec<(&str, &str)> = device
        .variables
        .iter()
        .flatten()
        .map(|(name, kind)| (name.as_str(), kind.as_str()))
        .collect();
    let mut parts = Parts::default();
    // Of `fan` and `setFan` the second takes a number.
    let is_switch = |function: &&String| {
        let setter = format!("set{function}");
        let mut all = device.functions.iter().flatten();
        all.any(|it| it.eq_ignore_ascii_case(&setter))
    };
    let (switches, others): (Vec<&String>, Vec<&String>) =
        device.functions.iter().flatten().partition(is_switch);
    for function in others.into_iter().chain(switches) {
        parts.add_function(function, &variables);
    }
    for (variable, kind) in &variables {
        parts.add_variable(variable, kind);
    }
    let numbers = variables.iter().filter(|(_, kind)| is_number(kind));
    if parts.keys.is_empty() {
        for (variable, _) in numbers {
            parts.add(&READING, None, Some(variable));
        }
    }
    parts.description()
}

/// What was found so far.
#[derive(Default)]
struct Parts<'a> {
    keys: BTreeSet<&'static str>,
    told: BTreeSet<&'a str>,
    lines: Vec<String>,
    tables: Vec<String>,
}

impl<'a> Parts<'a> {
    fn add_function(&mut self, function: &str, variables: &[(&'a str, &'a str)]) {
        let own = words(function);
        let mates: Vec<_> = variables
            .iter()
            .filter(|(variable, _)| {
                let words = words(variable);
                own.iter()
                    .any(|own| words.iter().any(|word| is_alike(own, word)))
            })
            .collect();
        let is_about = |topic: &&Topic| {
            let mates = mates.iter().flat_map(|(variable, _)| words(variable));
            own.iter()
                .cloned()
                .chain(mates)
                .any(|word| topic.fits(&word))
        };
        // What the function itself says comes before what its variable says.
        let topic = std::iter::once(&FAN)
            .chain(FUNCTIONS)
            .find(|topic| own.iter().any(|word| topic.fits(word)))
            .or_else(|| FUNCTIONS.iter().find(is_about))
            .unwrap_or(&SWITCH);
        // A `temp` is what was measured, and not what `setTemp` was told; that may be in a `target`.
        let fits = |topic: &Topic, variable: &str| words(variable).iter().any(|it| topic.fits(it));
        let others = variables.iter().filter(|(it, _)| fits(topic, it));
        let mate = mates
            .into_iter()
            .chain(others)
            .filter(|(variable, _)| !VARIABLES.iter().any(|topic| fits(topic, variable)))
            .find(|(_, kind)| !topic.counts || is_number(kind))
            .map(|(variable, _)| *variable);
        if self.add(topic, Some(function), mate) {
            self.told.extend(mate);
        }
    }

    fn add_variable(&mut self, variable: &'a str, kind: &str) {
        if self.told.contains(variable) || !is_number(kind) {
            return;
        }
        let words = words(variable);
        let topic = VARIABLES
            .iter()
            .find(|topic| words.iter().any(|word| topic.fits(word)));
        if let Some(topic) = topic {
            self.add(topic, None, Some(variable));
        }
    }

    /// Whether there was still room for it.
    fn add(&mut self, topic: &Topic, function: Option<&str>, variable: Option<&str>) -> bool {
        if !self.keys.insert(topic.key) {
            return false;
        }
        let is_table = topic.text.starts_with('[');
        let names = [("function", function), ("variable", variable)];
        let names = names
            .into_iter()
            .filter_map(|(key, name)| Some(format!("{key} = {}", quoted(name?))));
        let names: Vec<_> = names.collect();
        let names = names.join(if is_table { "\n" } else { ", " });
        let text = topic.text.replace('…', &names);
        if is_table {
            // The remark belongs to the last line.
            let (table, last) = text.rsplit_once('\n').unwrap_or_default();
            self.tables
                .push(format!("{table}\n# {}\n{last}", topic.remark));
        } else {
            self.lines.push(format!("# {}\n{text}", topic.remark));
        }
        true
    }

    fn description(mut self) -> Option<String> {
        if !self.lines.is_empty() {
            self.lines.insert(0, "[alexa]".to_owned());
            self.lines = vec![self.lines.join("\n")];
        }
        self.lines.append(&mut self.tables);
        (!self.lines.is_empty()).then(|| self.lines.join("\n\n"))
    }
}

impl Topic {
    fn fits(&self, word: &str) -> bool {
        self.words.iter().any(|start| word.starts_with(start))
    }
}

/// The words of a name that tell something, in lower case: `setFan` and `set_fan` are both about a fan.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for character in name.chars() {
        let begins = character.is_uppercase() && !before.is_uppercase();
        if begins || !character.is_alphabetic() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphabetic()) {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    let bare = |word: String| match word.strip_prefix("set") {
        // `setfan`, but not `setpoint`.
        Some(rest) if rest.len() > 2 && !rest.starts_with("point") => rest.to_owned(),
        _ => word,
    };
    let words = words.into_iter().map(bare);
    words
        .filter(|word| word.len() > 1 && !EMPTY.contains(&word.as_str()))
        .collect()
}

/// Whether two words are the same, or one begins with the other, as "fanspeed" does with "fan".
fn is_alike(one: &str, other: &str) -> bool {
    let begins = |long: &str, short: &str| short.len() > 2 && long.starts_with(short);
    one == other || begins(one, other) || begins(other, one)
}

fn is_number(kind: &str) -> bool {
    matches!(kind, "int32" | "double")
}

/// A name as a string of TOML.
fn quoted(name: &str) -> String {
    toml::Value::from(name).to_string()
}

#[cfg(test)]
mod tests {
    use alexa_for_particle::endpoint::{Resolved, Told};
    use alexa_for_particle::particle::Device;
    use alexa_for_particle::profile::Profiles;
    use serde_json::json;

    use super::{FAN, FUNCTIONS, SWITCH, VARIABLES, of};

    fn description(functions: &[&str], variables: &[(&str, &str)]) -> Option<String> {
        let variables: serde_json::Map<_, _> = variables
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), json!(kind)))
            .collect();
        let device: Device = serde_json::from_value(
            json!({ "id": "0123456789abcdef01234567", "functions": functions, "variables": variables }),
        )
        .unwrap();
        of(&device)
    }

    /// The keys of the endpoint that a description makes.
    fn keys(description: &str) -> Vec<&'static str> {
        let device: Device = serde_json::from_value(
            json!({ "id": "0123456789abcdef01234567", "notes": description }),
        )
        .unwrap();
        let resolved = Resolved::of(&device, Told::Nothing, &Profiles::default());
        assert_eq!(
            (resolved.endpoints.len(), resolved.mistakes),
            (1, vec![]),
            "{description}"
        );
        let endpoint = resolved.endpoints.first().unwrap();
        let keys = endpoint.capabilities.iter();
        keys.map(|capability| capability.entry().key).collect()
    }

    #[test]
    fn what_is_shown_fits_the_names_and_makes_an_endpoint() {
        for (functions, variables, expected) in [
            (&["gate"][..], &[][..], "power = { function = \"gate\", on"),
            (&["\"odd\\ name\""], &[], "power = { function = "),
            (
                &["setFan"],
                &[("fanSpeed", "int32")],
                "[alexa.fan.speed]\nfunction = \"setFan\"\nvariable = \"fanSpeed\"\n# Up to which number does the speed go?\nrange = [0, 3]",
            ),
            (
                &["setfan", "swing"],
                &[("fanspeed", "int32")],
                "[alexa.fan.speed]\nfunction = \"setfan\"\nvariable = \"fanspeed\"",
            ),
            (
                &["setPosition"],
                &[("position", "int32")],
                "blind = { function = \"setPosition\", variable = \"position\", scale",
            ),
            (
                &["setChannel", "setInput", "setMode"],
                &[("channel", "int32")],
                "channel = { function = \"setChannel\", variable = \"channel\" }",
            ),
            (
                &["setTarget"],
                &[("state", "string"), ("target", "double")],
                "thermostat = { target = { function = \"setTarget\", variable = \"target\" }",
            ),
            (
                &["pump"],
                &[("level", "int32"), ("pump_state", "bool")],
                "power = { function = \"pump\", variable = \"pump_state\", on",
            ),
            (
                &["onoff", "setvalue"],
                &[("level0", "int32")],
                "power = { function = \"onoff\", on",
            ),
            (
                &["dimTo", "gate"],
                &[("tempF", "double")],
                "brightness = { function = \"dimTo\", scale",
            ),
            (
                &["motor"],
                &[("motorSpeed", "double")],
                "range = { names = \"setting\", function = \"motor\", variable = \"motorSpeed\", range",
            ),
            (
                &["setTemp"],
                &[("target", "double"), ("temp", "double")],
                "thermostat = { target = { function = \"setTemp\", variable = \"target\" }",
            ),
            (
                &["setTemp"],
                &[("temp", "double")],
                "thermostat = { target = { function = \"setTemp\" }",
            ),
            (
                &["fan", "setFan"],
                &[("fanSpeed", "int32")],
                "[alexa.fan.speed]\nfunction = \"setFan\"\nvariable = \"fanSpeed\"",
            ),
            (
                &[],
                &[("soilMoisture", "int32"), ("label", "string")],
                "range = { names = \"reading\", variable = \"soilMoisture\", range = [0, 100] }",
            ),
            (
                &[],
                &[("tempF", "double"), ("hum", "double")],
                "humidity = { variable = \"hum\" }",
            ),
        ] {
            let description = description(functions, variables).unwrap();
            assert!(description.contains(expected), "{description}");
            keys(&description);
        }
    }

    #[test]
    fn each_topic_makes_what_it_says() {
        let topics = FUNCTIONS.iter().chain([&FAN]);
        for topic in topics {
            let word = topic.words[0];
            for variables in [&[][..], &[(word, "int32")]] {
                let description = description(&[word], variables).unwrap();
                let expected = if topic.key == "fan" || topic.key == "blind" {
                    "range"
                } else if topic.key == "garage_door" {
                    "mode"
                } else {
                    topic.key
                };
                assert_eq!(keys(&description), [expected], "{description}");
            }
        }
        for topic in VARIABLES {
            let description = description(&[], &[(topic.words[0], "double")]).unwrap();
            assert_eq!(keys(&description), [topic.key], "{description}");
        }
        assert_eq!(keys(&description(&["x1"], &[]).unwrap()), [SWITCH.key]);
    }

    #[test]
    fn names_that_tell_nothing_make_none() {
        let variables = [("open", "bool"), ("tempLabel", "string")];
        assert_eq!(description(&[], &variables), None);
    }
}
