//! `docs/linking.md` tells of each mistake which check finds it, or that only advice helps, and of each field of the
//! account linking what `account-linking.json` has there.

use std::collections::{BTreeMap, BTreeSet};

use linking::check::{ADVICE, Facts, Mode, Wanted, findings};
use serde_json::Value as Json;

const PAGE: &str = include_str!("../../../docs/linking.md");
const LINKING: &str = include_str!("../../../account-linking.json");

/// What finds each mistake, by the page: the fourth column of the rows that start with a number.
fn documented() -> BTreeMap<u8, BTreeSet<String>> {
    let rows = PAGE.lines().filter_map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let number = cells.get(1)?.parse().ok()?;
        let found_by = cells.get(4)?.split(", ").map(|name| name.replace('`', ""));
        Some((number, found_by.collect()))
    });
    rows.collect()
}

#[test]
fn the_page_names_what_finds_each_mistake() {
    let wanted = Wanted {
        regions: Vec::new(),
        proactive: false,
        mode: Mode::Maker,
        particle_url: "https://api.particle.io".to_owned(),
    };
    let mut known: BTreeMap<u8, BTreeSet<String>> = BTreeMap::new();
    for finding in findings(&Facts::unknown(wanted, "nobody looked")) {
        for row in finding.rows {
            known.entry(*row).or_default().insert(finding.id.to_owned());
        }
    }
    for advice in ADVICE {
        let advice_alone = "advice".to_owned();
        known.entry(advice.row).or_default().insert(advice_alone);
    }
    assert_eq!(documented(), known);
    assert!(known.keys().copied().eq(1..=36), "{known:?}");
}

/// The fields of the account linking, by the page: what stands between backquotes before anything else is said.
fn fields() -> BTreeMap<String, Vec<String>> {
    let (_, after) = PAGE.split_once("\n## The fields\n").unwrap_or_default();
    let (section, _) = after.split_once("\n## ").unwrap_or_default();
    let rows = section.lines().filter_map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, _, field, value, _] = cells[..] else {
            return None;
        };
        let field = field.strip_prefix('`')?.strip_suffix('`')?;
        let values = value.split(", ").map_while(|value| {
            let (value, _) = value.strip_prefix('`')?.split_once('`')?;
            Some(value.to_owned())
        });
        Some((field.to_owned(), values.collect()))
    });
    rows.collect()
}

#[test]
fn the_page_has_the_fields_of_the_file() {
    let file: Json = serde_json::from_str(LINKING).unwrap();
    let file = file["accountLinkingRequest"].as_object().unwrap().iter();
    let texts = |value: &Json| match value {
        Json::Array(values) => values
            .iter()
            .map(|value| value.as_str().unwrap().to_owned())
            .collect(),
        Json::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    };
    // Those two are nobody else's.
    let own = |field: &str| matches!(field, "clientId" | "clientSecret");
    let file = file.map(|(field, value)| match own(field) {
        true => (field.clone(), Vec::new()),
        false => (field.clone(), texts(value)),
    });
    assert_eq!(fields(), file.collect());
}
