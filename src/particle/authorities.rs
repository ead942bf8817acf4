//! Whose certificates are believed.

use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// The certificate authorities that the cloud's certificate may come from; by default those that browsers trust, as they
/// were when the program was built.
#[derive(Clone, Debug)]
pub struct Authorities(pub(super) RootCertStore);

/// A file that names no authorities.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAuthorities {
    /// It cannot be read at all.
    #[error("cannot read {}: {problem}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: std::io::Error,
    },
    /// It has no certificate, or something that is none.
    #[error(
        "{} must hold certificates as PEM, each between a line BEGIN CERTIFICATE and a line END CERTIFICATE: {problem}",
        path.display()
    )]
    NoCertificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Default for Authorities {
    fn default() -> Self {
        Self(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        })
    }
}

impl Authorities {
    /// Those of a file of PEM certificates, and no others.
    ///
    /// # Errors
    /// Where the file cannot be read, holds no certificate, or one that cannot be used.
    pub fn read(path: &Path) -> Result<Self, InvalidAuthorities> {
        let text = std::fs::read(path).map_err(|problem| InvalidAuthorities::Unreadable {
            path: path.to_owned(),
            problem,
        })?;
        Self::from_pem(&text).map_err(|problem| InvalidAuthorities::NoCertificates {
            path: path.to_owned(),
            problem,
        })
    }

    /// Those of the text of such a file.
    ///
    /// # Errors
    /// What is wrong with it: it holds no certificate, or one that cannot be used.
    pub fn from_pem(text: &[u8]) -> Result<Self, &'static str> {
        let mut authorities = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(text) {
            // What the libraries say of it is for programmers: `BadEncoding`, the bytes of the missing line.
            certificate
                .ok()
                .and_then(|certificate| authorities.add(certificate).ok())
                .ok_or("one of them is damaged")?;
        }
        if authorities.is_empty() {
            return Err("it has none");
        }
        Ok(Self(authorities))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_certificate_is_refused() {
        for (text, problem) in [
            ("", "it has none"),
            ("C = US, O = Nobody", "it has none"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "one of them is damaged",
            ),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n",
                "one of them is damaged",
            ),
        ] {
            let refused = Authorities::from_pem(text.as_bytes()).unwrap_err();
            assert_eq!(refused, problem, "{text:?}");
        }
    }
}
