//! A client that is about to be made.
//!
//! Particle shows a client's secret once, with the answer to what made it. Whoever does not get that answer does not know
//! that there is a client, and nobody ever learns its secret. So before one is made it is written down that one will be,
//! and which there were: what is there later, and was not then, was made for nothing and can go.

use serde::{Deserialize, Serialize};

use super::{Client, WEB};

/// A client that is about to be made.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnderWay {
    /// What it will be called.
    pub name: String,
    /// Where it will be sent codes.
    pub redirect_uri: String,
    /// Those that there were.
    pub before: Vec<String>,
}

impl UnderWay {
    /// One of this name, for this address, where these are listed.
    #[must_use]
    pub fn new(name: &str, redirect_uri: &str, listed: &[Client]) -> Self {
        Self {
            name: name.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            before: listed.iter().map(|client| client.id.clone()).collect(),
        }
    }

    /// The clients that may be the one that was made, or not: whether anybody uses them is not to be seen from here.
    ///
    /// Particle's list does not always tell where a client is sent codes. One of which it does not is among them.
    pub fn candidates<'a>(&'a self, listed: &'a [Client]) -> impl Iterator<Item = &'a Client> {
        listed.iter().filter(|client| {
            client.kind == WEB
                && client.name == self.name
                && client.may_be_sent_codes_at(&self.redirect_uri)
                && !self.before.contains(&client.id)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::particle::RedirectUri;

    #[test]
    fn nothing_else_is_taken_for_a_client_that_was_made() {
        let at = |uri: &str| RedirectUri::One(uri.to_owned());
        let client = |id: &str| Client {
            id: id.to_owned(),
            name: "lights".to_owned(),
            kind: WEB.to_owned(),
            redirect_uri: at("https://x.example/callback"),
            scope: None,
        };
        let under_way = UnderWay::new("lights", "https://x.example/callback", &[client("first-1")]);
        let but = |change: fn(&mut Client)| {
            let mut changed = client("lights-2");
            change(&mut changed);
            changed
        };
        for (listed, is_candidate) in [
            (client("lights-2"), true),
            (but(|client| client.redirect_uri = RedirectUri::None), true),
            (client("first-1"), false),
            (but(|client| client.name = "Lights".to_owned()), false),
            (but(|client| client.kind = "installed".to_owned()), false),
            (
                but(|client| {
                    client.redirect_uri = RedirectUri::One("https://x.example/".to_owned());
                }),
                false,
            ),
            (
                but(|client| {
                    let both = ["https://x.example/callback", "https://y.example/callback"];
                    client.redirect_uri = RedirectUri::Many(both.map(str::to_owned).into());
                }),
                false,
            ),
        ] {
            let listed = [listed];
            let found = under_way.candidates(&listed).count();
            assert_eq!(found == 1, is_candidate, "{listed:?}");
        }
    }
}
