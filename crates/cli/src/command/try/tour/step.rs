//! The steps of the tour and what each must do in the sample home.

use particle_simulator::Simulator;
use serde::Serialize;

use crate::session::Turn;

/// One step.
pub(super) struct Step {
    pub(super) say: &'static str,
    /// What it must do, in words.
    pub(super) must: &'static str,
    /// The answer in a line, or why there is none.
    answer: &'static str,
    /// The calls that Particle gets, in the order of the alphabet.
    calls: &'static [&'static str],
    /// What Alexa says.
    alexa: &'static str,
    /// Device, variable and its value in JSON, when all is done.
    after: &'static [(&'static str, &'static str, &'static str)],
}

/// Something that is not as it must be.
#[derive(Debug, Serialize)]
pub(super) struct Difference {
    pub(super) what: &'static str,
    pub(super) expected: String,
    pub(super) actual: String,
}

/// Name and id of an endpoint that Alexa remembers and the account no longer has.
pub(super) const FORGOTTEN: (&str, &str) = ("Old lamp", "cafe000000000000000000ff");

pub(super) const STEPS: &[Step] = &[
    Step {
        say: "discover my devices",
        must: "find the endpoints, and look closer only at a device whose list entry says nothing of its functions, and at one that describes itself",
        answer: "Discover.Response: Desk lamp, Web led, Porch, Workshop light, Workshop fan, Greenhouse, Bedroom lamp, Hall lamp, Front door, Hallway, Water valve, Pond pump, Weather station, Reading lamp, Patio light, Party lights, Fountain, Shed fan, Thermostat, Garage door, Roof, Bedroom fan, Living room lamp, TV strip, Bedroom thermostat, Kitchen radio, Television, Bread oven, Movie night, Bedtime, Alarm panel, Cat feeder",
        calls: &[
            "GET /v1/devices → 200",
            "GET /v1/devices/attic → 200",
            "GET /v1/devices/reading_lamp/alexa → 200",
        ],
        alexa: "I found 32 devices.",
        after: &[],
    },
    Step {
        say: "turn on the desk lamp",
        must: "call the function once",
        answer: "Response: powerState ON, connectivity OK",
        calls: &["POST /v1/devices/desk_lamp/setPower \"on\" → 200, returned 1"],
        alexa: "OK.",
        after: &[("desk_lamp", "power", "true")],
    },
    Step {
        say: "turn it off",
        must: "speak of the same lamp",
        answer: "Response: powerState OFF, connectivity OK",
        calls: &["POST /v1/devices/desk_lamp/setPower \"off\" → 200, returned 1"],
        alexa: "OK.",
        after: &[("desk_lamp", "power", "false")],
    },
    Step {
        say: "set the desk lamp to 80 percent",
        must: "set the brightness without reading it",
        answer: "Response: brightness 80, connectivity OK",
        calls: &["POST /v1/devices/desk_lamp/setBrightness \"80\" → 200, returned 1"],
        alexa: "OK.",
        after: &[("desk_lamp", "brightness", "80")],
    },
    Step {
        say: "dim it by 30",
        must: "read the brightness, and set it 30 lower",
        answer: "Response: brightness 50, connectivity OK",
        calls: &[
            "GET /v1/devices/desk_lamp/brightness → 200",
            "POST /v1/devices/desk_lamp/setBrightness \"50\" → 200, returned 1",
        ],
        alexa: "OK.",
        after: &[("desk_lamp", "brightness", "50")],
    },
    Step {
        say: "is the desk lamp on",
        must: "read all that can be read, and say that a lamp with a new brightness is on",
        answer: "StateReport: brightness 50, powerState ON, connectivity OK",
        calls: &[
            "GET /v1/devices/desk_lamp/brightness → 200",
            "GET /v1/devices/desk_lamp/power → 200",
        ],
        alexa: "Yes, Desk lamp is on.",
        after: &[],
    },
    Step {
        say: "set the hall lamp to 40 percent",
        must: "reckon in the scale of the description, 0 to 255",
        answer: "Response: brightness 40, connectivity OK",
        calls: &["POST /v1/devices/hall_lights/setvalue \"0=102\" → 200, returned 1"],
        alexa: "OK.",
        after: &[("hall_lights", "level0", "102")],
    },
    Step {
        say: "turn on the workshop fan",
        must: "switch the second of two relays that share a function, and leave the first alone",
        answer: "Response: powerState ON, connectivity OK",
        calls: &["POST /v1/devices/workshop_relays/relay \"1=1\" → 200, returned 1"],
        alexa: "OK.",
        after: &[
            ("workshop_relays", "relay0", "0"),
            ("workshop_relays", "relay1", "1"),
        ],
    },
    Step {
        say: "what's the temperature of the porch",
        must: "read the temperature",
        answer: "StateReport: temperature 18.5 CELSIUS, connectivity OK",
        calls: &["GET /v1/devices/porch/temperature → 200"],
        alexa: "The temperature of Porch is 18.5 degrees Celsius.",
        after: &[],
    },
    Step {
        say: "turn on the reading lamp",
        must: "do as the firmware says of itself",
        answer: "Response: powerState ON, connectivity OK",
        calls: &["POST /v1/devices/reading_lamp/lamp \"on\" → 200, returned 1"],
        alexa: "OK.",
        after: &[("reading_lamp", "lampOn", "true")],
    },
    Step {
        say: "set the bedroom fan to turbo",
        must: "find the number of a preset",
        answer: "Response: range.speed rangeValue 3, connectivity OK",
        calls: &["POST /v1/devices/bedroom_fan/setFan \"3\" → 200, returned 1"],
        alexa: "OK.",
        after: &[("bedroom_fan", "fanSpeed", "3")],
    },
    Step {
        say: "open the garage door",
        must: "know what opens a door of that kind",
        answer: "Response: mode.position mode open, connectivity OK",
        calls: &["POST /v1/devices/garage/door \"open\" → 200, returned 1"],
        alexa: "OK.",
        after: &[("garage", "door", "\"open\"")],
    },
    Step {
        say: "set the bedroom thermostat between 66 and 72 fahrenheit",
        must: "set both temperatures, each once",
        answer: "Response: lowerSetpoint 66.0 FAHRENHEIT, upperSetpoint 72.0 FAHRENHEIT, connectivity OK",
        calls: &[
            "GET /v1/devices/bedroom_thermostat/heatTo → 200",
            "POST /v1/devices/bedroom_thermostat/setCool \"72\" → 200, returned 1",
            "POST /v1/devices/bedroom_thermostat/setHeat \"66\" → 200, returned 1",
        ],
        alexa: "OK.",
        after: &[],
    },
    Step {
        say: "turn on movie night",
        must: "start a scene, which is answered in a way of its own",
        answer: "ActivationStarted: connectivity OK",
        calls: &["POST /v1/devices/scene_board/scene \"movie night\" → 200, returned 1"],
        alexa: "OK.",
        after: &[],
    },
    Step {
        say: "turn on the bedroom lamp",
        must: "say that a device which is offline is out of reach, and change nothing",
        answer: "ErrorResponse: ENDPOINT_UNREACHABLE",
        calls: &["POST /v1/devices/bedroom_lamp/setPower \"on\" → 400"],
        alexa: "Bedroom lamp is not responding. Please check its network connection and power supply.",
        after: &[("bedroom_lamp", "power", "false")],
    },
    Step {
        say: "turn on the old lamp",
        must: "say that a device which left the account is gone, and not unlink the account for it",
        answer: "ErrorResponse: NO_SUCH_ENDPOINT",
        calls: &["POST /v1/devices/cafe000000000000000000ff/setPower \"on\" → 403"],
        alexa: "Sorry, I couldn't find Old lamp. Please discover devices again.",
        after: &[],
    },
    Step {
        say: "turn on the coffee machine",
        must: "send nothing: nobody is called that",
        answer: "none: no endpoint is called \"coffee machine\"",
        calls: &[],
        alexa: "Sorry, I couldn't find a device called coffee machine.",
        after: &[],
    },
];

