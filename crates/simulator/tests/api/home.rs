//! Home files: what is said of a mistake, and that the built-in one has none.

use particle_simulator::{Home, Simulator};

#[tokio::test]
async fn the_sample_is_what_the_documentation_speaks_of() {
    let devices = Simulator::start(Home::sample()).await.unwrap().devices();
    let rows: Vec<_> = devices
        .iter()
        .map(|device| {
            (
                &device.id[22..],
                device.name.as_deref().unwrap(),
                device.online,
                device.firmware,
            )
        })
        .collect();
    // Those that come after these only have to be told apart, which a home file demands.
    assert_eq!(
        rows[..20],
        [
            ("01", "desk_lamp", true, "dimmer"),
            ("02", "web_led", true, "led"),
            ("03", "porch", true, "thermometer"),
            ("04", "workshop_relays", true, "relays"),
            ("05", "greenhouse", true, "none"),
            ("06", "bedroom_lamp", false, "dimmer"),
            ("07", "attic", false, "thermometer"),
            ("08", "bench", true, "tinker"),
            ("09", "hall_lights", true, "two-lights"),
            ("0a", "mailbox", true, "none"),
            ("0b", "front_door", true, "none"),
            ("0c", "hallway", true, "none"),
            ("0d", "water_valve", true, "none"),
            ("0e", "pond_pump", true, "none"),
            ("0f", "weather_station", true, "none"),
            ("10", "reading_lamp", true, "self-describing-dimmer"),
            ("11", "four_relays", true, "four-relays"),
            ("12", "living_room", true, "thermostat"),
            ("13", "garage", true, "garage-door"),
            ("14", "roof", true, "weather-station"),
        ]
    );
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let device = "[[device]]\nid = \"00000000000000000000001a\"\n";
    let client = "[[client]]\nid = \"skill\"";
    let cases = [
        (
            "user = \"x\"".to_owned(),
            "line 1, column 1: unknown field `user`, expected one of `username`,",
        ),
        (
            format!("{device}colour = 1"),
            "line 3, column 1: unknown field `colour`, expected one of `id`, `name`,",
        ),
        (
            "[[device]]\nname = \"lamp\"".to_owned(),
            "line 1, column 1: missing field `id`",
        ),
        (
            "[[device]]\nid = \"1\"".to_owned(),
            "line 2, column 6: a device id has 24 lower-case hexadecimal digits",
        ),
        (
            format!("{device}firmware = \"toaster\""),
            "line 3, column 12: unknown variant `toaster`, expected one of",
        ),
        (
            format!("{device}platform = \"core\""),
            "line 3, column 12: unknown variant `core`",
        ),
        (
            format!("{device}fault = \"sad\""),
            "line 3, column 9: unknown variant `sad`",
        ),
        (
            format!("{device}fault = {{ slow = \"soon\" }}"),
            "line 3, column 18: `soon` is no duration such as `300ms`, `2s` or `1h`",
        ),
        (
            format!("{device}fault = {{ slow = {{ from = \"2s\" }} }}"),
            "line 3, column 18: a delay has `from` and `to`, or `median` and `p99`",
        ),
        (
            format!("{device}fault = \"silent\"\nfault_when = {{ times = 0 }}"),
            "line 4, column 14: a fault strikes at least once: `times` is 1 or more",
        ),
        (
            format!("{device}fault = \"silent\"\nfault_when = {{ only = [\"call\"] }}"),
            "line 4, column 24: unknown variant `call`, expected one of `list`, `device`,",
        ),
        (
            format!("{device}fault_when = {{ times = 1 }}"),
            "line 3, column 14: `fault_when` goes with `fault`",
        ),
        (
            format!("{device}fault = \"refused\""),
            "line 3, column 9: connections are refused by the cloud, not by a device",
        ),
        (
            "fault = \"refused\"\nfault_when = { only = [\"list\"] }".to_owned(),
            "line 2, column 14: what is refused is a connection",
        ),
        (
            "timeout = \"1 moment\"".to_owned(),
            "line 1, column 11: `1 moment` is no duration such as",
        ),
        (
            format!("{device}variables = {{ n = 3000000000 }}"),
            "line 3, column 19: invalid value: integer `3000000000`, expected a variable's value",
        ),
        (
            format!("{device}firmware = \"dimmer\"\nvariables = {{ power = 1 }}"),
            "line 4, column 23: variable `power` of firmware `dimmer` is of type bool",
        ),
        (
            format!("{device}functions = {{ setFan = {{ stores = \"fan\" }} }}"),
            "line 3, column 35: function `setFan` stores in `fan`, which is no variable here",
        ),
        (
            format!("{device}\n{device}"),
            "line 5, column 6: two devices are called `00000000000000000000001a`",
        ),
        (
            "oauth = { access_token_life = 30 }".to_owned(),
            "line 1, column 31: invalid type: integer `30`, expected a string",
        ),
        (
            "[[client]]\nid = \"a b\"".to_owned(),
            "line 2, column 6: a client id has 3 to 40 letters, digits, `-` and `_`",
        ),
        (
            format!("{client}\nsecret = \"\""),
            "line 3, column 10: a client's secret is not empty",
        ),
        (
            format!("{client}\nsecret = \"x\""),
            "line 2, column 6: a client of type `web` has a `redirect_uri`",
        ),
        (
            format!("{client}\nsecret = \"x\"\nredirect_uri = 1"),
            "line 4, column 16: invalid type: integer `1`, expected a URI or an array of them",
        ),
        (
            format!("{client}\nsecret = \"x\"\nredirect_uri = []"),
            "line 4, column 16: there is at least one `redirect_uri`",
        ),
        (
            format!(
                "{client}\nsecret = \"x\"\nredirect_uri = [\"https://a.example\", \"a.example\"]"
            ),
            "line 4, column 16: a redirect_uri is an absolute https URI without a fragment",
        ),
        (
            format!(
                "{client}\nsecret = \"x\"\ntype = \"installed\"\nredirect_uri = \"https://a.example\""
            ),
            "line 5, column 16: a client of type `installed` has no `redirect_uri`",
        ),
        (
            format!("{client}\nsecret = \"x\"\ntype = \"installed\"\n{client}\nsecret = \"x\""),
            "line 6, column 6: two clients have the id `skill`",
        ),
        (
            "[[client]]\nid = \"particle\"\nsecret = \"x\"\ntype = \"installed\"".to_owned(),
            "line 2, column 6: two clients have the id `particle`",
        ),
        (
            "token = \"secret\"".to_owned(),
            "line 1, column 9: an access token has 40 hexadecimal digits",
        ),
        ("timeout =".to_owned(), "line 1, column 10: "),
    ];
    for (text, expected) in cases {
        let message = Home::parse(&text).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{text}\n{message}");
    }
}

