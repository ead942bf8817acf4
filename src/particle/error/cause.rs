//! Why a connection failed, in words of our own: those of the libraries quote what the other side sent, such as the token
//! that it was sent before.

use std::error::Error;
use std::io::{self, ErrorKind};

use rustls::CertificateError;

/// What the innermost error says that is known here. The outer ones only say that there was one.
pub(super) fn in_words(error: &(dyn Error + 'static)) -> &'static str {
    let mut words = "it failed";
    let mut next = Some(error);
    while let Some(error) = next {
        words = words_of(error).unwrap_or(words);
        next = match error.downcast_ref().and_then(io::Error::get_ref) {
            // `source` passes over what such an error holds.
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    words
}

fn words_of(error: &(dyn Error + 'static)) -> Option<&'static str> {
    if let Some(error) = error.downcast_ref() {
        Some(of_tls(error))
    } else if let Some(error) = error.downcast_ref::<h2::Error>() {
        match error.reason() {
            Some(reason) => Some(of_http2(reason)),
            None => of_io(error.get_io()?),
        }
    } else if let Some(error) = error.downcast_ref() {
        of_io(error)
    } else if let Some(error) = error.downcast_ref() {
        of_http(error)
    } else {
        // Its type is not public.
        (error.to_string() == "dns error").then_some("its name was not found")
    }
}

fn of_io(error: &io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        ErrorKind::ConnectionRefused => "connection refused",
        ErrorKind::ConnectionReset => "connection reset",
        ErrorKind::ConnectionAborted => "connection aborted",
        ErrorKind::BrokenPipe => "broken pipe",
        ErrorKind::UnexpectedEof => "it hung up too soon",
        ErrorKind::TimedOut => "none came about in time",
        ErrorKind::HostUnreachable => "host unreachable",
        ErrorKind::NetworkUnreachable => "network unreachable",
        ErrorKind::NetworkDown => "network down",
        // Ours: see `connections::wire`.
        ErrorKind::FileTooLarge => "too much came before its answer",
        _ => return None,
    })
}

fn of_http(error: &hyper::Error) -> Option<&'static str> {
    if error.is_parse() {
        Some("its answer is not readable as HTTP")
    } else if error.is_incomplete_message() {
        Some("it hung up before its answer")
    } else if error.is_canceled() || error.is_closed() {
        Some("it was closed")
    } else {
        None
    }
}

/// The names of RFC 9113, section 7.
fn of_http2(reason: h2::Reason) -> &'static str {
    match u32::from(reason) {
        0 => "HTTP/2 ended with NO_ERROR",
        1 => "HTTP/2 ended with PROTOCOL_ERROR",
        2 => "HTTP/2 ended with INTERNAL_ERROR",
        3 => "HTTP/2 ended with FLOW_CONTROL_ERROR",
        4 => "HTTP/2 ended with SETTINGS_TIMEOUT",
        5 => "HTTP/2 ended with STREAM_CLOSED",
        6 => "HTTP/2 ended with FRAME_SIZE_ERROR",
        7 => "HTTP/2 ended with REFUSED_STREAM",
        8 => "HTTP/2 ended with CANCEL",
        9 => "HTTP/2 ended with COMPRESSION_ERROR",
        10 => "HTTP/2 ended with CONNECT_ERROR",
        11 => "HTTP/2 ended with ENHANCE_YOUR_CALM",
        12 => "HTTP/2 ended with INADEQUATE_SECURITY",
        13 => "HTTP/2 ended with HTTP_1_1_REQUIRED",
        _ => "HTTP/2 ended with an unknown error",
    }
}

fn of_tls(error: &rustls::Error) -> &'static str {
    let rustls::Error::InvalidCertificate(error) = error else {
        return match error {
            rustls::Error::AlertReceived(_) => "it refused TLS",
            rustls::Error::PeerIncompatible(_) => "it speaks no TLS that is safe",
            rustls::Error::InvalidMessage(_) => "what it speaks is no TLS",
            _ => "TLS failed",
        };
    };
    match error {
        // The other is of an authority of the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is of an unknown issuer"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is not valid for the host"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet"
        }
        CertificateError::Revoked => "its certificate was revoked",
        _ => "its certificate is not valid",
    }
}
