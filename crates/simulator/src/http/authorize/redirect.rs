//! Where the browser goes with the answer: a `Location` that no `state` can break out of.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{cloud::Authorization, home::OAuth, secret::Secret};

pub(super) fn granted(authorization: &Authorization, code: &Secret, oauth: &OAuth) -> String {
    let mut location = Location::new(authorization, oauth);
    location.add("code", code.expose());
    location.add_state();
    location.finish()
}

pub(super) fn denied(authorization: &Authorization, oauth: &OAuth) -> String {
    let mut location = Location::new(authorization, oauth);
    location.add("error", "access_denied");
    let description = "The user denied access to your application";
    location.add("error_description", description);
    if oauth.bare_denial {
        // The library means its own error's status.
        location.add("code", "500");
    } else {
        location.add_state();
    }
    location.finish()
}

/// A redirect URI that parameters are added to.
struct Location<'a> {
    uri: String,
    separator: char,
    state: Option<&'a str>,
    raw_state: bool,
}

impl<'a> Location<'a> {
    fn new(authorization: &'a Authorization, oauth: &OAuth) -> Self {
        let uri = authorization.redirect_uri.clone();
        let has_query = uri.contains('?') && !oauth.question_mark;
        Self {
            uri,
            separator: if has_query { '&' } else { '?' },
            state: authorization.state.as_deref(),
            raw_state: oauth.raw_state,
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        let value = utf8_percent_encode(value, RESERVED).to_string();
        self.add_raw(name, &value);
    }

    fn add_raw(&mut self, name: &str, value: &str) {
        self.uri.push(self.separator);
        self.separator = '&';
        self.uri.push_str(name);
        self.uri.push('=');
        self.uri.push_str(value);
    }

    fn add_state(&mut self) {
        match self.state {
            Some(state) if self.raw_state => self.add_raw("state", state),
            Some(state) => self.add("state", state),
            None => {}
        }
    }

    /// Encodes what no URI may hold, and nothing else, as the server's framework does on its way into the header: an
    /// escape stays as it is, so that a `state` that was decoded into one is decoded again by who gets it.
    fn finish(self) -> String {
        let mut pieces = self.uri.split('%');
        let mut uri = String::new();
        uri.extend(
            pieces
                .next()
                .map(|piece| utf8_percent_encode(piece, UNFIT).to_string()),
        );
        for piece in pieces {
            let is_escape = piece
                .as_bytes()
                .first_chunk()
                .is_some_and(|[high, low]| high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
            uri.push_str(if is_escape { "%" } else { "%25" });
            uri.extend(utf8_percent_encode(piece, UNFIT));
        }
        uri
    }
}

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What cannot stand in a URI, a header's control characters first; `%` is looked after by itself.
const UNFIT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}');
