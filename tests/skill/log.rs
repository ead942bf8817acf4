//! What an invocation leaves in the log: fields for Lambda's filter, and metrics in the format that CloudWatch extracts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use alexa_for_particle::log::{Invocation, Log, metrics};
use alexa_for_particle::record::Level;
use particle_simulator::{Fault, Home, Simulator, Target};
use runtime_api::{Function, Outcome, RuntimeApi};
use serde_json::{Value as Json, json};

use crate::runtime::binary;
use crate::world::{World, event};

const LIMIT: Duration = Duration::from_secs(8);

/// The units of CloudWatch that this skill has a use for.
const UNITS: [&str; 2] = ["Count", "Milliseconds"];

/// Checks a line by the rules of the embedded metric format, and gives its metrics by the dimensions they have.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
fn embedded(line: &Json) -> BTreeMap<String, BTreeSet<String>> {
    let texts = |list: &Json| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let is_name = |name: &str, most: usize| (1..=most).contains(&name.chars().count());
    let legend = line["_aws"].as_object().unwrap();
    assert_eq!(legend.len(), 2, "only what the format knows: {line}");
    // Milliseconds of this century, not seconds.
    assert!(legend["Timestamp"].as_u64().unwrap() > 1_000_000_000_000);
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for directive in legend["CloudWatchMetrics"].as_array().unwrap() {
        assert_eq!(directive.as_object().unwrap().len(), 3, "{directive}");
        assert_eq!(directive["Namespace"], metrics::NAMESPACE);
        assert!(is_name(metrics::NAMESPACE, 1024));
        let sets = directive["Dimensions"].as_array().unwrap();
        assert!(!sets.is_empty(), "{directive}");
        for dimensions in sets.iter().map(texts) {
            assert!((1..=30).contains(&dimensions.len()), "{directive}");
            for dimension in &dimensions {
                assert!(is_name(dimension, 250), "{dimension}");
                let value = line[dimension].as_str().unwrap_or_else(|| {
                    panic!("the dimension {dimension} is no text at the top of {line}")
                });
                assert!(is_name(value, 1024), "{dimension} is {value:?}");
            }
            let named = directive["Metrics"].as_array().unwrap();
            assert!((1..=100).contains(&named.len()), "{directive}");
            for metric in named {
                let name = metric["Name"].as_str().unwrap();
                assert!(is_name(name, 1024), "{name}");
                let unit = metric["Unit"].as_str().unwrap();
                assert!(UNITS.contains(&unit), "{metric}");
                let values = match &line[name] {
                    Json::Array(values) => values.clone(),
                    value => vec![value.clone()],
                };
                assert!((1..=100).contains(&values.len()), "{name} in {line}");
                assert!(values.iter().all(Json::is_number), "{name} in {line}");
                found
                    .entry(dimensions.join(", "))
                    .or_default()
                    .insert(name.to_owned());
            }
        }
    }
    found
}

fn log(level: Level) -> Log {
    Log {
        level,
        metrics_of: Some("skill".to_owned()),
    }
}

/// Event, fault of the cloud, and the metrics it leaves beside those of every directive, with their sums.
fn cases() -> Vec<(&'static str, Option<Fault>, Json)> {
    vec![
        (
            "PowerController.TurnOn",
            None,
            json!({ "ParticleCalls": 1 }),
        ),
        (
            "Authorization.AcceptGrant",
            None,
            json!({ "ParticleCalls": 0 }),
        ),
        (
            "PowerController.TurnOn",
            Some(Fault::TokenExpired),
            json!({ "ParticleCalls": 1, "Errors": 1, "Unauthorized": 1 }),
        ),
        (
            "PowerController.TurnOn",
            Some(Fault::RateLimited),
            json!({ "ParticleCalls": 1, "Errors": 1, "RateLimited": 1 }),
        ),
        // Alexa is told of no devices; that is an error all the same.
        (
            "Discovery.Discover",
            Some(Fault::RateLimited),
            json!({ "ParticleCalls": 1, "Errors": 1, "RateLimited": 1 }),
        ),
        (
            "PowerController.TurnOn",
            Some(Fault::Silent),
            json!({ "ParticleCalls": 1, "Errors": 1, "Timeouts": 1 }),
        ),
        (
            "PowerController.TurnOn",
            Some(Fault::Offline),
            json!({ "ParticleCalls": 1, "Errors": 1 }),
        ),
        (
            "PowerController.TurnOn.payload-version-2",
            None,
            json!({ "ParticleCalls": 0, "Errors": 1 }),
        ),
    ]
}

