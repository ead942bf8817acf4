//! A function that runs on this machine, under `cargo lambda watch` or `sam local start-lambda`: it is invoked as
//! [Lambda's own address](https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html) is, in plain HTTP.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Request, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value as Json;

use crate::answer::Answer;

/// Where functions are.
#[derive(Clone, Debug)]
pub(crate) struct Address(Uri);

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mend = "write it like http://localhost:9000; functions that run locally speak no https";
        let uri: Uri = text.parse().map_err(|_| mend)?;
        if uri.scheme_str() == Some("http") && uri.host().is_some() {
            Ok(Self(uri))
        } else {
            Err(mend)
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.to_string().trim_end_matches('/'))
    }
}

impl Address {
    /// Hands a function an event; an address with a path is taken as it is.
    pub(super) async fn invoke(&self, function: &str, event: String) -> anyhow::Result<Answer> {
        let address = match self.0.path() {
            "" | "/" => format!("{self}/2015-03-31/functions/{function}/invocations"),
            _ => self.0.to_string(),
        };
        let request = Request::post(&address)
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(event)))
            .with_context(|| format!("{address} cannot be called"))?;
        let response = Client::builder(TokioExecutor::new())
            .build_http()
            .request(request)
            .await
            .with_context(|| {
                format!("nothing answers at {self}; start `cargo lambda watch` or `sam local start-lambda`")
            })?;
        let status = response.status();
        let body = response
            .into_body()
            .collect()
            .await
            .with_context(|| format!("the answer of {address} broke off"))?
            .to_bytes();
        let json: Json = match serde_json::from_slice(&body) {
            Ok(json) => json,
            Err(_) => bail!(
                "{address} answered with status {status} and no JSON; is the function called {function:?}?"
            ),
        };
        if json.get("event").is_none() {
            let message = json.get("errorMessage").and_then(Json::as_str);
            bail!(
                "the function failed with status {status}: {}",
                message.unwrap_or("it gave no answer of Alexa's")
            );
        }
        Ok(Answer { json })
    }
}
