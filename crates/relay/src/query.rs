//! Query strings as they are written.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};

/// What may not stand unescaped in a parameter's name or value. All that is left, `%` with it, means what it meant before.
const PARAMETER: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'&')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What may not stand unescaped where each other character is to mean itself.
const VALUE: &AsciiSet = &PARAMETER
    .add(b'!')
    .add(b'$')
    .add(b'%')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b'+')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'=')
    .add(b'?')
    .add(b'@');

/// One parameter as it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter<'a> {
    written: &'a str,
    name: &'a str,
    value: &'a str,
}

/// The parameters of a raw query string, in their order.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = Parameter<'_>> {
    let written = query.split('&').filter(|written| !written.is_empty());
    written.map(|written| {
        let (name, value) = written.split_once('=').unwrap_or((written, ""));
        Parameter {
            written,
            name,
            value,
        }
    })
}

impl<'a> Parameter<'a> {
    /// Whether a server would take it for this one. Some read `name[]` and `name[0]` as more values of `name`.
    pub(crate) fn is(self, name: &str) -> bool {
        let own = decoded(self.name);
        own.split('[').next() == Some(name)
    }

    /// Its value as it was written.
    pub(crate) fn raw(self) -> &'a str {
        self.value
    }

    /// What its value means.
    pub(crate) fn decoded(self) -> String {
        decoded(self.value)
    }

    /// All of it as it was written.
    pub(crate) fn written(self) -> String {
        kept(self.written.as_bytes())
    }
}

fn decoded(text: &str) -> String {
    let text: Cow<'_, str> = match text.contains('+') {
        true => text.replace('+', " ").into(),
        false => text.into(),
    };
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

/// A part of a query string as it was written, and harmless: what no URL may hold is escaped.
pub(crate) fn kept(written: &[u8]) -> String {
    percent_encode(written, PARAMETER).to_string()
}

/// A value that is to mean this text.
pub(crate) fn encoded(text: &str) -> String {
    percent_encode(text.as_bytes(), VALUE).to_string()
}