#[tokio::test]
async fn each_metric_is_told_when_there_is_something_to_tell() {
    for (event, fault, expected) in cases() {
        let world = World::sample().await.within(Duration::from_millis(400));
        world.simulator.set_fault(Target::Cloud, fault);
        let (_, record) = world.send_file(event).await;
        // What the level hides has its metrics all the same.
        for level in [Level::Debug, Level::Info, Level::Warn, Level::Error] {
            let invocation = Invocation::default();
            let line = log(level).line(record.clone(), &invocation).unwrap();
            let line: Json = serde_json::from_str(&line).unwrap();
            let case = format!("{event} with {fault:?}: {line}");
            let is_shown = record.level >= level;
            assert_eq!(line.get("directive").is_some(), is_shown, "{case}");
            assert_eq!(line["level"], json!(record.level), "{case}");
            assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{case}");

            let found = embedded(&line);
            let told = &found["functionName"];
            let mut sums = json!({});
            for name in told.iter().filter(|name| *name != "ParticleLatency") {
                sums[name] = line[name].clone();
            }
            assert_eq!(sums["Directives"].take(), 1, "{case}");
            sums.as_object_mut().unwrap().remove("Directives");
            assert_eq!(sums, expected, "{case}");
            let latencies = line["ParticleLatency"].as_array().map_or(0, Vec::len);
            assert_eq!(latencies, record.calls.len(), "{case}");
            let by_type = found.get("functionName, outcome");
            let errors = BTreeSet::from(["Errors".to_owned()]);
            let expected = (expected["Errors"] == 1).then_some(&errors);
            assert_eq!(by_type, expected, "{case}");
        }
    }
}

#[tokio::test]
async fn without_metrics_a_hidden_record_leaves_nothing() {
    let (_, record) = World::sample()
        .await
        .send_file("PowerController.TurnOn")
        .await;
    let line = |level| {
        let log = Log {
            level,
            metrics_of: None,
        };
        log.line(record.clone(), &Invocation::default())
    };
    assert_eq!(line(Level::Warn), None);
    let shown = line(Level::Info).unwrap();
    assert!(!shown.contains("_aws"), "{shown}");
    assert!(!shown.contains("Directives"), "{shown}");
}

#[tokio::test]
async fn a_discovery_of_many_calls_keeps_to_the_format() {
    let world = World::sample().await;
    let (_, mut record) = world.send_file("Discovery.Discover").await;
    let call = record.calls.first().unwrap().clone();
    record.calls = vec![call; 250];
    let line = log(Level::Info).line(record, &Invocation::default());
    let line: Json = serde_json::from_str(&line.unwrap()).unwrap();
    embedded(&line);
    assert_eq!(line["ParticleCalls"], 250);
}

/// The lines of the real program for these events.
async fn lines(simulator: &Simulator, events: &[&str], variables: &[(&str, &str)]) -> Vec<Json> {
    let api = RuntimeApi::start().await.unwrap();
    let url = simulator.url();
    let variables = [&[("PARTICLE_API_URL", url.as_str())], variables].concat();
    let function = Function::start(&api, binary(), variables).unwrap();
    for name in events {
        let outcome = api.invoke(event(name), LIMIT).await.unwrap();
        assert!(matches!(outcome, Outcome::Response(_)), "{name}");
    }
    let output = function.stop().await;
    let lines = output.stdout.iter();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn the_binary_tells_what_lambda_knows() {
    let simulator = Simulator::start(Home::sample()).await.unwrap();
    let lines = lines(&simulator, &["PowerController.TurnOn"; 2], &[]).await;
    let [first, second] = lines.try_into().unwrap();
    assert_eq!(first["coldStart"], true);
    assert_eq!(second.get("coldStart"), None);
    for (number, line) in [first, second].into_iter().enumerate() {
        let id = format!("00000000-0000-4000-8000-{number:012x}");
        assert_eq!(line["requestId"], id);
        assert_eq!(line["traceId"], "1-00000000-000000000000000000000000");
        let found = embedded(&line);
        assert_eq!(found["functionName"].contains("ColdStarts"), number == 0);
        assert_eq!(line["functionName"], "skill");
    }
}

#[tokio::test]
async fn the_binary_keeps_to_its_settings() {
    let simulator = Simulator::start(Home::sample()).await.unwrap();
    let events = [
        "PowerController.TurnOn",
        "PowerController.TurnOn.payload-version-2",
    ];
    for (level, metrics, expected) in [
        // For each event whether its record is there, or only its metrics.
        ("warn", "on", vec![("INFO", false), ("WARN", true)]),
        ("warn", "off", vec![("WARN", true)]),
        ("info", "off", vec![("INFO", true), ("WARN", true)]),
    ] {
        let variables = [("LOG_LEVEL", level), ("METRICS", metrics)];
        let lines = lines(&simulator, &events, &variables).await;
        let told: Vec<_> = lines
            .iter()
            .map(|line| {
                (
                    line["level"].as_str().unwrap(),
                    line.get("directive").is_some(),
                )
            })
            .collect();
        assert_eq!(told, expected, "{variables:?}");
        for line in &lines {
            assert_eq!(line.get("_aws").is_some(), metrics == "on", "{line}");
        }
    }
}

#[tokio::test]
async fn a_start_that_fails_is_an_error_to_lambda_too() {
    let api = RuntimeApi::start().await.unwrap();
    let function = Function::start(&api, binary(), [("METRICS", "loud")]).unwrap();
    api.ready().await.unwrap_err();
    let output = function.stop().await;
    let line: Json = serde_json::from_str(output.stdout.first().unwrap()).unwrap();
    assert_eq!(line["level"], "ERROR");
    // Without one that Lambda can read, the line counts as INFO.
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
    assert!(
        line["message"].as_str().unwrap().contains("METRICS"),
        "{line}"
    );
}
