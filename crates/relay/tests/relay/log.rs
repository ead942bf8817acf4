//! What the log tells of a request, and what it does not.

use function_log::figures::NAMESPACE;
use function_log::{Invocation, Level};
use relay::record::{Log, METRICS};
use relay::redirect::Host;
use serde_json::{Value as Json, json};

use crate::browser::{ask, authorize, event, redirect_uri, request};

const GUIDE: &str = include_str!("../../../../docs/operations.md");

fn line(event: &Json, level: Level, metrics: bool) -> Option<Json> {
    let metrics_of = metrics.then(|| "relay".to_owned());
    let invocation = Invocation::new("id".to_owned(), None, false);
    let line = Log { level, metrics_of }.line(&ask(event).record, &invocation)?;
    assert!(!line.contains("secret"), "{line}");
    Some(serde_json::from_str(&line).unwrap())
}

#[test]
fn each_request_leaves_one_record() {
    let foreign = request("/authorize", "redirect_uri=https%3A%2F%2Fsecret.example");
    let vendor = request(
        "/authorize",
        &format!("redirect_uri={}0", redirect_uri(Host::Japan)),
    );
    let lost = request("/callback", "code=secret");
    let mut scope = event("denied");
    scope["rawQueryString"] = json!("error=invalid_scope&error_description=secret&code=500");
    let mut odd = event("denied");
    odd["rawQueryString"] = json!("error=secret&code=500");
    let mut nameless = event("authorize");
    nameless["requestContext"]["domainName"] = json!(null);
    let denied_and_lost = request("/callback", "error=access_denied&code=500");
    for (event, expected) in [
        (
            event("authorize"),
            json!({"level": "INFO", "page": "authorize", "status": 302, "link": "started", "redirectHost": "layla.amazon.com"}),
        ),
        (
            event("callback"),
            json!({"level": "INFO", "page": "callback", "status": 302, "link": "returned", "redirectHost": "layla.amazon.com"}),
        ),
        (
            event("denied"),
            json!({"level": "INFO", "page": "callback", "status": 302, "link": "denied", "redirectHost": "layla.amazon.com", "error": "access_denied"}),
        ),
        (
            scope,
            json!({"level": "WARN", "page": "callback", "status": 302, "link": "denied", "redirectHost": "layla.amazon.com", "error": "invalid_scope"}),
        ),
        (
            odd,
            json!({"level": "WARN", "page": "callback", "status": 302, "link": "denied", "redirectHost": "layla.amazon.com", "error": "other"}),
        ),
        (
            denied_and_lost,
            json!({"level": "WARN", "page": "callback", "status": 400, "link": "denied", "error": "access_denied", "reason": "STATE_LOST"}),
        ),
        (
            foreign,
            json!({"level": "WARN", "page": "authorize", "status": 400, "link": "refused", "reason": "REDIRECT_NOT_ALEXAS"}),
        ),
        (
            vendor,
            json!({"level": "WARN", "page": "authorize", "status": 400, "link": "refused", "reason": "REDIRECT_OF_ANOTHER_VENDOR"}),
        ),
        (
            lost,
            json!({"level": "WARN", "page": "callback", "status": 400, "link": "refused", "reason": "STATE_LOST"}),
        ),
        (
            nameless,
            json!({"level": "ERROR", "page": "authorize", "status": 500, "link": "refused", "reason": "NO_DOMAIN"}),
        ),
        (
            event("healthz"),
            json!({"level": "INFO", "page": "healthz", "status": 200}),
        ),
        (
            request("/secret", ""),
            json!({"level": "INFO", "page": "other", "status": 404, "reason": "NO_SUCH_PAGE"}),
        ),
    ] {
        let mut line = line(&event, Level::Debug, false).unwrap();
        let fields = line.as_object_mut().unwrap();
        assert_eq!(fields.remove("requestId"), Some(json!("id")));
        let timestamp = fields.remove("timestamp").unwrap();
        assert!(timestamp.as_str().unwrap().ends_with('Z'), "{timestamp}");
        assert_eq!(line, expected);
    }
}

#[test]
fn the_level_decides_what_is_shown() {
    let refused = request("/authorize", "");
    for (event, level, shown) in [
        (event("authorize"), Level::Info, true),
        (event("authorize"), Level::Warn, false),
        (refused.clone(), Level::Warn, true),
        (refused, Level::Error, false),
    ] {
        assert_eq!(line(&event, level, false).is_some(), shown, "{level:?}");
        let figures = line(&event, level, true).unwrap();
        assert_eq!(figures.get("page").is_some(), shown, "{level:?}");
        assert_eq!(figures["functionName"], "relay");
    }
    assert!(line(&event("healthz"), Level::Error, true).is_none());
}

#[test]
fn customers_are_counted() {
    let refused = authorize(Host::Layla, &"x".repeat(5000));
    for (event, name) in [
        (event("authorize"), "LinkStarted"),
        (event("callback"), "LinkReturned"),
        (event("denied"), "LinkDenied"),
        (refused, "LinkRefused"),
    ] {
        let line = line(&event, Level::Info, true).unwrap();
        let told = json!([{"Namespace": NAMESPACE, "Dimensions": [["functionName"]], "Metrics": [{"Name": name, "Unit": "Count"}]}]);
        assert_eq!(line["_aws"]["CloudWatchMetrics"], told);
        assert_eq!(line[name], 1);
    }
    for event in [event("healthz"), request("/", "")] {
        assert_eq!(line(&event, Level::Info, true).unwrap().get("_aws"), None);
    }
}

/// The cells of a table's rows whose first is a name in code, under a heading of the guide.
fn told(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, after) = GUIDE.split_once(&format!("\n### {heading}\n")).unwrap();
    let rows = after.split("\n#").next().unwrap().lines();
    let rows = rows.filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells = row.split('|').map(|cell| cell.trim().trim_matches('`'));
        cells.skip(1).collect()
    })
    .collect()
}

#[test]
fn the_guide_tells_each_metric_and_each_field() {
    let metrics: Vec<_> = told("What the relay counts")
        .iter()
        .map(|row| (row[0], row[1]))
        .collect();
    assert_eq!(metrics, METRICS.map(|metric| (metric.name, metric.unit)));

    let mut denied = request("/callback", "error=access_denied&code=500");
    denied["requestContext"]["requestId"] = json!("1");
    let invocation = Invocation::new("id".to_owned(), Some("Root=1-5f"), true);
    let log = Log {
        level: Level::Debug,
        metrics_of: None,
    };
    let mut fields = Vec::new();
    for event in [denied, event("authorize")] {
        let line = log.line(&ask(&event).record, &invocation).unwrap();
        let line: Json = serde_json::from_str(&line).unwrap();
        fields.extend(line.as_object().unwrap().keys().cloned());
    }
    fields.sort();
    fields.dedup();
    let mut rows: Vec<_> = told("What the relay tells")
        .iter()
        .map(|row| row[0])
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, fields);
}
