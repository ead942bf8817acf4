//! How far "more" and "less" go where nobody says by how much.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::language::{Node, Read, Schema, Unsuitable};

/// A whole number from 1 to 100, or `DEFAULT` where a description says none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Step<const DEFAULT: i64>(i64);

impl<const DEFAULT: i64> Step<DEFAULT> {
    /// So much, in this direction.
    pub(super) fn towards(self, direction: i64) -> i64 {
        self.0 * direction.signum()
    }

    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl<const DEFAULT: i64> Default for Step<DEFAULT> {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl<const DEFAULT: i64> Read for Step<DEFAULT> {
    fn read(node: Node) -> Result<Self, Unsuitable> {
        Self::try_from(i64::read(node)?).map_err(Unsuitable::new)
    }
}

impl<const DEFAULT: i64> TryFrom<i64> for Step<DEFAULT> {
    type Error = String;

    fn try_from(step: i64) -> Result<Self, String> {
        if (1..=100).contains(&step) {
            Ok(Self(step))
        } else {
            Err(format!(
                "{step} is no step: write a number from 1 to 100, such as {DEFAULT}"
            ))
        }
    }
}

impl<const DEFAULT: i64> Schema for Step<DEFAULT> {
    fn schema() -> Json {
        json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": DEFAULT })
    }
}
