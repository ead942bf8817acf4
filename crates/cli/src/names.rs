//! Arguments that are one of few names.

use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use strum::{ParseError, VariantNames};

/// Reads the name of a variant, and tells the help which there are.
pub(crate) fn one_of<T>() -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = ParseError> + VariantNames + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(T::VARIANTS).try_map(|name: String| name.parse::<T>())
}