#[test]
fn a_mistake_in_a_function_is_told_with_its_place() {
    let device = "[[device]]\n\
                  id = \"00000000000000000000001a\"\n\
                  variables = { n = 0, word = \"\", on = false, json = '{\"a\":{\"b\":1,\"c\":\"x\"}}' }\n";
    let cases = [
        (
            r#"{ stored = "n" }"#,
            "17: unknown field `stored`, expected one of `stores`, `sets`, `adds`,",
        ),
        (
            r#"{}"#,
            "15: a function has one of `stores`, `sets` and `adds`",
        ),
        (
            r#"{ stores = "n", adds = "n" }"#,
            "15: a function has one of `stores`, `sets` and `adds`",
        ),
        (
            r#"{ adds = "n", of = ["1"] }"#,
            "15: `of` and `pointer` go with `stores`",
        ),
        (
            r#"{ sets = { n = 1 }, within = [0, 1] }"#,
            "15: `within` goes with `adds`, and with `stores` where there is no `of`",
        ),
        (
            r#"{ stores = "n", of = ["1"], within = [0, 1] }"#,
            "15: `within` goes with `adds`, and with `stores` where there is no `of`",
        ),
        (
            r#"{ adds = "n", within = [9, 0] }"#,
            "38: bounds are the lowest and the highest number, and 9 is not below 0",
        ),
        (
            r#"{ adds = "n", within = [0] }"#,
            "38: invalid length 1, expected an array of length 2",
        ),
        (
            r#"{ stores = "n", returns = "0" }"#,
            "41: invalid type: string",
        ),
        (
            r#"{ stores = "m" }"#,
            "26: function `f` stores in `m`, which is no variable here",
        ),
        (
            r#"{ adds = "m" }"#,
            "24: function `f` adds to `m`, which is no variable here",
        ),
        (
            r#"{ adds = "word" }"#,
            "24: variable `word` is no number, but of type string",
        ),
        (
            r#"{ sets = { n = 1, m = 1 } }"#,
            "37: function `f` sets `m`, which is no variable here",
        ),
        (
            r#"{ sets = { n = 1, on = 1 } }"#,
            "38: variable `on` is of type bool",
        ),
        (
            r#"{ stores = "on", within = [0, 1] }"#,
            "41: variable `on` is no number, but of type bool",
        ),
        (
            r#"{ stores = "n", of = ["1", "two"] }"#,
            "42: `two` cannot be stored in variable `n`",
        ),
        (
            r#"{ stores = "n", pointer = "/a" }"#,
            "41: variable `n` has no number, text or truth value at `/a`",
        ),
        (
            r#"{ stores = "word", pointer = "/a" }"#,
            "44: variable `word` has no number, text or truth value at `/a`",
        ),
        (
            r#"{ stores = "json", pointer = "/a" }"#,
            "44: variable `json` has no number, text or truth value at `/a`",
        ),
        (
            r#"{ stores = "json", pointer = "/a/c", within = [0, 1] }"#,
            "61: variable `json` has no number at `/a/c`",
        ),
        (
            r#"{ stores = "json", pointer = "/a/b", of = ["x"] }"#,
            "58: `x` cannot be stored in variable `json`",
        ),
    ];
    for (function, expected) in cases {
        let text = format!("{device}functions.f = {function}");
        let message = Home::parse(&text).unwrap_err().to_string();
        let expected = format!("line 4, column {expected}");
        assert!(message.starts_with(&expected), "{function}\n{message}");
    }
}

#[test]
fn columns_are_counted_in_characters() {
    let error = Home::parse("username = \"ü\" x = 1").unwrap_err();
    assert_eq!((error.line(), error.column()), (1, 16));
}
