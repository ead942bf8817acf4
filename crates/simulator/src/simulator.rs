//! The running simulator and the handle that tests, demos and the command line hold.

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use serde::Serialize;
use tokio::sync::{broadcast, watch};

use crate::{
    cloud::{Client, Cloud, Device},
    connection::{self, Server},
    dialect::Dialect,
    fault::{Fault, Setting, Target, When},
    firmware::Pin,
    home::{Home, OAuth, Tuning},
    http,
    record::Request,
    secret::Secret,
    tls::Certificate,
};

mod builder;

pub use builder::Builder;

/// A handle of a running simulator; it serves until the last handle is dropped.
#[derive(Clone)]
pub struct Simulator {
    cloud: Arc<Cloud>,
    authority: Option<Arc<str>>,
    stop: Arc<watch::Sender<()>>,
}

/// A row of [`Simulator::devices`].
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct DeviceSummary {
    /// The device id.
    pub id: String,
    /// The device's name, if it has one.
    pub name: Option<String>,
    /// What the device list says.
    pub online: bool,
    /// The firmware's name in the home file.
    pub firmware: &'static str,
}

impl Simulator {
    /// Serves a home on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// Fails where no port can be bound.
    pub async fn start(home: Home) -> io::Result<Self> {
        Self::builder(home).start().await
    }

    /// Serves a home on an address of this machine's loopback interface.
    ///
    /// # Errors
    ///
    /// Fails where the address cannot be bound, and refuses one that others can reach.
    pub async fn listen(home: Home, address: SocketAddr) -> io::Result<Self> {
        Self::builder(home).address(address).start().await
    }

    /// A simulator that serves in another way, over TLS for one:
    /// `Simulator::builder(home).tls(Certificate::Trusted).start().await`.
    pub fn builder(home: Home) -> Builder {
        Builder::new(home)
    }

    /// Ends serving and breaks every connection, whatever other handles there are.
    pub fn shutdown(&self) {
        self.stop.send_replace(());
    }

