//! What the log tells of an event, and that the guide tells of all of it.

use std::collections::BTreeSet;
use std::time::SystemTime;

use function_log::Invocation;
use serde_json::{Value as Json, json};
use setup::oauth_client::TYPE;

use crate::world::{LONG, World, client};

const GUIDE: &str = include_str!("../../../../docs/operations.md");

/// The first cells, which are names in code, of the table under a heading of the guide.
fn told(heading: &str) -> BTreeSet<&'static str> {
    let (_, after) = GUIDE.split_once(&format!("\n### {heading}\n")).unwrap();
    let lines = after.split("\n#").next().unwrap().lines();
    let names = lines.filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    names.collect()
}

#[tokio::test]
async fn the_guide_tells_each_field_of_a_record() {
    let world = World::start().await;
    let invocation = Invocation::new("id".to_owned(), Some("Root=1-5f"), true);
    let create = world.event("Create", TYPE, client(&[]));
    let unknown = world.event("Create", "Custom::Lamp", json!({}));
    let mut fields = BTreeSet::new();
    for (event, refusals, level) in [
        (&create, &[][..], "INFO"),
        (&unknown, &[][..], "WARN"),
        (&create, &[403][..], "ERROR"),
    ] {
        world.aws.account().refusals.extend(refusals);
        let deadline = SystemTime::now() + LONG;
        let record = world.setup.handle(&event.to_string(), deadline).await;
        let line = record.unwrap().line(&invocation);
        let line: Json = serde_json::from_str(&line).unwrap();
        assert_eq!(line["level"], json!(level));
        fields.extend(line.as_object().unwrap().keys().cloned());
    }
    let fields: BTreeSet<_> = fields.iter().map(String::as_str).collect();
    assert_eq!(told("What the set-up function tells"), fields);
}
