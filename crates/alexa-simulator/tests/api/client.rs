//! What the tests say to the simulator, and what they see of its answers.

use alexa_simulator::{Builder, Simulator};
use reqwest::{Method, RequestBuilder, header::HeaderMap};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

/// A running simulator, and a developer who is signed in.
pub(crate) struct Developer {
    pub(crate) simulator: Simulator,
    http: reqwest::Client,
}

/// An answer; a body that is no JSON is null.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// A client of HTTP. Other crates of the workspace ask for TLS, which then wants a provider of cryptography.
pub(crate) fn http() -> reqwest::Client {
    // An error says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

impl Developer {
    pub(crate) async fn new() -> Self {
        Self::with(Simulator::builder()).await
    }

    pub(crate) async fn with(simulator: Builder) -> Self {
        Self {
            simulator: simulator.start().await.unwrap(),
            http: http(),
        }
    }

    pub(crate) fn unsigned(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.simulator.url()))
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let token = self.simulator.access_token();
        let mut request = self
            .unsigned(method, path)
            .bearer_auth(token.expose_secret());
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None).await
    }

    /// Creates a skill with this manifest.
    pub(crate) async fn create(&self, manifest: &Value) -> Answer {
        let body = json!({ "vendorId": self.simulator.vendor_id(), "manifest": manifest });
        self.ask(Method::POST, "/v1/skills", Some(&body)).await
    }

    /// The id of a new skill without an endpoint.
    pub(crate) async fn skill(&self) -> String {
        let created = self.create(&manifest()).await;
        assert_eq!(created.status, 202, "{created:?}");
        created.body["skillId"].as_str().unwrap().to_owned()
    }

    /// Asks for a token with this form.
    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> Answer {
        answer(self.unsigned(Method::POST, "/auth/o2/token").form(form)).await
    }

    /// One line of the record for each request so far.
    pub(crate) fn record(&self) -> Vec<String> {
        let requests = self.simulator.requests();
        requests.iter().map(ToString::to_string).collect()
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }

    /// The codes of what is wrong, or the messages where there is no code.
    pub(crate) fn violations(&self) -> Vec<String> {
        codes(&self.body["violations"])
    }
}

pub(crate) fn codes(violations: &Value) -> Vec<String> {
    let violations = violations.as_array().cloned().unwrap_or_default();
    let text = |violation: &Value| {
        let code = violation.get("code").unwrap_or(&violation["message"]);
        code.as_str().unwrap().to_owned()
    };
    violations.iter().map(text).collect()
}

pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.json().await.unwrap_or_default(),
    }
}

/// The least there is to a smart home skill.
pub(crate) fn manifest() -> Value {
    json!({
        "manifestVersion": "1.0",
        "apis": { "smartHome": {} },
        "permissions": [],
        "publishingInformation": {
            "category": "SMART_HOME",
            "isAvailableWorldwide": false,
            "locales": { "en-US": { "name": "Particle" } },
        },
    })
}

/// That skill with this value at this pointer, or without what is there where the value is null.
pub(crate) fn with(mut whole: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = whole.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        parent.remove(name).unwrap();
    } else {
        parent.insert(name.to_owned(), value);
    }
    whole
}

pub(crate) fn endpoint(uri: &str) -> Value {
    json!({ "endpoint": { "uri": uri }, "protocolVersion": "3" })
}

pub(crate) const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:skill:live";
