//! TLS with certificates that are made as the simulator starts, and that nothing but their authority vouches for.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
    sync::Arc,
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};
use serde::{
    Deserialize, Serialize,
    de::{IntoDeserializer as _, value},
};
use tokio_rustls::TlsAcceptor;

/// Which certificate the simulator shows: one that clients must take, or one that they must refuse.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
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

/// The name on the command line.
impl fmt::Display for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

impl FromStr for Certificate {
    type Err = value::Error;

    fn from_str(text: &str) -> Result<Self, value::Error> {
        Self::deserialize(text.into_deserializer())
    }
}

/// What a server of TLS on loopback needs, and what its clients do.
pub struct Tls {
    /// Shakes hands with clients.
    pub acceptor: TlsAcceptor,
    /// The certificate of the authority that clients have to trust, as PEM.
    pub authority: String,
}

impl Tls {
    pub(crate) fn with(certificate: Certificate, http2: bool) -> Result<Self, TlsError> {
        let (known, authority) = authority()?;
        let issuer = match certificate {
            Certificate::Untrusted => self::authority()?.0,
            Certificate::Trusted | Certificate::WrongName | Certificate::Expired => known,
        };
        Self::of(&leaf(certificate)?, &issuer, authority, http2)
    }

    /// What a server of HTTP/1.1 shows that is taken for these hosts, by whoever looks for them on this machine.
    ///
    /// # Errors
    ///
    /// Fails where a name is none that a certificate can carry.
    pub fn for_hosts(hosts: &[&str]) -> Result<Self, TlsError> {
        let (issuer, authority) = authority()?;
        let hosts = hosts.iter().map(|&host| host.to_owned()).collect();
        Self::of(&named(hosts)?, &issuer, authority, false)
    }

    fn of(
        leaf: &CertificateParams,
        issuer: &Issuer<'_, KeyPair>,
        authority: String,
        http2: bool,
    ) -> Result<Self, TlsError> {
        let key = KeyPair::generate()?;
        let leaf = leaf.signed_by(&key, issuer)?;
        let mut config = server(leaf.der().clone(), &key)?;
        config.alpn_protocols = if http2 {
            vec![b"h2".to_vec(), b"http/1.1".to_vec()]
        } else {
            vec![b"http/1.1".to_vec()]
        };
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            authority,
        })
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

fn server(leaf: CertificateDer<'static>, key: &KeyPair) -> Result<ServerConfig, TlsError> {
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok(
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf], key.into())?,
    )
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
