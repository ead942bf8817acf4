//! OAuth clients: the applications that ask for tokens, those of the owner and those of everybody.

use crate::{
    home::{ClientSettings, ClientType, PUBLIC_CLIENTS},
    secret::Secret,
};

/// All clients there are.
#[derive(Debug)]
pub(crate) struct Clients {
    public: Vec<Client>,
    own: Vec<Client>,
    /// The number of the client that was made last, which is part of its id.
    last: u32,
}

/// One application.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Secret,
    pub(crate) name: String,
    /// None of the public ones is of any.
    pub(crate) kind: Option<ClientType>,
    pub(crate) redirect_uris: Vec<String>,
}

impl Clients {
    pub(crate) fn new(settings: &[ClientSettings]) -> Self {
        let public = PUBLIC_CLIENTS.map(|(id, secret)| Client {
            id: id.to_owned(),
            secret: Secret::new(secret),
            name: id.to_owned(),
            kind: None,
            redirect_uris: Vec::new(),
        });
        let own = settings.iter().map(|client| {
            let id = client.id.as_ref().as_str();
            Client {
                id: id.to_owned(),
                secret: client.secret.clone(),
                name: client.name.as_deref().unwrap_or(id).to_owned(),
                kind: Some(client.kind),
                redirect_uris: client.redirect_uris().to_vec(),
            }
        });
        Self {
            public: public.to_vec(),
            own: own.collect(),
            last: 1000,
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Client> {
        let mut all = self.public.iter().chain(&self.own);
        all.find(|client| client.id == id)
    }

    /// Those that the owner has made, in the order in which that was.
    pub(crate) fn own(&self) -> &[Client] {
        &self.own
    }

    pub(crate) fn own_mut(&mut self, id: &str) -> Option<&mut Client> {
        self.own.iter_mut().find(|client| client.id == id)
    }

    /// Makes one, with an id and a secret of its own.
    pub(crate) fn create(
        &mut self,
        name: &str,
        kind: ClientType,
        redirect_uri: Option<String>,
    ) -> Client {
        let slug = slug(name);
        let id = loop {
            self.last += 1;
            let id = format!("{slug}-{}", self.last);
            // The home file may have taken it.
            if self.get(&id).is_none() {
                break id;
            }
        };
        let client = Client {
            id,
            secret: Secret::random(),
            name: name.to_owned(),
            kind: Some(kind),
            redirect_uris: redirect_uri.into_iter().collect(),
        };
        self.own.push(client.clone());
        client
    }

    /// Deletes one; `false` if the owner has none such.
    pub(crate) fn delete(&mut self, id: &str) -> bool {
        let before = self.own.len();
        self.own.retain(|client| client.id != id);
        self.own.len() < before
    }
}

/// A name as it stands in an id, with room for the number behind it.
fn slug(name: &str) -> String {
    let words = name
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut slug = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    slug.truncate(SLUG);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "client" } else { slug }.to_owned()
}

/// An id has 40 characters at most, of which a hyphen and a number of up to ten digits follow the slug.
const SLUG: usize = 29;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::ClientId;

    #[test]
    fn an_id_is_made_of_the_name() {
        let mut clients = Clients::new(&[]);
        let cases = [
            ("My Skill", "my-skill-1001"),
            ("x", "x-1002"),
            ("  Ünit & Co. ", "nit-co-1003"),
            ("ランプ", "client-1004"),
            ("", "client-1005"),
            (
                "a name that is far too long for an identifier",
                "a-name-that-is-far-too-long-f-1006",
            ),
            (
                "a name that is far too long - for it",
                "a-name-that-is-far-too-long-f-1007",
            ),
        ];
        for (name, id) in cases {
            let client = clients.create(name, ClientType::Installed, None);
            assert_eq!(client.id, id);
            assert!(ClientId::is(id));
        }
    }

    #[test]
    fn public_clients_are_nobodys() {
        let mut clients = Clients::new(&[]);
        assert!(clients.own().is_empty());
        assert!(clients.get("particle").is_some());
        assert!(!clients.delete("particle"));
        assert!(clients.own_mut("particle").is_none());
    }
}
