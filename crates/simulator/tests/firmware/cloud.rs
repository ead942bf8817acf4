//! A device of the simulator, spoken to over HTTP.

use particle_simulator::{Home, Simulator};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

pub(crate) struct Device {
    pub(crate) simulator: Simulator,
    http: Client,
    name: String,
}

impl Device {
    /// The only device of a home, with this firmware.
    pub(crate) async fn start(firmware: &str) -> Self {
        let home = format!(
            "[[device]]\nid = \"00000000000000000000001a\"\nname = \"board\"\nfirmware = \"{firmware}\""
        );
        Self::of(Home::parse(&home).unwrap(), "board").await
    }

    pub(crate) async fn of(home: Home, name: &str) -> Self {
        // An error says that one is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            simulator: Simulator::start(home).await.unwrap(),
            http: Client::new(),
            name: name.to_owned(),
        }
    }

    pub(crate) async fn describe(&self) -> Value {
        self.send(self.request(Method::GET, "")).await
    }

    pub(crate) async fn call(&self, function: &str, argument: &str) -> Value {
        let request = self.request(Method::POST, &format!("/{function}"));
        let answer = self.send(request.form(&[("arg", argument)])).await;
        answer["return_value"].clone()
    }

    pub(crate) async fn read(&self, variable: &str) -> Value {
        let request = self.request(Method::GET, &format!("/{variable}"));
        self.send(request).await["result"].clone()
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let (url, name) = (self.simulator.url(), &self.name);
        self.http
            .request(method, format!("{url}/v1/devices/{name}{path}"))
            .bearer_auth(self.simulator.token())
    }

    async fn send(&self, request: RequestBuilder) -> Value {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }
}
