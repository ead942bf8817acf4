//! The client: one per process, with the caller's token and deadline per directive.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use http_body_util::Full;
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::connections::{Answer, Connections};
use super::{ApiUrl, Authorities, Device, DeviceId, Error};
use crate::deadline::Deadline;
use crate::secret::AccessToken;

/// A list of a thousand devices with long notes stays below this.
const MAXIMUM_LIST_BYTES: usize = 8 << 20;

/// Everything else: a variable holds at most 1024 bytes, a device's notes some kilobytes.
const MAXIMUM_BODY_BYTES: usize = 256 << 10;

/// The way to one Particle cloud.
#[derive(Debug)]
pub struct Client {
    connections: Connections,
}

/// The calls of one directive: whose they are, until when, and what came of each.
#[derive(Debug)]
pub struct Session<'a> {
    client: &'a Client,
    token: &'a AccessToken,
    deadline: Deadline,
    calls: Mutex<Vec<Call>>,
    called: Mutex<Vec<Called>>,
}

/// A function that was called, and what came of it.
#[derive(Debug)]
struct Called {
    path: String,
    /// It may hold a PIN.
    argument: SecretString,
    outcome: Result<Sampled<i64>, Error>,
}

/// One call that was begun, as far as a log may tell: arguments and values stay out.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Call {
    /// The method and path.
    pub request: String,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// Whether there was, and not the whole answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
    /// How long it took.
    #[serde(rename = "ms", serialize_with = "crate::time::milliseconds")]
    pub duration: Duration,
}

/// Something that was true at a time.
#[derive(Clone, Debug)]
pub struct Sampled<T> {
    /// What was true.
    pub value: T,
    /// When the answer came.
    pub at: SystemTime,
    /// How long the answer took: the value may be that much older.
    pub uncertainty: Duration,
}

impl Client {
    /// A client for the cloud at this address, whose certificate must come from one of these authorities. It opens no
    /// connection yet.
    ///
    /// # Errors
    /// Where the cryptography lacks what TLS needs: a defect of the build.
    pub fn new(api_url: ApiUrl, authorities: Authorities) -> Result<Self, rustls::Error> {
        let connections = Connections::new(api_url, authorities)?;
        Ok(Self { connections })
    }

    /// Starts the calls of one directive.
    #[must_use]
    pub fn session<'a>(&'a self, token: &'a AccessToken, deadline: Deadline) -> Session<'a> {
        Session {
            client: self,
            token,
            deadline,
            calls: Mutex::default(),
            called: Mutex::default(),
        }
    }
}

