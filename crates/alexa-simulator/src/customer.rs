//! A customer of Alexa's, with their account and what Alexa keeps for it: links, tokens, endpoints.

use std::{
    collections::BTreeMap,
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use secrecy::SecretString;
use serde_json::Value;
use uuid::Uuid;

use crate::{amazon::Amazon, simulator::Simulator};

mod app;
mod directive;
mod link;
mod page;
mod region;
mod token;

pub use app::App;
pub use directive::{Directive, DirectiveFailure};
pub use link::{LinkCause, LinkFailure};
pub use page::RedirectPage;
pub use region::Region;
pub use token::TokenFailure;

/// One customer, who is the developer too: only they see a skill in its development stage. Clones are the same customer.
#[derive(Clone)]
pub struct Customer(Arc<Account>);

/// A customer to be; see [`Simulator::customer`].
#[derive(Clone)]
#[must_use = "it is nobody until it is built"]
pub struct CustomerBuilder {
    simulator: Simulator,
    settings: Settings,
    authorities: Vec<String>,
}

struct Account {
    /// LWA's key to what it granted for this customer.
    id: Uuid,
    simulator: Simulator,
    settings: Settings,
    http: reqwest::Client,
    state: Mutex<State>,
    /// Held while tokens are refreshed: a refresh token may work only once.
    refreshing: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Settings {
    /// Where the customer's account is served.
    region: Region,
    /// By which host Alexa is reached with the app's language.
    app: Region,
    pkce: bool,
    /// What every `state` ends with.
    state_end: String,
    /// How long a token endpoint may take.
    patience: Duration,
    /// How long a function may take.
    deadline: Duration,
}

#[derive(Default)]
struct State {
    /// How much later it is for Alexa than for this machine.
    ahead: Duration,
    attempts: Vec<Attempt>,
    /// By the skill's id.
    links: BTreeMap<String, Link>,
}

/// Linking that was begun, and of which the browser has not returned.
struct Attempt {
    state: String,
    skill: String,
    redirect_uri: String,
    verifier: Option<SecretString>,
}

/// An account that is linked.
#[derive(Clone)]
struct Link {
    access: SecretString,
    refresh: Option<SecretString>,
    expires_at: Option<SystemTime>,
    endpoints: Vec<Value>,
}

impl CustomerBuilder {
    pub(crate) fn new(simulator: Simulator) -> Self {
        let settings = Settings {
            region: Region::NorthAmerica,
            app: Region::NorthAmerica,
            pkce: false,
            state_end: String::new(),
            patience: Duration::from_millis(4500),
            deadline: Duration::from_secs(8),
        };
        Self {
            simulator,
            settings,
            authorities: Vec::new(),
        }
    }

    /// Where the customer's account is served, and in which language their app speaks; North America otherwise.
    pub fn region(mut self, region: Region) -> Self {
        self.settings.region = region;
        self.settings.app = region;
        self
    }

    /// Another language of the app, which decides where the browser returns to.
    pub fn app_region(mut self, region: Region) -> Self {
        self.settings.app = region;
        self
    }

    /// Sends a PKCE challenge, as Alexa does where the developer switched that on.
    pub fn pkce(mut self) -> Self {
        self.settings.pkce = true;
        self
    }

    /// Ends every `state` with this text; without it a state is letters and digits, which nothing on the way damages.
    pub fn state_ends_with(mut self, text: impl Into<String>) -> Self {
        self.settings.state_end = text.into();
        self
    }

    /// Trusts this authority, as PEM: a simulator's own. Without any, Alexa trusts those of this machine.
    pub fn trust(mut self, authority: impl Into<String>) -> Self {
        self.authorities.push(authority.into());
        self
    }

    /// How long a token endpoint may take; 4.5 s otherwise, as with Alexa.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.settings.patience = patience;
        self
    }

    /// How long a function may take; 8 s otherwise, as with Alexa.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.settings.deadline = deadline;
        self
    }

    /// The customer.
    ///
    /// # Errors
    ///
    /// Fails where an authority is no PEM.
    pub fn build(self) -> io::Result<Customer> {
        let Self {
            simulator,
            settings,
            authorities,
        } = self;
        let http = token::client(settings.patience, &authorities).map_err(io::Error::other)?;
        Ok(Customer(Arc::new(Account {
            id: Uuid::new_v4(),
            simulator,
            settings,
            http,
            state: Mutex::default(),
            refreshing: tokio::sync::Mutex::default(),
        })))
    }
}

impl Customer {
    /// Whether the account is linked.
    #[must_use]
    pub fn is_linked(&self, skill: &str) -> bool {
        self.state().links.contains_key(skill)
    }

    /// The access token that directives carry; `None` where the account is not linked.
    #[must_use]
    pub fn access_token(&self, skill: &str) -> Option<SecretString> {
        Some(self.state().links.get(skill)?.access.clone())
    }

    /// What Alexa asks for the next access token with; `None` where the account is not linked, or none was granted.
    #[must_use]
    pub fn refresh_token(&self, skill: &str) -> Option<SecretString> {
        self.state().links.get(skill)?.refresh.clone()
    }

    /// What was discovered last, each as the skill described it.
    #[must_use]
    pub fn endpoints(&self, skill: &str) -> Vec<Value> {
        let state = self.state();
        let link = state.links.get(skill);
        link.map(|link| link.endpoints.clone()).unwrap_or_default()
    }

    /// Lets this much time go by for Alexa, which looks at the clock before it uses a token.
    pub fn let_pass(&self, time: Duration) {
        self.state().ahead += time;
    }

    fn amazon(&self) -> &Amazon {
        self.0.simulator.amazon()
    }

    fn now(&self) -> SystemTime {
        SystemTime::now() + self.state().ahead
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change is one assignment, so what a panicking thread leaves behind is whole.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Customer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Customer")
            .field("region", &self.0.settings.region)
            .field("linked", &self.state().links.keys())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CustomerBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CustomerBuilder")
            .field("region", &self.settings.region)
            .finish_non_exhaustive()
    }
}