    /// The base URL, in place of `https://api.particle.io`.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.authority.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.cloud.door.address())
    }

    /// The certificate of the authority that a client of this simulator has to trust, as PEM; empty without TLS.
    #[must_use]
    pub fn certificate_authority(&self) -> &str {
        self.authority.as_deref().unwrap_or_default()
    }

    /// The access token of the home's owner.
    #[must_use]
    pub fn token(&self) -> String {
        self.cloud.settings.token.expose().to_owned()
    }

    /// The requests so far, in the order of their arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.cloud.record.requests()
    }

    /// The requests so far, which the record then forgets.
    #[must_use]
    pub fn take_requests(&self) -> Vec<Request> {
        self.cloud.record.take()
    }

    /// Requests from now on, each when it is over.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Request> {
        self.cloud.record.subscribe()
    }

    /// How many TCP connections were accepted so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.cloud.connections.load(Ordering::Relaxed)
    }

    /// Waits until none of the connections is open any more.
    pub async fn hung_up(&self) {
        // It cannot fail: the cloud has the sender.
        let _ = self
            .cloud
            .open
            .subscribe()
            .wait_for(|open| *open == 0)
            .await;
    }

    /// How many TLS handshakes were completed so far, by the client too.
    #[must_use]
    pub fn handshakes(&self) -> usize {
        self.cloud.handshakes.load(Ordering::Relaxed)
    }

    /// Sets or lifts a fault; `false` if there is no such device, or the fault is one of the whole cloud only.
    pub fn set_fault(&self, target: Target, fault: Option<Fault>) -> bool {
        match fault {
            Some(fault) => self.set_fault_when(target, fault, When::default()),
            None => self.cloud.set_fault(&target, None).is_ok(),
        }
    }

    /// Sets a fault that strikes some requests; `false` if there is no such device, or the fault cannot befall it so.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a target is written in place, as for `set_fault`"
    )]
    pub fn set_fault_when(&self, target: Target, fault: Fault, when: When) -> bool {
        let setting = Setting { fault, when };
        self.cloud.set_fault(&target, Some(setting)).is_ok()
    }

    /// How many requests the fault has struck that is set here; none, where none is.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a target is written in place, as for `set_fault`"
    )]
    pub fn struck(&self, target: Target) -> u64 {
        self.cloud.struck(&target)
    }

    /// Lifts the faults of the cloud and of every device.
    pub fn lift_faults(&self) {
        self.cloud.lift_faults();
    }

    /// Words failures in this way from now on.
    pub fn set_dialect(&self, dialect: Dialect) {
        self.cloud
            .tuning
            .send_modify(|tuning| tuning.dialect = dialect);
    }

    /// Shows this certificate on each new connection; `false` where it serves plain http, which has none.
    pub fn set_certificate(&self, certificate: Certificate) -> bool {
        let has_tls = self.cloud.certificate().is_some();
        if has_tls {
            let change = |tuning: &mut Tuning| tuning.certificate = Some(certificate);
            self.cloud.tuning.send_modify(change);
        }
        has_tls
    }

    /// Closes each connection on which nothing happens for this long; `None` closes none.
    pub fn set_keep_alive(&self, keep_alive: Option<Duration>) {
        let change = |tuning: &mut Tuning| tuning.keep_alive = keep_alive;
        self.cloud.tuning.send_modify(change);
    }

    /// The switches of OAuth.
    #[must_use]
    pub fn oauth(&self) -> OAuth {
        self.cloud.oauth()
    }

    /// Signs people and clients in like this from now on.
    pub fn set_oauth(&self, oauth: OAuth) {
        self.cloud.tuning.send_modify(|tuning| tuning.oauth = oauth);
    }

    /// Where a browser is sent to sign in: one URL for each redirect URI of the owner's OAuth clients.
    #[must_use]
    pub fn authorization_urls(&self) -> Vec<String> {
        let state = self.cloud.state();
        let clients = state.clients.own().iter();
        let uris =
            clients.flat_map(|client| client.redirect_uris.iter().map(move |uri| (client, uri)));
        let url = |(client, uri): (&Client, &String)| {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("response_type", "code")
                .append_pair("client_id", &client.id)
                .append_pair("redirect_uri", uri)
                .append_pair("state", "x")
                .finish();
            format!("{}{}?{query}", self.url(), http::AUTHORIZE)
        };
        uris.map(url).collect()
    }

    /// Lets time pass for tokens, codes and locks, and for nothing else.
    pub fn advance(&self, time: Duration) {
        let mut state = self.cloud.state();
        state.ahead = state.ahead.saturating_add(time);
    }

    /// Ends an access token's life; `false` if there is none such.
    pub fn expire_access_token(&self, token: &str) -> bool {
        let state = &mut *self.cloud.state();
        let now = state.now();
        state.tokens.expire(&Secret::new(token), now)
    }

    /// Ends the lives of all access tokens that an OAuth client has, and says how many there were.
    pub fn expire_access_tokens_of(&self, client: &str) -> usize {
        let state = &mut *self.cloud.state();
        let now = state.now();
        state.tokens.expire_those_of(client, now)
    }

    /// Forgets who asked for tokens in vain or too often.
    pub fn forget_failures(&self) {
        self.cloud.state().guard.forget();
    }

    /// Connects a device or takes it offline; `false` if there is no such device.
    pub fn set_online(&self, device: &str, online: bool) -> bool {
        self.change(device, |device| device.set_online(online))
            .is_some()
    }

    /// The value of a device's variable, whether the device can be reached or not.
    #[must_use]
    pub fn variable(&self, device: &str, name: &str) -> Option<serde_json::Value> {
        Some(self.cloud.state().device(device)?.variable(name)?.to_json())
    }

    /// Sets a variable as if the device had; `false` if there is none such or its type is another.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a value is written in place: `json!(40)`, `true.into()`"
    )]
    pub fn set_variable(&self, device: &str, name: &str, value: serde_json::Value) -> bool {
        self.change(device, |device| device.set_variable(name, &value))
            .unwrap_or(false)
    }

    /// A pin of a device that runs Tinker.
    #[must_use]
    pub fn pin(&self, device: &str, name: &str) -> Option<Pin> {
        self.change(device, |device| device.pin(name).copied())
            .flatten()
    }

    /// Applies a signal from 0 to 4095 to a pin from outside; `false` if there is no such pin.
    pub fn apply_signal(&self, device: &str, pin: &str, signal: u16) -> bool {
        let apply = |device: &mut Device| device.pin(pin).map(|pin| pin.signal = signal.min(4095));
        self.change(device, apply).flatten().is_some()
    }

    /// The devices in the order of the home file.
    #[must_use]
    pub fn devices(&self) -> Vec<DeviceSummary> {
        let state = self.cloud.state();
        let summary = |device: &Device| DeviceSummary {
            id: device.id.clone(),
            name: device.name.clone(),
            online: device.appears_online(state.condition(device)),
            firmware: device.sketch.label(),
        };
        state.devices.iter().map(summary).collect()
    }

    fn change<T>(&self, device: &str, change: impl FnOnce(&mut Device) -> T) -> Option<T> {
        self.cloud.state().device_mut(device).map(change)
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Simulator")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

async fn accept(server: Arc<Server>, mut stop: watch::Receiver<()>) {
    loop {
        let accepted = tokio::select! {
            accepted = server.cloud.door.accept() => accepted,
            _ = stop.changed() => return server.cloud.door.shut(),
        };
        match accepted {
            Ok(stream) => {
                let open = server.cloud.count_connection();
                // A refusal costs speed, nothing else.
                let _ = stream.set_nodelay(true);
                let serve = connection::serve(stream, Arc::clone(&server), stop.clone());
                tokio::spawn(async move {
                    serve.await;
                    drop(open);
                });
            }
            // Out of file descriptors, most likely: wait for some to be given back rather than ask in a circle.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}
