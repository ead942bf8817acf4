//! What Alexa sends: a [directive], its header, its endpoint and the user's token.
//!
//! The envelope is typed here; the payload stays JSON until the owner of the (namespace, name) reads it with
//! [`Directive::parse`].
//!
//! [directive]: https://developer.amazon.com/docs/device-apis/message-guide.html#directive-messages

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, EnumAccess, IntoDeserializer, VariantAccess, Visitor,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::error::{Error, Kind};
use crate::secret::AccessToken;

/// The event of an invocation: one directive and nothing else.
#[derive(Debug, Deserialize)]
pub struct Event {
    /// What is to be done.
    pub directive: Directive,
}

/// One request of Alexa's.
#[derive(Debug, Deserialize)]
pub struct Directive {
    /// What it is and how to answer it.
    pub header: Header,
    /// What it is for; discovery and authorization have none.
    pub endpoint: Option<Endpoint>,
    /// The arguments, still JSON.
    #[serde(default)]
    pub payload: Payload,
}

/// The [header](https://developer.amazon.com/docs/device-apis/message-guide.html#header) of a directive.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// The interface, such as `Alexa.PowerController`.
    pub namespace: String,
    /// The directive of that interface, such as `TurnOn`.
    pub name: String,
    /// Alexa's id of this message, for the log.
    pub message_id: String,
    /// `"3"`, or the directive is refused.
    pub payload_version: String,
    /// To be copied into the answer; discovery and authorization have none, and one that is no text counts as none.
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub correlation_token: Option<CorrelationToken>,
    /// Which of several controllers of the same interface is meant.
    pub instance: Option<String>,
}

/// The endpoint that a directive is for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Whose device it is.
    pub scope: Scope,
    /// The id that discovery gave it.
    pub endpoint_id: String,
    /// What discovery asked Alexa to hand back.
    ///
    /// One that is no map of texts counts as none: what it would have told can be found again.
    #[serde(default, deserialize_with = "crate::lenient::option")]
    pub cookie: Option<BTreeMap<String, String>>,
}

/// Proof of the linked user. Its `type` is `BearerToken` or `BearerTokenWithPartition`; only the token matters.
#[derive(Debug, Deserialize)]
pub struct Scope {
    /// The user's access token at the linked cloud.
    pub token: AccessToken,
}

/// The arguments of a directive. Discovery's hold a token and a grant's a code, so they do not print.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub struct Payload(Option<Box<RawValue>>);

impl Payload {
    /// The JSON; an absent payload and `null` count as an empty object, as some of Alexa's own samples lack it.
    fn text(&self) -> &str {
        match self.0.as_deref().map(RawValue::get) {
            None | Some("null") => "{}",
            Some(text) => text,
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Payload([REDACTED])")
    }
}

/// Alexa's key to the request that an answer belongs to: copied byte for byte, and never shown.
#[derive(Clone, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub struct CorrelationToken(String);

impl TryFrom<String> for CorrelationToken {
    type Error = &'static str;

    /// Alexa takes none that is empty.
    fn try_from(token: String) -> Result<Self, Self::Error> {
        if token.is_empty() {
            Err("it is empty")
        } else {
            Ok(Self(token))
        }
    }
}

impl fmt::Debug for CorrelationToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CorrelationToken([REDACTED])")
    }
}

impl Directive {
    /// Reads name and payload as one of the directives of an interface: an enum whose variants are named as Alexa
    /// names them and hold the payload's fields (`TurnOn {}`, `SetBrightness { brightness: i64 }`).
    ///
    /// # Errors
    /// `INVALID_DIRECTIVE` where the interface has no such directive or the payload has another shape.
    pub fn parse<D: DeserializeOwned>(&self) -> Result<D, Error> {
        let Header {
            namespace, name, ..
        } = &self.header;
        D::deserialize(Named {
            name,
            payload: self.payload.text(),
        })
        .map_err(|error| {
            let problem = explain(&error);
            Error::new(
                Kind::InvalidDirective,
                format!("{namespace}.{name}: {problem}"),
            )
        })
    }
}

/// Alexa's discriminator stands beside the payload, not in it: this shows serde the two as one enum.
struct Named<'a> {
    name: &'a str,
    payload: &'a str,
}

impl<'de> serde::Deserializer<'de> for Named<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Named<'de> {
    type Error = serde_json::Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), Self::Error> {
        let name: StrDeserializer<'de, Self::Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Named<'de> {
    type Error = serde_json::Error;

    fn unit_variant(self) -> Result<(), Self::Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Self::Error> {
        seed.deserialize(&mut serde_json::Deserializer::from_str(self.payload))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        serde::Deserializer::deserialize_any(
            &mut serde_json::Deserializer::from_str(self.payload),
            visitor,
        )
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        serde::Deserializer::deserialize_map(
            &mut serde_json::Deserializer::from_str(self.payload),
            visitor,
        )
    }
}

/// Says what is wrong with a message without quoting it: a quotation could hold a token.
pub(crate) fn explain(error: &serde_json::Error) -> String {
    const HARMLESS: [&str; 3] = ["missing field", "duplicate field", "recursion limit"];
    let message = error.to_string();
    if HARMLESS.iter().any(|start| message.starts_with(start)) {
        message
    } else if message.starts_with("unknown variant") {
        "there is no such directive".to_owned()
    } else {
        let (line, column) = (error.line(), error.column());
        format!("a field has the wrong type at line {line} column {column}")
    }
}
