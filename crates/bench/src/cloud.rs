//! The Particle cloud of the benchmarks: the simulator on a thread of its own, as if on another machine.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use particle_simulator::{Builder, Certificate, Fault, Home, Request, Simulator, Target};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// The file with its authority's certificate.
const AUTHORITY: &str = "authority.pem";

/// How much a list of devices tells of each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum List {
    Full,
    /// Nothing of functions and variables, as that of an old account.
    Brief,
}

/// One simulated cloud; it ends with this.
#[derive(Debug)]
pub(crate) struct Cloud {
    simulator: Simulator,
    /// Where its authority's certificate is, for clients that read it from a file.
    folder: TempDir,
    /// Dropping it ends the thread.
    _running: oneshot::Sender<()>,
}

/// How many connections a cloud has accepted, and how many of them went as far as to agree on keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connections {
    pub(crate) accepted: usize,
    pub(crate) handshakes: usize,
}

impl Cloud {
    /// The id of the first device, a lamp.
    pub(crate) const DEVICE: &str = "cafe00000000000000000001";

    /// The cloud of this home file. It offers HTTP/2 beside HTTP/1.1 only where asked to.
    pub(crate) async fn start(home: &str, http2: bool) -> anyhow::Result<Self> {
        let builder = Simulator::builder(Home::parse(home)?).tls(Certificate::Trusted);
        let builder = if http2 { builder.http2() } else { builder };
        let (started, simulator) = oneshot::channel();
        let (running, stopped) = oneshot::channel::<()>();
        thread::Builder::new()
            .name("cloud".to_owned())
            .spawn(move || serve(builder, started, stopped))?;
        let simulator = simulator.await.context("the simulator has gone")??;
        let folder = tempfile::tempdir()?;
        fs::write(
            folder.path().join(AUTHORITY),
            simulator.certificate_authority(),
        )?;
        Ok(Self {
            simulator,
            folder,
            _running: running,
        })
    }

    pub(crate) fn url(&self) -> String {
        self.simulator.url()
    }

    pub(crate) fn token(&self) -> String {
        self.simulator.token()
    }

    /// What a function has to be told of it, in the words of each.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let authority = self.authority().display().to_string();
        vec![
            ("PARTICLE_API_URL", self.url()),
            ("PARTICLE_CA_FILE", authority.clone()),
            ("NODE_EXTRA_CA_CERTS", authority),
            // As `template.yaml` has it.
            ("MALLOC_MMAP_THRESHOLD_", "131072".to_owned()),
        ]
    }

    /// A client of this process, on the same stack as the skill.
    pub(crate) fn client(&self) -> anyhow::Result<reqwest::Client> {
        let mut authorities = rustls::RootCertStore::empty();
        authorities.add(CertificateDer::from_pem_file(self.authority())?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(authorities)
            .with_no_client_auth();
        Ok(reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .build()?)
    }

    fn authority(&self) -> PathBuf {
        self.folder.path().join(AUTHORITY)
    }

    /// Every answer takes this much longer from now on.
    pub(crate) fn set_latency(&self, latency: Duration) {
        let fault = (latency > Duration::ZERO).then(|| Fault::Slow(latency.into()));
        self.simulator.set_fault(Target::Cloud, fault);
    }

    pub(crate) fn set_fault(&self, target: Target, fault: Option<Fault>) -> bool {
        self.simulator.set_fault(target, fault)
    }

    /// The requests since it was asked last.
    pub(crate) fn take_requests(&self) -> Vec<Request> {
        self.simulator.take_requests()
    }

    pub(crate) fn connections(&self) -> Connections {
        Connections {
            accepted: self.simulator.connections(),
            handshakes: self.simulator.handshakes(),
        }
    }
}

fn serve(
    builder: Builder,
    started: oneshot::Sender<anyhow::Result<Simulator>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            // Whoever waits for it has gone, or hears of it.
            let _ = started.send(Err(error.into()));
            return;
        }
    };
    runtime.block_on(async {
        let simulator = builder.start().await.map_err(Into::into);
        if started.send(simulator).is_ok() {
            // There is never a message: the sender is dropped.
            let _ = stopped.await;
        }
    });
}

/// A home of lamps, LEDs and thermometers in turn, all of which follow the naming convention.
pub(crate) fn home(devices: usize, list: List) -> String {
    let mut home = match list {
        List::Full => String::new(),
        List::Brief => "list = \"brief\"\n".to_owned(),
    };
    let kinds = [
        ("lamp", "dimmer", "photon2"),
        ("led", "led", "photon2"),
        ("thermometer", "thermometer", "argon"),
    ];
    for (number, (name, firmware, platform)) in (1..=devices).zip(kinds.iter().cycle()) {
        // Writing to a string cannot fail.
        let _ = write!(
            home,
            "[[device]]\nid = \"cafe{number:020x}\"\nname = \"{name}_{number}\"\n\
             platform = \"{platform}\"\nfirmware = \"{firmware}\"\n"
        );
    }
    home
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_has_as_many_devices_as_asked_for_and_begins_with_the_lamp() {
        for devices in [1, 20, 300] {
            let home = home(devices, List::Full);
            assert!(Home::parse(&home).is_ok());
            assert_eq!(home.matches("[[device]]").count(), devices);
            let first = home.split("[[device]]").nth(1).unwrap();
            assert!(first.contains(Cloud::DEVICE) && first.contains("dimmer"));
        }
    }
}
