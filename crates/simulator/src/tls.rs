//! TLS with certificates that are made as the simulator starts, and that nothing but their authority vouches for.

use std::{
    fmt, io,
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{ServerConfig, pki_types::PrivatePkcs8KeyDer, server::Acceptor};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantNames};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{LazyConfigAcceptor, TlsAcceptor, server::TlsStream};

/// The name of this machine by which the simulator takes orders: whatever certificate it shows all others, who asks for
/// this name is shown one to trust.
pub const CONTROL_HOST: &str = "control.localhost";

/// Which certificate the simulator shows: one that clients must take, or one that they must refuse.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Display,
    EnumString,
    Eq,
    PartialEq,
    Serialize,
    VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Certificate {
    /// For this machine, by the names that containers have for it too, and signed by
    /// [the authority](crate::Simulator::certificate_authority).
    #[default]
    Trusted,
    /// Signed by an authority of the same name, which is another.
    Untrusted,
    /// Signed by the authority, for another host.
    WrongName,
    /// Signed by the authority, and out of date since 2020.
    Expired,
}

/// What a server of TLS on loopback needs, and what its clients do.
pub struct Tls {
    /// Shakes hands with clients.
    pub acceptor: TlsAcceptor,
    /// The certificate of the authority that clients have to trust, as PEM.
    pub authority: String,
}

impl Tls {
    /// What a server of HTTP/1.1 shows that is taken for these hosts, by whoever looks for them on this machine.
    ///
    /// # Errors
    ///
    /// Fails where a name is none that a certificate can carry.
    pub fn for_hosts(hosts: &[&str]) -> Result<Self, TlsError> {
        let (issuer, authority) = authority()?;
        let hosts = hosts.iter().map(|&host| host.to_owned()).collect();
        let config = server(&named(hosts)?, &issuer, false)?;
        Ok(Self {
            acceptor: TlsAcceptor::from(config),
            authority,
        })
    }
}

/// The certificates of one simulator, of which it shows one at a time.
pub(crate) struct Certificates {
    configs: Vec<(Certificate, Arc<ServerConfig>)>,
    /// The certificate of the authority that clients have to trust, as PEM.
    pub(crate) authority: String,
}

impl Certificates {
    pub(crate) fn new(http2: bool) -> Result<Self, TlsError> {
        let (known, authority) = authority()?;
        let (unknown, _) = self::authority()?;
        let configs = [
            (Certificate::Trusted, &known),
            (Certificate::Untrusted, &unknown),
            (Certificate::WrongName, &known),
            (Certificate::Expired, &known),
        ];
        let configs = configs.map(|(certificate, issuer)| {
            Ok((certificate, server(&leaf(certificate)?, issuer, http2)?))
        });
        Ok(Self {
            configs: configs.into_iter().collect::<Result<_, TlsError>>()?,
            authority,
        })
    }

    /// Shakes hands with a client, and shows it this certificate.
    pub(crate) async fn accept<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        shown: Certificate,
    ) -> io::Result<TlsStream<S>> {
        let start = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        let shown = match start.client_hello().server_name() {
            Some(CONTROL_HOST) => Certificate::Trusted,
            _ => shown,
        };
        let mut configs = self.configs.iter();
        let config = configs.find(|(certificate, _)| *certificate == shown);
        let (_, config) = config.ok_or(io::ErrorKind::NotFound)?;
        start.into_stream(Arc::clone(config)).await
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Certificates")
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tls").finish_non_exhaustive()
    }
}

/// An authority, and its certificate as PEM.
fn authority() -> Result<(Issuer<'static, KeyPair>, String), TlsError> {
    let key = KeyPair::generate()?;
    let mut parameters = CertificateParams::default();
    parameters
        .distinguished_name
        .push(DnType::CommonName, "Particle simulator");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let pem = parameters.self_signed(&key)?.pem();
    Ok((Issuer::new(parameters, key), pem))
}

fn leaf(certificate: Certificate) -> Result<CertificateParams, TlsError> {
    let names = match certificate {
        Certificate::WrongName => vec!["elsewhere.example".to_owned()],
        Certificate::Trusted | Certificate::Untrusted | Certificate::Expired => vec![
            "localhost".to_owned(),
            CONTROL_HOST.to_owned(),
            Ipv4Addr::LOCALHOST.to_string(),
            Ipv6Addr::LOCALHOST.to_string(),
            // What Docker and Podman call this machine in a container, where localhost is the container itself.
            "host.docker.internal".to_owned(),
            "host.containers.internal".to_owned(),
        ],
    };
    let mut parameters = named(names)?;
    if certificate == Certificate::Expired {
        parameters.not_after = date_time_ymd(2020, 1, 1);
    }
    Ok(parameters)
}

fn named(hosts: Vec<String>) -> Result<CertificateParams, TlsError> {
    let mut parameters = CertificateParams::new(hosts)?;
    parameters
        .distinguished_name
        .push(DnType::CommonName, "Particle simulator's cloud");
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.use_authority_key_identifier_extension = true;
    Ok(parameters)
}

/// A server with one certificate, signed by this authority.
fn server(
    leaf: &CertificateParams,
    issuer: &Issuer<'_, KeyPair>,
    http2: bool,
) -> Result<Arc<ServerConfig>, TlsError> {
    let key = KeyPair::generate()?;
    let leaf = leaf.signed_by(&key, issuer)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let mut config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key.into())?;
    config.alpn_protocols = if http2 {
        vec![b"h2".to_vec(), b"http/1.1".to_vec()]
    } else {
        vec![b"http/1.1".to_vec()]
    };
    Ok(Arc::new(config))
}

/// Why there are no certificates.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One cannot be made.
    #[error(transparent)]
    Certificate(#[from] rcgen::Error),
    /// It cannot be served with.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}