impl Session<'_> {
    /// All devices of the caller. A device that cannot be read is left out, and counted in the second place.
    ///
    /// # Errors
    /// Whatever [`Error`] says.
    pub async fn devices(&self) -> Result<(Vec<Device>, usize), Error> {
        let list: Sampled<Vec<Box<RawValue>>> = self
            .request(Method::GET, ["v1", "devices"], None, MAXIMUM_LIST_BYTES)
            .await?;
        let devices: Vec<Device> = list
            .value
            .iter()
            .filter_map(|device| serde_json::from_str(device.get()).ok())
            .collect();
        let unreadable = list.value.len() - devices.len();
        Ok((devices, unreadable))
    }

    /// One device.
    ///
    /// # Errors
    /// Whatever [`Error`] says.
    pub async fn device(&self, id: &DeviceId) -> Result<Sampled<Device>, Error> {
        self.request(
            Method::GET,
            ["v1", "devices", id.as_str()],
            None,
            MAXIMUM_BODY_BYTES,
        )
        .await
    }

    /// The value of a variable.
    ///
    /// # Errors
    /// Whatever [`Error`] says.
    pub async fn variable(&self, id: &DeviceId, name: &str) -> Result<Sampled<Json>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            result: Json,
        }
        let answer: Sampled<Answer> = self
            .request(
                Method::GET,
                ["v1", "devices", id.as_str(), name],
                None,
                MAXIMUM_BODY_BYTES,
            )
            .await?;
        Ok(Sampled {
            value: answer.value.result,
            at: answer.at,
            uncertainty: answer.uncertainty,
        })
    }

    /// Asks the device itself whether it is there.
    ///
    /// # Errors
    /// Whatever [`Error`] says; a device that is known to be offline is none.
    pub async fn ping(&self, id: &DeviceId) -> Result<Sampled<bool>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            online: bool,
        }
        let answer: Sampled<Answer> = self
            .request(
                Method::PUT,
                ["v1", "devices", id.as_str(), "ping"],
                Some("{}".to_owned()),
                MAXIMUM_BODY_BYTES,
            )
            .await?;
        Ok(Sampled {
            value: answer.value.online,
            at: answer.at,
            uncertainty: answer.uncertainty,
        })
    }

    /// Calls a function once, and gives what it returned. Of the same call with the same argument later in the directive it
    /// gives that again, good or bad, and sends nothing.
    ///
    /// # Errors
    /// Whatever [`Error`] says. After [`Error::Deadline`] and [`Error::Transport`] the function may have run or run yet.
    pub async fn call(
        &self,
        id: &DeviceId,
        function: &str,
        argument: &str,
    ) -> Result<Sampled<i64>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            return_value: i64,
        }
        let path = ["v1", "devices", id.as_str(), function];
        let named = path.join("/");
        let is_same =
            |called: &&Called| called.path == named && called.argument.expose_secret() == argument;
        if let Some(same) = self.called().iter().find(is_same) {
            return same.outcome.clone();
        }
        let body = serde_json::json!({ "arg": argument }).to_string();
        let outcome = self
            .request(Method::POST, path, Some(body), MAXIMUM_BODY_BYTES)
            .await
            .map(|answer: Sampled<Answer>| Sampled {
                value: answer.value.return_value,
                at: answer.at,
                uncertainty: answer.uncertainty,
            });
        self.called().push(Called {
            path: named,
            argument: argument.into(),
            outcome: outcome.clone(),
        });
        outcome
    }

    /// Whether a function may have run: one was called, and not refused for not being there.
    pub fn has_called(&self) -> bool {
        let may_have_run = |called: &Called| !matches!(called.outcome, Err(Error::NotExposed));
        self.called().iter().any(may_have_run)
    }

    fn called(&self) -> MutexGuard<'_, Vec<Called>> {
        self.called.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The calls made so far.
    pub fn into_calls(self) -> Vec<Call> {
        self.calls
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// One request, and its answer read as `T`. What only reads is tried a second time where the cloud failed it.
    async fn request<T, const N: usize>(
        &self,
        method: Method,
        path: [&str; N],
        body: Option<String>,
        maximum_bytes: usize,
    ) -> Result<Sampled<T>, Error>
    where
        T: for<'de> Deserialize<'de>,
    {
        let call = Request {
            is_function: method == Method::POST,
            method,
            named: format!("/{}", path.join("/")),
            path: ApiUrl::path(path),
            body: body.map(Bytes::from).unwrap_or_default(),
            maximum_bytes,
        };
        let mut outcome = self.attempt(&call).await.and_then(read);
        if let Err(error) = &outcome
            && !call.is_function
            && error.may_pass()
            && self
                .deadline
                .limit(tokio::time::sleep(jitter()))
                .await
                .is_some()
        {
            outcome = self.attempt(&call).await.and_then(read);
        }
        outcome
    }

    /// One try, and the body of a good answer.
    async fn attempt(&self, call: &Request) -> Result<Sampled<Vec<u8>>, Error> {
        let mut begun = None;
        let send = async {
            begun = Some(Instant::now());
            self.send(call).await
        };
        let answer = self.deadline.limit(send).await;
        let Some(begun) = begun else {
            return Err(Error::Deadline);
        };
        let (status, body) = match answer.unwrap_or(Err(Error::Deadline)) {
            Ok(answer) => {
                let status = answer.status();
                let body = self.deadline.limit(answer.read(call.maximum_bytes)).await;
                (Some(status), body.unwrap_or(Err(Error::Deadline)))
            }
            Err(error) => (None, Err(error)),
        };
        let uncertainty = begun.elapsed();
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Call {
                request: format!("{} {}", call.method, call.named),
                status: status.map(|status| status.as_u16()),
                incomplete: status.is_some() && body.is_err(),
                duration: uncertainty,
            });
        if let Some(status) = status.filter(|status| !status.is_success()) {
            // It decides, with whatever came of the body.
            let body = body.unwrap_or_default();
            return Err(Error::from_answer(status.as_u16(), &body));
        }
        Ok(Sampled {
            value: body?,
            at: SystemTime::now(),
            uncertainty,
        })
    }

    async fn send(&self, call: &Request) -> Result<Answer<'_>, Error> {
        let mut request = hyper::Request::builder()
            .method(&call.method)
            .uri(&call.path)
            .header(AUTHORIZATION, self.token.bearer())
            .header(
                USER_AGENT,
                concat!("alexa-for-particle/", env!("CARGO_PKG_VERSION")),
            );
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request
            .body(Full::new(call.body.clone()))
            .map_err(|error| Error::transport(&error))?;
        self.client.connections.send(request).await
    }
}

/// What is asked of the cloud.
struct Request {
    method: Method,
    /// The path as a log shows it.
    named: String,
    path: String,
    body: Bytes,
    maximum_bytes: usize,
    is_function: bool,
}

fn read<T: for<'de> Deserialize<'de>>(body: Sampled<Vec<u8>>) -> Result<Sampled<T>, Error> {
    let Sampled {
        value: body,
        at,
        uncertainty,
    } = body;
    let value = serde_json::from_slice(&body)
        .map_err(|_| Error::Unreadable("it is not the JSON that was to be expected"))?;
    Ok(Sampled {
        value,
        at,
        uncertainty,
    })
}

/// The pause before a second try, another each time, so that many instances do not come back at once.
fn jitter() -> Duration {
    let bits = uuid::Uuid::new_v4().as_u128() % 100;
    Duration::from_millis(50 + u64::try_from(bits).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_try_comes_soon_and_at_no_fixed_time() {
        let pauses: Vec<_> = (0..100).map(|_| jitter().as_millis()).collect();
        assert!(
            pauses.iter().all(|pause| (50..150).contains(pause)),
            "{pauses:?}"
        );
        assert!(
            pauses.iter().any(|pause| Some(pause) != pauses.first()),
            "{pauses:?}"
        );
    }
}
