//! What the tests say to the simulator, and what they see of its answers.

use particle_simulator::{Fault, Home, Simulator, Target};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// A running simulator and a client that signs its requests.
pub(crate) struct Cloud {
    pub(crate) simulator: Simulator,
    http: reqwest::Client,
}

/// A client of HTTP. Other crates of the workspace ask for TLS, which then wants a provider of cryptography.
pub(crate) fn http() -> reqwest::Client {
    // An error says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// An answer as text, for bodies that are compared to the letter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
}

impl Cloud {
    pub(crate) async fn sample() -> Self {
        Self::with(Home::sample()).await
    }

    /// A cloud whose home is this text.
    pub(crate) async fn home(text: &str) -> Self {
        Self::with(Home::parse(text).unwrap()).await
    }

    /// A cloud with one online lamp, `dimmer` at 40, and more settings at the top and in the device.
    pub(crate) async fn lamp(top: &str, device: &str) -> Self {
        Self::home(&format!(
            "{top}\n[[device]]\nid = \"{LAMP}\"\nname = \"lamp\"\nfirmware = \"dimmer\"\n{device}\n"
        ))
        .await
    }

    /// A lamp that is off, with this fault, in a cloud of little patience.
    pub(crate) async fn faulty_lamp(fault: Fault) -> Self {
        let cloud = Self::lamp("timeout = \"10ms\"", "").await;
        let lamp = Target::Device("lamp".to_owned());
        assert!(cloud.simulator.set_fault(lamp, Some(fault)));
        cloud
    }

    pub(crate) fn lamp_is_on(&self) -> bool {
        self.simulator.variable("lamp", "power") == Some(true.into())
    }

    async fn with(home: Home) -> Self {
        Self {
            simulator: Simulator::start(home).await.unwrap(),
            http: http(),
        }
    }

    pub(crate) fn unsigned(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.simulator.url()))
    }

    pub(crate) fn signed(&self, method: Method, path: &str) -> RequestBuilder {
        self.unsigned(method, path)
            .bearer_auth(self.simulator.token())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.signed(Method::GET, path)).await
    }

    pub(crate) async fn get_json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Calls a function as the documentation shows it.
    pub(crate) async fn call(&self, device: &str, function: &str, argument: &str) -> Answer {
        answer(
            self.signed(Method::POST, &format!("/v1/devices/{device}/{function}"))
                .form(&[("arg", argument)]),
        )
        .await
    }

    pub(crate) async fn put(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        answer(self.signed(Method::PUT, path).form(form)).await
    }

    /// One line of the record for each request so far.
    pub(crate) fn record(&self) -> Vec<String> {
        self.simulator
            .requests()
            .iter()
            .map(ToString::to_string)
            .collect()
    }
}

pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    Answer {
        status: response.status(),
        body: response.text().await.unwrap(),
    }
}

pub(crate) fn says(status: u16, body: &str) -> Answer {
    Answer {
        status: StatusCode::from_u16(status).unwrap(),
        body: body.to_owned(),
    }
}

pub(crate) const LAMP: &str = "00000000000000000000001a";

pub(crate) const PERMISSION_DENIED: &str = r#"{"error":"Permission Denied","info":"I didn't recognize that device name or ID, try opening https://api.particle.io/v1/devices?access_token=undefined"}"#;
pub(crate) const TOKEN_EXPIRED: &str =
    r#"{"error":"invalid_token","error_description":"The access token provided has expired."}"#;
pub(crate) const TOKEN_INVALID: &str =
    r#"{"error":"invalid_token","error_description":"The access token provided is invalid."}"#;
