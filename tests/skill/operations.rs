//! `docs/operations.md` against the log of the real program: the fields, the metrics, and the queries that use them.

use std::collections::BTreeSet;
use std::time::Duration;

use alexa_for_particle::log::metrics;
use alexa_for_particle::record::Level;
use alexa_for_particle::settings::{DEFAULT_DEADLINE, LONGEST_DEADLINE, Settings};
use particle_simulator::{Fault, Home, Simulator, Target};
use runtime_api::{Function, RuntimeApi};
use serde_json::{Value as Json, json};

use crate::runtime::binary;
use crate::world::{World, event, event_names, outcome, properties};

const GUIDE: &str = include_str!("../../docs/operations.md");
const README: &str = include_str!("../../README.md");
const SECURITY: &str = include_str!("../../SECURITY.md");
const TEMPLATE: &str = include_str!("../../template.yaml");

/// What Logs Insights calls its commands and functions, as far as the guide uses them.
const LANGUAGE: &[&str] = &[
    "and",
    "as",
    "asc",
    "avg",
    "bin",
    "by",
    "count",
    "desc",
    "fields",
    "filter",
    "in",
    "ispresent",
    "latest",
    "like",
    "limit",
    "max",
    "parse",
    "pct",
    "sort",
    "stats",
];

/// The fields that Logs Insights gives to every line.
const BUILT_IN: &[&str] = &["@timestamp", "@message"];

/// Lines with all that a line can have.
async fn lines() -> Vec<Json> {
    let simulator = Simulator::start(Home::sample()).await.unwrap();
    let api = RuntimeApi::start().await.unwrap();
    let settings = [
        ("PARTICLE_API_URL", simulator.url()),
        ("LOG_LEVEL", "debug".to_owned()),
        ("DEADLINE_MS", "1500".to_owned()),
    ];
    let function = Function::start(&api, binary(), settings).unwrap();
    for (name, fault) in [
        ("PowerController.TurnOn", None),
        ("Discovery.Discover", None),
        ("PowerController.TurnOn", Some(Fault::Silent)),
        ("PowerController.TurnOn", Some(Fault::TokenExpired)),
        ("PowerController.TurnOn", Some(Fault::TokenInvalid)),
        ("PowerController.TurnOn", Some(Fault::RateLimited)),
    ] {
        simulator.set_fault(Target::Cloud, fault);
        let limit = Duration::from_secs(8);
        api.invoke(event(name), limit).await.unwrap();
    }
    let output = function.stop().await;
    let lines = output.stdout.iter();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn fields(lines: &[Json]) -> BTreeSet<&str> {
    let objects = lines.iter().map(|line| line.as_object().unwrap());
    objects
        .flat_map(|line| line.keys().map(String::as_str))
        .collect()
}

/// The part of the guide under a heading.
fn section(heading: &str) -> &'static str {
    let (_, after) = GUIDE.split_once(&format!("\n## {heading}\n")).unwrap();
    after.split("\n## ").next().unwrap()
}

/// The cells of a table's rows whose first is a name in code.
fn rows(section: &str) -> Vec<Vec<&str>> {
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells = row.split('|').map(|cell| cell.trim().trim_matches('`'));
        cells.skip(1).collect()
    })
    .collect()
}

#[tokio::test]
async fn the_guide_tells_each_field_of_a_record() {
    let lines = lines().await;
    let metrics = metrics::ALL.iter().map(|metric| metric.name);
    let metrics: BTreeSet<_> = metrics.chain(["functionName", "_aws"]).collect();
    let found = &fields(&lines) - &metrics;
    let rows = rows(section("What the log tells"));
    let told: BTreeSet<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(told, found);
}

#[test]
fn the_guide_tells_each_metric() {
    let rows = rows(section("Metrics"));
    let told: BTreeSet<_> = rows.iter().map(|row| (row[0], row[1])).collect();
    let metrics = metrics::ALL.iter();
    let all = metrics.map(|metric| (metric.name, metric.unit)).collect();
    assert_eq!(told, all);
}

#[test]
fn the_guide_tells_each_alarm() {
    let names = TEMPLATE.lines().filter_map(|line| {
        let name = line.strip_prefix("  ")?.strip_suffix(':')?;
        (name.ends_with("Alarm") && !name.starts_with(' ')).then_some(name)
    });
    let rows = rows(section("Alarms and the dashboard"));
    let told: BTreeSet<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(told, names.collect());
}

/// What the template, the guide and the program say that a directive may take.
#[test]
fn a_deadline_has_one_limit() {
    let (_, parameter) = TEMPLATE.split_once("\n  DeadlineMs:\n").unwrap();
    let bound = |name| {
        let mut lines = parameter.lines();
        let bound = lines
            .find_map(|line| line.trim().strip_prefix(name))
            .unwrap();
        bound.trim().parse::<u64>().unwrap()
    };
    let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap();
    let longest = milliseconds(LONGEST_DEADLINE);
    assert_eq!(bound("MaxValue:"), longest);
    assert_eq!(bound("Default:"), milliseconds(DEFAULT_DEADLINE));
    assert!(GUIDE.contains(&format!("raise `DeadlineMs`, to {longest} at most")));
    let row = format!("Alexa gives up after about 8 seconds; {longest} at most");
    assert!(README.contains(&row), "{row}");
    for (value, is_taken) in [(longest, true), (longest + 1, false)] {
        let read = Settings::read(|name| (name == "DEADLINE_MS").then(|| value.to_string()));
        assert_eq!(read.is_ok(), is_taken, "{value}");
    }
}

