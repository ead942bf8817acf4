//! The files that go to Alexa as they are, `skill-package/skill.json` and `account-linking.json`, say what this crate
//! says.

use linking::account_linking::{
    AccountLinking, AccountLinkingRequest, access_token_url, authorization_url,
};
use linking::manifest::Manifest;
use linking::particle::{LOGIN_HOST, PARTICLE};
use linking::region::Region;
use serde_json::Value as Json;

const SKILL: &str = include_str!("../../../skill-package/skill.json");
const LINKING: &str = include_str!("../../../account-linking.json");

#[test]
fn the_manifest_is_that_of_a_new_skill() {
    let committed: Manifest = serde_json::from_str(SKILL).unwrap();
    let made = Manifest::new(None, &[Region::NorthAmerica]);
    assert_eq!(committed.endpoints(), []);
    assert_eq!(committed.name(), made.name());
    let differences = committed.differences(&made);
    let [locales] = differences.as_slice() else {
        panic!("{differences:?}")
    };
    assert_eq!(locales.field, "locales");
}

#[test]
fn account_linking_is_what_would_be_sent() {
    let committed: AccountLinkingRequest = serde_json::from_str(LINKING).unwrap();
    assert_eq!(
        serde_json::to_value(&committed).unwrap(),
        serde_json::from_str::<Json>(LINKING).unwrap(),
        "a field is lost"
    );
    let client = "placeholder".parse().unwrap();
    let mut made = AccountLinking::with(
        PARTICLE,
        authorization_url(PARTICLE),
        &client,
        vec!["api.particle.io".to_owned(), LOGIN_HOST.to_owned()],
    );
    made.client_id = committed.linking.client_id.clone();
    assert_eq!(committed.linking, made);
    assert_eq!(made.access_token_url, access_token_url(PARTICLE));
    // What is to be replaced is no id, so that nobody's check passes with it.
    assert!(made.client_id.parse::<linking::id::ClientId>().is_err());
}
