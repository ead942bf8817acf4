//! An answer of the skill's, read as Alexa would read it.

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::endpoint::Endpoint;

/// The JSON of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) json: Json,
}

/// One property that an answer reports.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Property {
    pub(crate) namespace: String,
    /// Which of several generic controllers it is of.
    pub(crate) instance: Option<String>,
    pub(crate) name: String,
    pub(crate) value: Json,
}

impl Property {
    /// `brightness 40`, and with the instance where there may be several: `Fan.Speed rangeValue 3`.
    fn in_words(&self) -> String {
        let Self { name, value, .. } = self;
        let value = plain(value);
        match &self.instance {
            Some(instance) => format!("{instance} {name} {value}"),
            None => format!("{name} {value}"),
        }
    }
}

impl Answer {
    /// The name of the answer, such as `StateReport`.
    pub(crate) fn kind(&self) -> &str {
        self.text("/event/header/name").unwrap_or("no answer")
    }

    /// The type of the error, where it is one.
    pub(crate) fn error(&self) -> Option<&str> {
        (self.kind() == "ErrorResponse")
            .then(|| self.text("/event/payload/type").unwrap_or("no type"))
    }

    /// What the error says for a log.
    pub(crate) fn message(&self) -> Option<&str> {
        self.text("/event/payload/message")
    }

    /// What stands at a JSON pointer of the payload.
    pub(crate) fn payload(&self, pointer: &str) -> Option<&Json> {
        self.json.pointer("/event/payload")?.pointer(pointer)
    }

    pub(crate) fn properties(&self) -> Vec<Property> {
        let properties = self
            .json
            .pointer("/context/properties")
            .and_then(Json::as_array);
        properties
            .into_iter()
            .flatten()
            .filter_map(|property| Property::deserialize(property).ok())
            .collect()
    }

    pub(crate) fn property(
        &self,
        namespace: &str,
        instance: Option<&str>,
        name: &str,
    ) -> Option<Json> {
        self.properties()
            .into_iter()
            .find(|property| {
                property.namespace == namespace
                    && property.instance.as_deref() == instance
                    && property.name == name
            })
            .map(|property| property.value)
    }

    /// The endpoints that were discovered; none where it is another answer.
    pub(crate) fn endpoints(&self) -> anyhow::Result<Vec<Endpoint>> {
        match self.json.pointer("/event/payload/endpoints") {
            None => Ok(Vec::new()),
            Some(endpoints) => Vec::deserialize(endpoints)
                .context("the discovered endpoints are not shaped as Alexa expects them"),
        }
    }

    /// The answer in a line.
    pub(crate) fn summary(&self) -> String {
        let mut details: Vec<String> = self.properties().iter().map(Property::in_words).collect();
        details.extend(self.error().map(str::to_owned));
        let endpoints = self.endpoints().unwrap_or_default();
        details.extend(endpoints.into_iter().map(|endpoint| endpoint.friendly_name));
        if details.is_empty() {
            self.kind().to_owned()
        } else {
            format!("{}: {}", self.kind(), details.join(", "))
        }
    }

    fn text(&self, pointer: &str) -> Option<&str> {
        self.json.pointer(pointer)?.as_str()
    }
}

/// A value without the ceremony of JSON: `{"value":18.5,"scale":"CELSIUS"}` is `18.5 CELSIUS`.
fn plain(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(truth) => truth.to_string(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(" "),
        Json::Object(fields) => {
            if !fields.contains_key("value") {
                let named = fields
                    .iter()
                    .map(|(name, value)| format!("{name} {}", plain(value)));
                return named.collect::<Vec<_>>().join(" ");
            }
            let value = fields.get("value").map(plain);
            let others = fields
                .iter()
                .filter(|(name, _)| *name != "value")
                .map(|(_, other)| plain(other));
            value
                .into_iter()
                .chain(others)
                .collect::<Vec<_>>()
                .join(" ")
        }
    }
}
