//! Which values of a generic controller are open, closed, raised and lowered: its [semantics].
//!
//! [semantics]: https://developer.amazon.com/docs/device-apis/alexa-discovery-objects.html#semantics-object

use std::fmt::Debug;
use std::str::FromStr;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value as Json, json};
use strum::{EnumString, VariantNames};

use super::labels::Labels;
use crate::alexa::discovery;
use crate::binding::{Binding as _, Setting};
use crate::label::Locale;
use crate::language::{Fields, Node, Problems, Read, Schema, Unsuitable, fields};
use crate::suggestion::nearest;
use crate::value::Settable;

/// What the values of a controller mean.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub(super) struct Semantics<M: Meant> {
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    actions: IndexMap<Action, M::Action>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    states: IndexMap<State, M::State>,
}

/// How a controller's values stand in its semantics.
pub(super) trait Meant: Debug + Send + Sync + 'static {
    /// What an action does, as a description writes it.
    type Action: Read + Serialize + Schema + Debug + Send + Sync;
    /// Which values make a state, as a description writes it.
    type State: Read + Serialize + Schema + Debug + Send + Sync;

    /// The directive of the controller that an action stands for: its name and payload.
    fn directive(action: &Self::Action) -> (&'static str, Json);

    /// The mapping of a state, but for its states.
    fn mapping(state: &Self::State) -> Json;
}

/// What one can ask of it. The variants are called as Alexa calls them.
#[derive(Clone, Copy, Debug, EnumString, Eq, Hash, PartialEq, Serialize, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum Action {
    Open,
    Close,
    Raise,
    Lower,
    SetEcoOn,
    SetEcoOff,
}

/// What one can ask about it. The variants are called as Alexa calls them.
#[derive(Clone, Copy, Debug, EnumString, Eq, Hash, PartialEq, Serialize, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum State {
    Open,
    Closed,
    EcoOn,
    EcoOff,
}

impl<M: Meant> Fields for Semantics<M> {
    fields! {
        "actions" => actions: "what open, close, raise and lower do, such as { open = 100, close = 0 }";
        "states" => states: "which values are open and closed, such as { closed = 0, open = [1, 100] }";
    }
}

impl<M: Meant> Semantics<M> {
    /// What the actions do, and which values the states are.
    pub(super) fn values(
        &self,
    ) -> (
        impl Iterator<Item = &M::Action>,
        impl Iterator<Item = &M::State>,
    ) {
        (self.actions.values(), self.states.values())
    }

    /// Tells of actions that nothing does, and of states that nothing tells.
    pub(super) fn check<V: Settable>(&self, setting: &Setting<V>, problems: &mut Problems) {
        for (key, idle, needed, done) in [
            (
                "actions",
                !self.actions.is_empty() && !setting.is_controllable(),
                "function",
                "they can do",
            ),
            (
                "states",
                !self.states.is_empty() && setting.variable().is_none(),
                "variable",
                "tells them",
            ),
        ] {
            let message = || {
                format!(
                    "without a `{needed}` there is nothing that {done}; add one, or leave them out"
                )
            };
            problems.at(key, idle.then(message));
        }
    }

    /// Declares what generic controllers have in common: what one calls them, what their values mean, and whether they
    /// can only be read.
    pub(super) fn declare<V: Settable>(
        &self,
        mut declared: discovery::Capability,
        labels: &Labels,
        setting: &Setting<V>,
        language: &Locale,
    ) -> discovery::Capability {
        let controllable = setting.is_controllable();
        declared.capability_resources = Some(labels.resources(language));
        declared.semantics = self.mappings();
        declared.read_only(!controllable)
    }

    fn mappings(&self) -> Option<Json> {
        let actions: Vec<_> = self
            .actions
            .iter()
            .map(|(action, meant)| {
                let (name, payload) = M::directive(meant);
                json!({
                    "@type": "ActionsToDirective",
                    "actions": [format!("Alexa.Actions.{action:?}")],
                    "directive": { "name": name, "payload": payload },
                })
            })
            .collect();
        let states: Vec<_> = self
            .states
            .iter()
            .map(|(state, meant)| {
                let mut mapping = M::mapping(meant);
                if let Json::Object(mapping) = &mut mapping {
                    mapping.insert(
                        "states".to_owned(),
                        json!([format!("Alexa.States.{state:?}")]),
                    );
                }
                mapping
            })
            .collect();
        let mut semantics = serde_json::Map::new();
        if !actions.is_empty() {
            semantics.insert("actionMappings".to_owned(), actions.into());
        }
        if !states.is_empty() {
            semantics.insert("stateMappings".to_owned(), states.into());
        }
        (!semantics.is_empty()).then_some(Json::Object(semantics))
    }
}

impl<M: Meant> Default for Semantics<M> {
    fn default() -> Self {
        Self {
            actions: IndexMap::new(),
            states: IndexMap::new(),
        }
    }
}

impl Read for Action {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        one_of(node)
    }
}

impl Read for State {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        one_of(node)
    }
}

fn one_of<T: FromStr + VariantNames>(node: Node) -> Result<T, Unsuitable> {
    let name = String::read(node)?;
    name.parse().map_err(|_| {
        let suggestion = nearest(&name, T::VARIANTS);
        Unsuitable::new(format!("unknown word `{name}`{suggestion}"))
    })
}

impl<T: Schema> Schema for IndexMap<Action, T> {
    fn schema() -> Json {
        of_each(Action::VARIANTS, T::schema)
    }
}

impl<T: Schema> Schema for IndexMap<State, T> {
    fn schema() -> Json {
        of_each(State::VARIANTS, T::schema)
    }
}

fn of_each(names: &[&str], schema: fn() -> Json) -> Json {
    let properties = names.iter().map(|name| ((*name).to_owned(), schema()));
    let properties: serde_json::Map<_, _> = properties.collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}
