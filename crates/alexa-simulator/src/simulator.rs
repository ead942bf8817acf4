//! The running simulator and the handle that tests hold.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use secrecy::SecretString;
use tokio::sync::{broadcast, watch};

use crate::{
    amazon::Amazon,
    customer::CustomerBuilder,
    http::{self, Fault},
    lambda::{Lambda, Nowhere},
    lwa::{READ_WRITE, TEST},
    record::Request,
    server,
    skill::{Skill, SkillSummary},
};

/// A handle of a running simulator; it serves until the last handle is dropped.
#[derive(Clone)]
pub struct Simulator {
    amazon: Arc<Amazon>,
    address: SocketAddr,
    stop: Arc<watch::Sender<()>>,
}

/// A simulator to be; see [`Simulator::builder`].
#[must_use = "it serves once it is started"]
pub struct Builder {
    address: SocketAddr,
    vendor_id: String,
    lambda: Arc<dyn Lambda>,
    polls: u32,
}

impl Builder {
    /// Where to listen, on this machine's loopback interface; a free port of 127.0.0.1 otherwise.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The developer's vendor id; `M1SIMULATOR00` otherwise.
    pub fn vendor_id(mut self, vendor_id: impl Into<String>) -> Self {
        self.vendor_id = vendor_id.into();
        self
    }

    /// Where Alexa finds the skills' functions; otherwise every function admits Alexa, and none can be invoked.
    pub fn lambda(mut self, lambda: impl Lambda) -> Self {
        self.lambda = Arc::new(lambda);
        self
    }

    /// How often the status of a change says that it is in progress; never otherwise.
    pub fn polls(mut self, polls: u32) -> Self {
        self.polls = polls;
        self
    }

    /// Serves.
    ///
    /// # Errors
    ///
    /// Fails where the address cannot be bound, and refuses one that others can reach.
    pub async fn start(self) -> io::Result<Simulator> {
        let listener = server::bind(self.address).await?;
        let address = listener.local_addr()?;
        let amazon = Arc::new(Amazon::new(self.vendor_id, self.lambda, self.polls));
        let router = http::router(Arc::clone(&amazon));
        let (stop, stopped) = watch::channel(());
        tokio::spawn(server::serve(listener, router, None, stopped));
        Ok(Simulator {
            amazon,
            address,
            stop: Arc::new(stop),
        })
    }
}

impl Simulator {
    /// Serves a developer's account without skills on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// Fails where no port can be bound.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// A simulator that serves in another way: `Simulator::builder().polls(2).start().await`.
    pub fn builder() -> Builder {
        Builder {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            vendor_id: "M1SIMULATOR00".to_owned(),
            lambda: Arc::new(Nowhere),
            polls: 0,
        }
    }

    /// Ends serving and breaks every connection, whatever other handles there are.
    pub fn shutdown(&self) {
        self.stop.send_replace(());
    }

    /// The base URL, in place of both `https://api.amazonalexa.com` and `https://api.amazon.com`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The developer's vendor id.
    #[must_use]
    pub fn vendor_id(&self) -> &str {
        &self.amazon.vendor_id
    }

    /// A fresh access token of the developer's, good for all that is here.
    #[must_use]
    pub fn access_token(&self) -> SecretString {
        self.access_token_for(&[READ_WRITE, TEST])
    }

    /// A fresh access token of the developer's with these scopes.
    #[must_use]
    pub fn access_token_for(&self, scopes: &[&str]) -> SecretString {
        self.amazon.state().lwa.issue(&owned(scopes))
    }

    /// A fresh refresh token of the developer's, for the client of [`Self::client_id`].
    #[must_use]
    pub fn refresh_token(&self) -> SecretString {
        let mut state = self.amazon.state();
        let client = state.lwa.profile.id.clone();
        state.lwa.sign_in(&client, &owned(&[READ_WRITE, TEST]))
    }

    /// The LWA security profile with which the developer's tools sign in.
    #[must_use]
    pub fn client_id(&self) -> String {
        self.amazon.state().lwa.profile.id.clone()
    }

    /// The security profile's secret.
    #[must_use]
    pub fn client_secret(&self) -> SecretString {
        self.amazon.state().lwa.profile.secret.clone()
    }

    /// Lets every access token expire.
    pub fn expire_access_tokens(&self) {
        self.amazon.state().lwa.expire();
    }

    /// Takes the developer's refresh tokens back.
    pub fn revoke_refresh_tokens(&self) {
        self.amazon.state().lwa.sign_out();
    }

    /// A customer to be, whose account is the developer's.
    pub fn customer(&self) -> CustomerBuilder {
        CustomerBuilder::new(self.clone())
    }

    pub(crate) fn amazon(&self) -> &Amazon {
        &self.amazon
    }

    /// How often the status of a change says that it is in progress, from the next change on.
    pub fn set_polls(&self, polls: u32) {
        self.amazon.set_polls(polls);
    }

    /// Answers the next so many requests with a fault.
    pub fn fail(&self, fault: Fault, times: usize) {
        self.amazon.failures.add(fault, times);
    }

    /// The skills, in the order of their creation.
    #[must_use]
    pub fn skills(&self) -> Vec<SkillSummary> {
        self.amazon
            .state()
            .skills
            .iter()
            .map(Skill::summary)
            .collect()
    }

    /// One skill.
    #[must_use]
    pub fn skill(&self, id: &str) -> Option<SkillSummary> {
        self.amazon.state().skill(id).map(Skill::summary)
    }

    /// The requests so far, in the order of their arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.amazon.record.requests()
    }

    /// The requests so far, which the record then forgets.
    #[must_use]
    pub fn take_requests(&self) -> Vec<Request> {
        self.amazon.record.take()
    }

    /// Requests from now on, each when it is over.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Request> {
        self.amazon.record.subscribe()
    }
}

fn owned(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(|&scope| scope.to_owned()).collect()
}

impl fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Simulator")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Builder")
            .field("address", &self.address)
            .field("vendor_id", &self.vendor_id)
            .field("polls", &self.polls)
            .finish_non_exhaustive()
    }
}