#[tokio::test]
async fn each_query_asks_for_what_a_record_has() {
    let lines = lines().await;
    let fields = fields(&lines);
    let levels = [Level::Debug, Level::Info, Level::Warn, Level::Error];
    let levels = levels.map(|level| json!(level));
    let values = lines
        .iter()
        .flat_map(|line| line.as_object().unwrap().values());
    let values: Vec<_> = values.chain(&levels).filter_map(Json::as_str).collect();

    let queries: Vec<_> = section("Questions to the log")
        .split("```text\n")
        .skip(1)
        .map(|block| Query::read(block.split("```").next().unwrap()))
        .collect();
    assert!(queries.len() >= 6, "the queries are found");
    for query in queries {
        for value in &query.values {
            assert!(
                values.contains(&value.as_str()),
                "no field is {value:?}: {query:?}"
            );
        }
        for word in &query.words {
            let head = word.split('.').next().unwrap();
            let is_known = fields.contains(head)
                || query.own.contains(word)
                || [LANGUAGE, BUILT_IN].concat().contains(&word.as_str());
            assert!(is_known, "no record has {word}: {query:?}");
        }
    }
}

/// Whoever asks which devices cannot be reached is told of those that Alexa shows so, by whatever she learnt it.
#[tokio::test]
async fn the_log_knows_each_device_that_cannot_be_reached() {
    let (_, query) = section("Questions to the log")
        .split_once("### Which devices cannot be reached?")
        .unwrap();
    let (_, query) = query.split_once("```text\n").unwrap();
    assert_eq!(query.lines().next(), Some("filter ispresent(unreachable)"));
    let mut by_outcome = BTreeSet::new();
    for fault in [None, Some(Fault::Offline), Some(Fault::Silent)] {
        let world = World::sample().await.within(Duration::from_millis(100));
        world.simulator.set_fault(Target::Cloud, fault);
        for name in event_names() {
            let (response, record) = world.send_file(&name).await;
            let line = record.line(Level::Info).unwrap();
            let line: Json = serde_json::from_str(&line).unwrap();
            let told = outcome(&response) == "ENDPOINT_UNREACHABLE"
                || properties(&response)["connectivity"]["value"] == "UNREACHABLE";
            let found = line.get("unreachable").is_some();
            assert_eq!(found, told, "{name} with {fault:?}: {line}");
            if found {
                by_outcome.insert(outcome(&response).to_owned());
            }
        }
    }
    let both = ["ENDPOINT_UNREACHABLE", "StateReport"].map(str::to_owned);
    assert_eq!(by_outcome, BTreeSet::from(both));
}

/// An operator needs the number to find the fault, and whoever weighs what a log may tell has to know of it.
#[tokio::test]
async fn the_log_tells_what_a_function_returned_and_the_guides_say_so() {
    let world = World::sample().await;
    let (_, record) = world.send_file("PowerController.TurnOn.refused").await;
    let error = record.error.unwrap();
    assert_eq!(error, "the device's function returned -1");
    for (name, guide) in [
        ("README.md", README),
        ("SECURITY.md", SECURITY),
        ("docs/operations.md", GUIDE),
    ] {
        let says = guide.contains("the one that a function returned");
        assert!(says, "{name} says what of a device is in the log");
    }
}

/// The words of a query, apart by what they are.
#[derive(Debug, Default)]
struct Query {
    /// What it calls its own results.
    own: BTreeSet<String>,
    /// What is in quotation marks.
    values: Vec<String>,
    /// All else: fields, and the words of the language.
    words: Vec<String>,
}

impl Query {
    fn read(text: &str) -> Self {
        let mut query = Self::default();
        let mut after_as = false;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let quoted = |rest: &str| rest[1..].find(first).unwrap() + 2;
            let is_word = |one: char| one.is_alphanumeric() || "_@.".contains(one);
            let length = match first {
                '"' => {
                    let length = quoted(rest);
                    query.values.push(rest[1..length - 1].to_owned());
                    length
                }
                '/' => {
                    let length = quoted(rest);
                    let groups = rest[..length].split("(?<").skip(1);
                    let names = groups.map(|group| group.split('>').next().unwrap());
                    query.own.extend(names.map(str::to_owned));
                    length
                }
                one if is_word(one) => {
                    let length = rest.find(|one| !is_word(one)).unwrap_or(rest.len());
                    let word = rest[..length].to_owned();
                    if after_as {
                        query.own.insert(word);
                        after_as = false;
                    } else {
                        after_as = word == "as";
                        if !one.is_ascii_digit() {
                            query.words.push(word);
                        }
                    }
                    length
                }
                one => one.len_utf8(),
            };
            rest = &rest[length..];
        }
        query
    }
}
