//! `docs/linking.md` tells of each mistake which check finds it, or that only advice helps.

use std::collections::{BTreeMap, BTreeSet};

use linking::check::{ADVICE, Facts, Mode, Wanted, findings};

const PAGE: &str = include_str!("../../../docs/linking.md");

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
