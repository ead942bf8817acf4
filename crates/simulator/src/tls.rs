//! TLS with certificates that are made as the simulator starts, and that nothing but their authority vouches for.

use std::{net::Ipv4Addr, net::Ipv6Addr, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};
use tokio_rustls::TlsAcceptor;

/// Which certificate the simulator shows: one that clients must take, or one that they must refuse.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
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

/// What a server of TLS needs, and what its clients do.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The authority's certificate as PEM.
    pub(crate) authority: String,
}

impl Tls {
    pub(crate) fn with(certificate: Certificate, http2: bool) -> Result<Self, TlsError> {
        let (known, authority) = authority()?;
        let issuer = match certificate {
            Certificate::Untrusted => self::authority()?.0,
            Certificate::Trusted | Certificate::WrongName | Certificate::Expired => known,
        };
        let key = KeyPair::generate()?;
        let leaf = leaf(certificate)?.signed_by(&key, &issuer)?;
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
    let mut parameters = CertificateParams::new(names)?;
    parameters
        .distinguished_name
        .push(DnType::CommonName, "Particle simulator's cloud");
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.use_authority_key_identifier_extension = true;
    if certificate == Certificate::Expired {
        parameters.not_after = date_time_ymd(2020, 1, 1);
    }
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
pub(crate) enum TlsError {
    #[error(transparent)]
    Certificate(#[from] rcgen::Error),
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}
