//! Directives as Alexa would send them, and the tokens in them.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::endpoint::Endpoint;

const ALEXA: &str = "Alexa";
const DISCOVERY: &str = "Alexa.Discovery";
const PAYLOAD_VERSION: &str = "3";

/// What stands in the place of a secret.
const HIDDEN: &str = "…";

/// One directive, not yet sent: the sender's token is no part of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Directive {
    pub(crate) namespace: &'static str,
    pub(crate) name: String,
    /// Which of several generic controllers it is for.
    pub(crate) instance: Option<String>,
    pub(crate) payload: Json,
}

impl Directive {
    pub(crate) fn discover() -> Self {
        Self {
            namespace: DISCOVERY,
            name: "Discover".to_owned(),
            instance: None,
            payload: json!({}),
        }
    }

    pub(crate) fn report_state() -> Self {
        Self {
            namespace: ALEXA,
            name: "ReportState".to_owned(),
            instance: None,
            payload: json!({}),
        }
    }

    /// The event of an invocation, in the name of the owner of a token.
    pub(crate) fn event(&self, endpoint: Option<&Endpoint>, token: &str) -> Json {
        let scope = json!({ "type": "BearerToken", "token": token });
        let mut header = json!({
            "namespace": self.namespace,
            "name": self.name,
            "messageId": Uuid::new_v4().to_string(),
            "payloadVersion": PAYLOAD_VERSION,
        });
        if let Some(instance) = &self.instance {
            insert(&mut header, "instance", instance.as_str().into());
        }
        let mut payload = self.payload.clone();
        let endpoint = match endpoint {
            Some(endpoint) => {
                insert(
                    &mut header,
                    "correlationToken",
                    Uuid::new_v4().to_string().into(),
                );
                Some(json!({
                    "scope": scope,
                    "endpointId": endpoint.endpoint_id,
                    "cookie": endpoint.cookie,
                }))
            }
            None => {
                insert(&mut payload, "scope", scope);
                None
            }
        };
        let mut directive = json!({ "header": header, "payload": payload });
        if let Some(endpoint) = endpoint {
            insert(&mut directive, "endpoint", endpoint);
        }
        json!({ "directive": directive })
    }
}

fn insert(object: &mut Json, key: &str, value: Json) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

/// Puts a token in the place of the one that an event carries; `false` where it has no such place.
pub(crate) fn authorize(event: &mut Json, token: &str) -> bool {
    let places = [
        "/directive/endpoint/scope",
        "/directive/payload/scope",
        "/directive/payload/grantee",
    ];
    let mut authorized = false;
    for place in places {
        if let Some(scope) = event.pointer_mut(place).filter(|scope| scope.is_object()) {
            insert(scope, "token", token.into());
            authorized = true;
        }
    }
    authorized
}

/// Makes a message fit to be shown: the secrets in it become `…`.
pub(crate) fn hide_secrets(message: &mut Json) {
    match message {
        Json::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Json::String(text) if is_secret(name) => HIDDEN.clone_into(text),
                    value => hide_secrets(value),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(hide_secrets),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn is_secret(name: &str) -> bool {
    matches!(name, "token" | "accessToken" | "code" | "correlationToken")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_carries_the_token_where_alexa_puts_it_and_shows_none() {
        let endpoint: Endpoint = serde_json::from_value(json!({
            "endpointId": "id", "friendlyName": "Lamp", "displayCategories": [], "capabilities": [], "cookie": { "v1": "{}" },
        }))
        .unwrap();
        for (directive, endpoint, place) in [
            (
                Directive::discover(),
                None,
                "/directive/payload/scope/token",
            ),
            (
                Directive::report_state(),
                Some(&endpoint),
                "/directive/endpoint/scope/token",
            ),
        ] {
            let mut event = directive.event(endpoint, "first");
            assert_eq!(event.pointer(place), Some(&json!("first")));
            assert!(authorize(&mut event, "second"));
            assert_eq!(event.pointer(place), Some(&json!("second")));
            hide_secrets(&mut event);
            assert_eq!(event.pointer(place), Some(&json!(HIDDEN)));
            let correlation = event.pointer("/directive/header/correlationToken");
            assert!(
                correlation.is_none_or(|token| token == HIDDEN),
                "{correlation:?}"
            );
        }
    }

    #[test]
    fn an_event_names_the_instance_of_a_generic_controller() {
        let directive = Directive {
            namespace: "Alexa.ToggleController",
            name: "TurnOn".to_owned(),
            instance: Some("Fan.Oscillate".to_owned()),
            payload: json!({}),
        };
        let instance = "/directive/header/instance";
        let event = directive.event(None, "token");
        assert_eq!(event.pointer(instance), Some(&json!("Fan.Oscillate")));
        let event = Directive::report_state().event(None, "token");
        assert_eq!(event.pointer(instance), None);
    }

    #[test]
    fn an_event_without_a_place_for_a_token_says_so() {
        for event in [
            json!({}),
            json!([]),
            json!({ "directive": { "payload": { "scope": "none" } } }),
        ] {
            assert!(!authorize(&mut event.clone(), "token"), "{event}");
        }
    }
}
