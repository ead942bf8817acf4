//! Reading what others may have written differently.

use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Deserializer};

/// Takes what has the expected type and leaves the rest unknown.
pub(crate) fn option<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}
