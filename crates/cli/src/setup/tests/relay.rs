//! The relay itself on loopback, behind what stands for its Function URL.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use relay::relay::Relay;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The two permissions that a public address takes.
const BOTH: [&str; 2] = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];

/// The address, at which a relay is as soon as one is deployed.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) url: String,
    pub(super) relay: Arc<Mutex<Option<Deployed>>>,
    server: JoinHandle<()>,
}

/// A relay, and what stands before it.
#[derive(Clone, Debug)]
pub(super) struct Deployed {
    pub(super) vendor: String,
    pub(super) authorize_url: String,
    /// What everybody may do.
    pub(super) actions: Vec<&'static str>,
    /// Its name, where it is not the address.
    pub(super) domain: Option<&'static str>,
    /// Whether something between the browser and the relay writes query strings anew.
    pub(super) is_behind_a_rewriter: bool,
}

impl Deployed {
    pub(super) fn new(vendor: &str, particle_url: &str) -> Self {
        Self {
            vendor: vendor.to_owned(),
            authorize_url: format!("{particle_url}/oauth/authorize"),
            actions: BOTH.to_vec(),
            domain: None,
            is_behind_a_rewriter: false,
        }
    }
}

impl Place {
    pub(super) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let relay = Arc::default();
        let router = Router::new()
            .fallback(answer)
            .with_state((url.clone(), Arc::clone(&relay)));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Self { url, relay, server }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.server.abort();
    }
}

type At = (String, Arc<Mutex<Option<Deployed>>>);

async fn answer(State((url, relay)): State<At>, request: Request<Body>) -> Response {
    let relay = relay.lock().unwrap().clone();
    let open = |relay: &Deployed| BOTH.iter().all(|action| relay.actions.contains(action));
    let Some(relay) = relay.filter(open) else {
        return (StatusCode::FORBIDDEN, "{\"Message\":\"Forbidden\"}").into_response();
    };
    let mut query = request.uri().query().unwrap_or_default().to_owned();
    if relay.is_behind_a_rewriter {
        query = query.replace("%2B", "+");
    }
    let cookies = request.headers().get_all(COOKIE).iter();
    let cookies: Vec<&str> = cookies.map(|cookie| cookie.to_str().unwrap()).collect();
    let path = request.uri().path();
    let event = json!({
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "cookies": cookies,
        "headers": {},
        "requestContext": {
            "accountId": "anonymous",
            "domainName": relay.domain.unwrap_or(url.trim_start_matches("http://")),
            "http": { "method": request.method().as_str(), "path": path },
            "timeEpoch": 0
        },
        "isBase64Encoded": false
    });
    let function = Relay {
        vendor: relay.vendor.parse().unwrap(),
        authorize_url: relay.authorize_url.parse().unwrap(),
    };
    let answered = function.answer(&event.to_string()).response;
    let status = u16::try_from(answered.status_code).unwrap();
    let mut response = (
        StatusCode::from_u16(status).unwrap(),
        answered.headers,
        answered.body.unwrap_or_default(),
    )
        .into_response();
    for cookie in answered.cookies {
        let cookie = HeaderValue::try_from(cookie).unwrap();
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
