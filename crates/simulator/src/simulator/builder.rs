//! How a simulator is to serve.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::sync::watch;

use super::{Simulator, accept};
use crate::{
    cloud::Cloud,
    connection::Server,
    door::Door,
    home::Home,
    http,
    tls::{Certificate, Certificates},
};

/// A simulator to be; see [`Simulator::builder`].
#[derive(Clone, Debug)]
#[must_use = "it serves once it is started"]
pub struct Builder {
    home: Home,
    address: SocketAddr,
    certificate: Option<Certificate>,
    http2: bool,
}

impl Builder {
    pub(super) fn new(home: Home) -> Self {
        Self {
            home,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            certificate: None,
            http2: false,
        }
    }

    /// Where to listen, on this machine's loopback interface; a free port of 127.0.0.1 otherwise.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Serves https with this certificate; plain http otherwise.
    pub fn tls(mut self, certificate: Certificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Offers HTTP/2 beside HTTP/1.1; HTTP/1.1 alone otherwise.
    pub fn http2(mut self) -> Self {
        self.http2 = true;
        self
    }

    /// Serves.
    ///
    /// # Errors
    ///
    /// Fails where the address cannot be bound, and refuses one that others can reach.
    pub async fn start(self) -> io::Result<Simulator> {
        let Self {
            home,
            address,
            certificate,
            http2,
        } = self;
        if !address.ip().is_loopback() {
            let refusal = format!(
                "the simulator listens on loopback addresses only, and {} is none",
                address.ip()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, refusal));
        }
        let tls = certificate
            .map(|_| Certificates::new(http2))
            .transpose()
            .map_err(io::Error::other)?;
        let door = Door::bind(address)?;
        let cloud = Arc::new(Cloud::new(home, door));
        cloud
            .tuning
            .send_modify(|tuning| tuning.certificate = certificate);
        let authority = tls.as_ref().map(|tls| Arc::from(tls.authority.as_str()));
        let server = Server {
            cloud: Arc::clone(&cloud),
            router: http::router(Arc::clone(&cloud)),
            tls,
            http2,
        };
        let (stop, stopped) = watch::channel(());
        tokio::spawn(accept(Arc::new(server), stopped));
        Ok(Simulator {
            cloud,
            authority,
            stop: Arc::new(stop),
        })
    }
}