impl Step {
    /// What is not as it must be.
    pub(super) fn check(&self, turn: &Turn, simulator: &Simulator) -> Vec<Difference> {
        let (answer, alexa, mut calls) = match &turn.outcome {
            Ok(exchange) => (
                exchange.answer.summary(),
                exchange.sentence.clone(),
                exchange.calls.in_words.clone(),
            ),
            Err(puzzle) => (format!("none: {puzzle}"), puzzle.sentence(), Vec::new()),
        };
        // What goes out together arrives in any order.
        calls.sort();
        let difference = |what, expected: &str, actual: String| Difference {
            what,
            expected: expected.to_owned(),
            actual,
        };
        let answered = [
            difference("answer", self.answer, answer),
            difference("particle", &self.calls.join("\n"), calls.join("\n")),
            difference("Alexa", self.alexa, alexa),
        ];
        let after = self.after.iter().map(|(device, variable, expected)| {
            let actual = simulator
                .variable(device, variable)
                .map_or_else(|| "not there".to_owned(), |value| value.to_string());
            let told = |value: &str| format!("{device}'s {variable} {value}");
            difference("variable", &told(expected), told(&actual))
        });
        answered
            .into_iter()
            .chain(after)
            .filter(|difference| difference.expected != difference.actual)
            .collect()
    }
}
