//! What both are told, and what they have to answer.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{board::Board, cloud::Device};

/// One thing that both are told.
struct Step {
    /// A function, its argument and what it returns.
    call: Option<(&'static str, &'static str, i32)>,
    /// Commands for the board and its answers, where they matter; a pin that the simulator's sketch has gets the signal, too.
    board: &'static [(&'static str, &'static str)],
    /// What variables are then; those that are not named are only to be the same.
    variables: Value,
}

fn call(function: &'static str, argument: &'static str, returns: i32, variables: Value) -> Step {
    Step {
        call: Some((function, argument, returns)),
        board: &[],
        variables,
    }
}

fn wires(board: &'static [(&'static str, &'static str)], variables: Value) -> Step {
    Step {
        call: None,
        board,
        variables,
    }
}

impl Step {
    fn board(self, board: &'static [(&'static str, &'static str)]) -> Self {
        Self { board, ..self }
    }
}

#[tokio::test]
async fn dimmer() {
    let steps = [
        wires(&[], json!({ "lampOn": false, "lampLevel": 255 })),
        call("lamp", "on", 1, json!({ "lampOn": true, "lampLevel": 255 }))
            .board(&[("pin A5", r#"{"level":255}"#)]),
        call(
            "level",
            "128",
            1,
            json!({ "lampOn": true, "lampLevel": 128 }),
        )
        .board(&[("pin A5", r#"{"level":128}"#)]),
        call(
            "lamp",
            "off",
            1,
            json!({ "lampOn": false, "lampLevel": 128 }),
        )
        .board(&[("pin A5", r#"{"level":0}"#)]),
        call(
            "level",
            "0",
            1,
            json!({ "lampOn": false, "lampLevel": 128 }),
        ),
        call("lamp", "on", 1, json!({ "lampOn": true, "lampLevel": 128 }))
            .board(&[("pin A5", r#"{"level":128}"#)]),
        call(
            "level",
            "0",
            1,
            json!({ "lampOn": false, "lampLevel": 128 }),
        )
        .board(&[("pin A5", r#"{"level":0}"#)]),
        call(
            "level",
            "255",
            1,
            json!({ "lampOn": true, "lampLevel": 255 }),
        ),
        call("level", "007", 1, json!({ "lampOn": true, "lampLevel": 7 })),
        call(
            "level",
            "256",
            -1,
            json!({ "lampOn": true, "lampLevel": 7 }),
        ),
        call("level", "-1", -1, json!({ "lampOn": true, "lampLevel": 7 })),
        call("level", "+1", -1, json!({ "lampOn": true, "lampLevel": 7 })),
        call(
            "level",
            "1.5",
            -1,
            json!({ "lampOn": true, "lampLevel": 7 }),
        ),
        call(
            "level",
            "0010",
            -1,
            json!({ "lampOn": true, "lampLevel": 7 }),
        ),
        call(
            "level",
            "bright",
            -1,
            json!({ "lampOn": true, "lampLevel": 7 }),
        ),
        call("level", "", -1, json!({ "lampOn": true, "lampLevel": 7 })),
        call("lamp", "ON", -1, json!({ "lampOn": true, "lampLevel": 7 })),
        call("lamp", "", -1, json!({ "lampOn": true, "lampLevel": 7 })),
    ];
    run("dimmer", "self-describing-dimmer", &steps).await;
}

#[tokio::test]
async fn relays() {
    let states = |one: u8, two: u8, three: u8, four: u8| json!({ "relay1": one, "relay2": two, "relay3": three, "relay4": four });
    let steps = [
        wires(&[], states(0, 0, 0, 0)),
        call("relay", "1=1", 1, states(1, 0, 0, 0)).board(&[("pin D3", r#"{"level":255}"#)]),
        call("relay", "4=1", 1, states(1, 0, 0, 1)).board(&[("pin D6", r#"{"level":255}"#)]),
        call("relay", "2=1", 1, states(1, 1, 0, 1)).board(&[("pin D4", r#"{"level":255}"#)]),
        call("relay", "3=1", 1, states(1, 1, 1, 1)).board(&[("pin D5", r#"{"level":255}"#)]),
        call("relay", "1=0", 1, states(0, 1, 1, 1)).board(&[("pin D3", r#"{"level":0}"#)]),
        call("relay", "0=1", -1, states(0, 1, 1, 1)),
        call("relay", "5=1", -1, states(0, 1, 1, 1)),
        call("relay", "1=2", -1, states(0, 1, 1, 1)),
        call("relay", "1=", -1, states(0, 1, 1, 1)),
        call("relay", "1=11", -1, states(0, 1, 1, 1)),
        call("relay", "1:1", -1, states(0, 1, 1, 1)),
        call("relay", "on", -1, states(0, 1, 1, 1)),
        call("relay", "", -1, states(0, 1, 1, 1)),
    ];
    run("relays", "four-relays", &steps).await;
}

#[tokio::test]
async fn thermostat() {
    let now = |target: f64, mode: &str| json!({ "temperature": 20.5, "humidity": 45.0, "target": target, "mode": mode });
    let steps = [
        wires(
            &[("pin A0 875", ""), ("pin A1 1792", ""), ("wait 1000", "")],
            now(20.0, "off"),
        ),
        call("setTarget", "23.5", 1, now(23.5, "off")).board(&[("pin D2", r#"{"level":0}"#)]),
        call("setMode", "heat", 1, now(23.5, "heat"))
            .board(&[("pin D2", r#"{"level":255}"#), ("pin D3", r#"{"level":0}"#)]),
        call("setMode", "cool", 1, now(23.5, "cool")).board(&[("pin D2", r#"{"level":0}"#)]),
        call("setTarget", "18", 1, now(18.0, "cool")).board(&[("pin D3", r#"{"level":255}"#)]),
        call("setMode", "auto", 1, now(18.0, "auto")).board(&[
            ("pin D2", r#"{"level":0}"#),
            ("pin D3", r#"{"level":255}"#),
            // 10.0 degrees
            ("pin A0 745", ""),
            ("wait 1000", ""),
            ("read temperature", r#"{"result":10.0}"#),
            ("pin D2", r#"{"level":255}"#),
            ("pin D3", r#"{"level":0}"#),
            // A wire comes off.
            ("pin A0 0", ""),
            ("wait 1000", ""),
            ("pin D2", r#"{"level":0}"#),
            ("pin D3", r#"{"level":0}"#),
            ("pin A0 875", ""),
            ("wait 1000", ""),
        ]),
        // Within the tolerance nothing starts.
        call("setTarget", "20.5", 1, now(20.5, "auto")).board(&[("pin D3", r#"{"level":0}"#)]),
        call("setTarget", "20.9", 1, now(20.9, "auto")).board(&[("pin D2", r#"{"level":0}"#)]),
        call("setTarget", "5", 1, now(5.0, "auto")),
        call("setTarget", "30.", 1, now(30.0, "auto")),
        call("setTarget", "4.9", -1, now(30.0, "auto")),
        call("setTarget", "30.1", -1, now(30.0, "auto")),
        call("setTarget", "-6", -1, now(30.0, "auto")),
        call("setTarget", "1e1", -1, now(30.0, "auto")),
        call("setTarget", "20..5", -1, now(30.0, "auto")),
        call("setTarget", ".", -1, now(30.0, "auto")),
        call("setTarget", "20.000", -1, now(30.0, "auto")),
        call("setTarget", "warm", -1, now(30.0, "auto")),
        call("setTarget", "nan", -1, now(30.0, "auto")),
        call("setTarget", "", -1, now(30.0, "auto")),
        call("setMode", "dry", -1, now(30.0, "auto")),
        call("setMode", "Heat", -1, now(30.0, "auto")),
        call("setMode", "", -1, now(30.0, "auto")),
        call("setMode", "off", 1, now(30.0, "off")).board(&[("pin D2", r#"{"level":0}"#)]),
    ];
    run("thermostat", "thermostat", &steps).await;
}

#[tokio::test]
async fn garage_door() {
    let closed = || json!({ "door": "closed", "contact": "closed" });
    let open = || json!({ "door": "open", "contact": "open" });
    let steps = [
        // The light beam is seen, and the door rests on its lower switch.
        wires(&[("pin D6 0", ""), ("pin D4 0", "")], closed()),
        call("door", "close", 1, closed()).board(&[("pin D3", r#"{"level":0}"#)]),
        call("door", "open", 1, open()).board(&[
            ("pin D2", r#"{"level":255}"#),
            ("read door", r#"{"result":"opening"}"#),
            ("read contact", r#"{"result":"closed"}"#),
            ("pin D4 4095", ""),
            ("read door", r#"{"result":"opening"}"#),
            ("read contact", r#"{"result":"open"}"#),
            ("wait 301", ""),
            ("pin D2", r#"{"level":0}"#),
            ("pin D5 0", ""),
        ]),
        call("door", "open", 1, open()).board(&[("pin D2", r#"{"level":0}"#)]),
        // Something stands in the light.
        wires(&[("pin D6 4095", "")], open()),
        call("door", "close", -2, open()).board(&[("pin D3", r#"{"level":0}"#)]),
        wires(&[("pin D6 0", "")], open()),
        call("door", "close", 1, closed()).board(&[
            ("pin D3", r#"{"level":255}"#),
            ("pin D5 4095", ""),
            ("read door", r#"{"result":"closing"}"#),
            ("read contact", r#"{"result":"open"}"#),
            ("wait 301", ""),
            ("pin D3", r#"{"level":0}"#),
            ("pin D4 0", ""),
        ]),
        // A closed door stays closed, whatever stands in the light.
        wires(&[("pin D6 4095", "")], closed()),
        call("door", "close", 1, closed()),
        call("door", "stop", -1, closed()),
        call("door", "Open", -1, closed()),
        call("door", "", -1, closed()),
        // Somebody opens and closes it by hand.
        wires(
            &[
                ("pin D4 4095", ""),
                ("read door", r#"{"result":"opening"}"#),
                ("pin D5 0", ""),
                ("read door", r#"{"result":"open"}"#),
                ("pin D5 4095", ""),
                ("read door", r#"{"result":"closing"}"#),
                ("pin D4 0", ""),
                ("read door", r#"{"result":"closed"}"#),
                // The door opener does nothing.
                ("call door open", r#"{"return_value":1}"#),
                ("wait 4000", ""),
                ("read door", r#"{"result":"opening"}"#),
                ("wait 1001", ""),
            ],
            closed(),
        ),
    ];
    run("garage_door", "garage-door", &steps).await;
}

#[tokio::test]
async fn weather_station() {
    let steps = [wires(
        &[
            ("pin A0 849", ""),
            ("pin A1 2209", ""),
            ("pin A2 692", ""),
            ("pin D3 0", ""),
            ("wait 1000", ""),
            (
                "read state",
                r#"{"result":"{\"temperature\":18.4,\"humidity\":61,\"wind\":3.2,\"rain\":true}"}"#,
            ),
            ("pin D3 4095", ""),
            ("wait 1000", ""),
        ],
        json!({ "state": r#"{"temperature":18.4,"humidity":61,"wind":3.2,"rain":false}"# }),
    )];
    run("weather_station", "weather-station", &steps).await;
}

/// Drives the simulator's sketch and, where there is a compiler, the one of the folder.
async fn run(folder: &str, firmware: &str, steps: &[Step]) {
    let device = Device::start(firmware).await;
    let mut board = Board::start(folder);
    let described = device.describe().await;
    if let Some(board) = &mut board {
        let functions = board.obey("functions");
        assert_eq!(
            names(&functions["functions"]),
            names(&described["functions"])
        );
        assert_eq!(board.obey("variables")["variables"], described["variables"]);
    }
    for (number, step) in steps.iter().enumerate() {
        let place = format!("step {number} of {folder}, {:?}", step.call);
        if let Some((function, argument, returns)) = step.call {
            assert_eq!(device.call(function, argument).await, returns, "{place}");
            if let Some(board) = &mut board {
                let answer = board.obey(&format!("call {function} {argument}"));
                assert_eq!(answer["return_value"], returns, "{place}");
            }
        }
        for (command, expected) in step.board {
            wire(&device, command);
            let answer = board.as_mut().map(|board| board.obey(command));
            if let Some(answer) = answer.filter(|_| !expected.is_empty()) {
                let expected: Value = serde_json::from_str(expected).unwrap();
                assert_eq!(answer, expected, "{command} in {place}");
            }
        }
        let variables = described["variables"].as_object().unwrap();
        for variable in variables.keys() {
            let value = device.read(variable).await;
            if let Some(expected) = step.variables.get(variable) {
                assert_eq!(&value, expected, "{variable} after {place}");
            }
            if let Some(board) = &mut board {
                let answer = board.obey(&format!("read {variable}"));
                assert_eq!(answer["result"], value, "{variable} after {place}");
            }
        }
    }
}

/// Applies a signal to the simulator's pin, too, if it has that one.
fn wire(device: &Device, command: &str) {
    let words: Vec<_> = command.split(' ').collect();
    if let ["pin", pin, signal] = words[..] {
        let signal = signal.parse().unwrap();
        device.simulator.apply_signal("board", pin, signal);
    }
}

fn names(functions: &Value) -> BTreeSet<&str> {
    let functions = functions.as_array().unwrap();
    functions
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect()
}
