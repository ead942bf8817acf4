//! Directives, cookies, descriptions and answers of the cloud that are nearly right, as the fuzzers of `fuzz/` make
//! them: a few of each with every run of the tests.

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};

use crate::schema;

/// So many of each target; together a few seconds.
const CASES: u32 = 100;

/// More choices than a target makes in most cases.
const MAXIMUM_BYTES: usize = 256;

fn check(target: &str) {
    let (_, target) = fuzz_targets::ALL
        .into_iter()
        .find(|(name, _)| *name == target)
        .unwrap();
    let config = Config {
        cases: CASES,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&vec(any::<u8>(), 0..MAXIMUM_BYTES), |bytes| {
        target(&bytes).iter().for_each(schema::check);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn any_directive_has_an_answer() {
    check("directive");
}

#[test]
fn any_cookie_has_an_answer() {
    check("cookie");
}

#[test]
fn any_description_is_discovered_as_far_as_it_goes() {
    check("description");
}

#[test]
fn any_answer_of_the_cloud_has_an_answer() {
    check("particle");
}
