//! A simulator that runs, as its control API shows it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use particle_simulator::{CONTROL_HOST, Certificate, Dialect, Fault, When};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Url};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Where the simulator is.
#[derive(Args, Debug)]
pub(super) struct Place {
    /// The simulator, on this machine
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "PARTICLE_API_URL",
        hide_env_values = true,
        default_value = "http://127.0.0.1:9123"
    )]
    url: Address,
    /// The certificate of the authority to trust, where it serves https
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "PARTICLE_CA_FILE",
        hide_env_values = true
    )]
    ca_file: Option<PathBuf>,
}

/// An address of this machine.
#[derive(Clone, Debug)]
struct Address(Url);

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url: Url = text
            .trim()
            .parse()
            .map_err(|_| "write it like http://127.0.0.1:9123".to_owned())?;
        let host = url.host_str().unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        if host != LOCALHOST && !address.is_ok_and(|address| address.is_loopback()) {
            return Err(format!(
                "faults are for a simulator on this machine, and {host} is not; \
                 write it like http://127.0.0.1:9123"
            ));
        }
        if !matches!(url.scheme(), "http" | "https") || url.path() != "/" || url.query().is_some() {
            return Err("write no more than http://host:port or https://host:port".to_owned());
        }
        Ok(Self(url))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

const LOCALHOST: &str = "localhost";

/// More than any order takes.
const PATIENCE: Duration = Duration::from_secs(5);

/// The control API of one simulator.
#[derive(Debug)]
pub(super) struct Control {
    http: Client,
    address: Address,
}

/// What goes wrong, as the simulator tells it.
#[derive(Debug, Deserialize)]
pub(super) struct State {
    pub(super) fault: Option<Setting>,
    pub(super) settings: Settings,
    pub(super) devices: Vec<Device>,
}

/// Those of the simulator's settings that can be changed here.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Settings {
    /// What is shown where https is served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) certificate: Option<Certificate>,
    pub(super) dialect: Dialect,
}

#[derive(Debug, Deserialize)]
pub(super) struct Device {
    id: String,
    name: Option<String>,
    fault: Option<Setting>,
}

/// A fault and when it strikes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Setting {
    pub(super) fault: Fault,
    #[serde(default)]
    pub(super) when: When,
}

/// The faults that are set.
#[derive(Debug, Serialize)]
pub(super) struct Faults<'a> {
    cloud: Option<&'a Setting>,
    devices: Vec<Faulty<'a>>,
}

#[derive(Debug, Serialize)]
struct Faulty<'a> {
    id: &'a str,
    name: Option<&'a str>,
    #[serde(flatten)]
    setting: &'a Setting,
}

impl Control {
    pub(super) fn of(place: &Place) -> anyhow::Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(authorities(place.ca_file.as_deref())?)
            .with_no_client_auth();
        // Whatever a name service says: orders are for this machine, and go nowhere from there.
        let here = [
            SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
        ];
        let host = place.url.0.host_str().unwrap_or_default();
        let named = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::from((address, 0))],
            Err(_) => here.to_vec(),
        };
        let http = Client::builder()
            .tls_backend_preconfigured(tls)
            .resolve_to_addrs(LOCALHOST, &here)
            .resolve_to_addrs(CONTROL_HOST, &named)
            .redirect(Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .build()?;
        Ok(Self {
            http,
            address: place.url.clone(),
        })
    }

    /// What goes wrong now; fails where there is no simulator.
    pub(super) async fn state(&self) -> anyhow::Result<State> {
        let json = self.order(Method::GET, &["state"], None).await?;
        if json.get("simulator").is_none() {
            return Err(self.no_simulator());
        }
        let state = serde_json::from_value(json);
        state.with_context(|| {
            format!(
                "the simulator at {} is of another version than this program",
                self.address
            )
        })
    }

    pub(super) async fn put(&self, path: &[&str], setting: &impl Serialize) -> anyhow::Result<()> {
        let body = serde_json::to_string(setting)?;
        self.order(Method::PUT, path, Some(body)).await.map(drop)
    }

    pub(super) async fn delete(&self, path: &[&str]) -> anyhow::Result<()> {
        self.order(Method::DELETE, path, None).await.map(drop)
    }

    async fn order(
        &self,
        method: Method,
        path: &[&str],
        body: Option<String>,
    ) -> anyhow::Result<Json> {
        let mut url = self.address.0.clone();
        if url.scheme() == "https" {
            // Whoever asks for another name may be shown a certificate to refuse.
            url.set_host(Some(CONTROL_HOST))?;
        }
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(["simulator", "v1"]).extend(path);
        }
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(self.unreachable(&error)),
        };
        let status = response.status();
        let body = response
            .bytes()
            .await
            .with_context(|| format!("the answer of {} broke off", self.address))?;
        if status.is_success() && body.is_empty() {
            return Ok(Json::Null);
        }
        let json: Json = serde_json::from_slice(&body).map_err(|_| self.no_simulator())?;
        if status.is_success() {
            return Ok(json);
        }
        match json.get("error").and_then(Json::as_str) {
            // Particle's own errors have `error`, too, but this path is none of theirs.
            Some(error) if json.get("ok").is_none() => bail!("{error}"),
            Some(_) | None => Err(self.no_simulator()),
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> anyhow::Error {
        let address = &self.address;
        if format!("{error:?}").contains("InvalidCertificate") {
            return anyhow!(
                "{address} shows a certificate that nothing vouches for; \
                 --ca-file names the file that `simulate --tls` wrote"
            );
        }
        anyhow!(
            "no simulator answers at {address}; start one with `particle-alexa simulate`, \
             or say with --url where it is"
        )
    }

    fn no_simulator(&self) -> anyhow::Error {
        anyhow!(
            "something answers at {}, but it is no simulator; say with --url where it is",
            self.address
        )
    }
}

fn authorities(file: Option<&Path>) -> anyhow::Result<RootCertStore> {
    let mut authorities = RootCertStore::empty();
    let Some(file) = file else {
        return Ok(authorities);
    };
    let unusable = || format!("{} holds no certificate that can be used", file.display());
    for certificate in CertificateDer::pem_file_iter(file).with_context(unusable)? {
        authorities
            .add(certificate.with_context(unusable)?)
            .with_context(unusable)?;
    }
    Ok(authorities)
}

impl State {
    pub(super) fn faults(&self) -> Faults<'_> {
        Faults {
            cloud: self.fault.as_ref(),
            devices: self.devices.iter().filter_map(Faulty::of).collect(),
        }
    }
}

impl<'a> Faulty<'a> {
    fn of(device: &'a Device) -> Option<Self> {
        Some(Self {
            id: &device.id,
            name: device.name.as_deref(),
            setting: device.fault.as_ref()?,
        })
    }
}

impl Faults<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.cloud.is_none() && self.devices.is_empty()
    }

    /// Where something is wrong, and what.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&str, &Setting)> {
        let cloud = self.cloud.map(|setting| ("the cloud", setting));
        let devices = self.devices.iter();
        let devices = devices.map(|device| (device.name.unwrap_or(device.id), device.setting));
        cloud.into_iter().chain(devices)
    }
}
