//! What the probe says of a relay, a good one and each that is not.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "clippy.toml exempts tests, but not what they share"
)]

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use linking::http::{Authorities, Http};
use linking::probe::{self, RelayVerdict};
use linking::region::redirect_uris;
use url::form_urlencoded::byte_serialize;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Manner {
    Good,
    Closed,
    Sick,
    /// It serves one region only.
    Narrow,
    /// It sends the state back decoded, as Particle does.
    Decodes,
    /// It trusts whatever comes.
    Open,
    /// It calls itself something else.
    Elsewhere,
}

#[derive(Clone)]
struct Relay {
    manner: Manner,
    url: String,
}

type Parameters = Query<HashMap<String, String>>;

fn to(location: String) -> Response {
    (StatusCode::FOUND, [(LOCATION, location)]).into_response()
}

fn escaped(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

async fn authorize(State(relay): State<Relay>, Query(asked): Parameters) -> Response {
    let redirect_uri = &asked["redirect_uri"];
    let narrow = relay.manner == Manner::Narrow && !redirect_uri.contains("pitangui");
    let foreign = !redirect_uri.contains("amazon") && relay.manner != Manner::Open;
    if narrow || foreign {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let callback = match relay.manner {
        Manner::Elsewhere => "https://else.where/callback".to_owned(),
        _ => format!("{}/callback", relay.url),
    };
    let packed = format!("{redirect_uri} {}", asked["state"]);
    let location = format!(
        "https://api.particle.io/oauth/authorize?redirect_uri={}&state={}",
        escaped(&callback),
        escaped(&packed)
    );
    ([(SET_COOKIE, "seen=yes; Secure; HttpOnly")], to(location)).into_response()
}

async fn callback(
    State(relay): State<Relay>,
    headers: HeaderMap,
    Query(asked): Parameters,
) -> Response {
    assert_eq!(headers[COOKIE], "seen=yes");
    let (redirect_uri, state) = asked["state"].split_once(' ').unwrap();
    let state = match relay.manner {
        Manner::Decodes => state.replace('+', " "),
        _ => state.to_owned(),
    };
    to(format!(
        "{redirect_uri}?state={}&code={}",
        escaped(&state),
        asked["code"]
    ))
}

async fn healthz(State(relay): State<Relay>) -> StatusCode {
    match relay.manner {
        Manner::Closed => StatusCode::FORBIDDEN,
        Manner::Sick => StatusCode::BAD_GATEWAY,
        _ => StatusCode::OK,
    }
}

async fn verdict(manner: Manner) -> RelayVerdict {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/authorize", get(authorize))
        .route("/callback", get(callback))
        .route("/healthz", get(healthz))
        .with_state(Relay {
            manner,
            url: url.clone(),
        });
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let http = Http::new(Authorities::default()).unwrap();
    let uris = redirect_uris(&"M2ABCDEFGHIJKL".parse().unwrap());
    let verdict = probe::relay(&http, &format!("{url}/"), &format!("{url}/callback"), &uris).await;
    server.abort();
    verdict
}

#[tokio::test]
async fn each_relay_has_its_verdict() {
    let [_, layla, _] = redirect_uris(&"M2ABCDEFGHIJKL".parse().unwrap());
    for (manner, wanted) in [
        (Manner::Good, RelayVerdict::Works),
        (Manner::Closed, RelayVerdict::Closed),
        (Manner::Sick, RelayVerdict::Unhealthy { status: 502 }),
        (
            Manner::Narrow,
            RelayVerdict::RefusesRedirect {
                redirect_uri: layla,
                status: 400,
            },
        ),
        (Manner::Decodes, RelayVerdict::LosesState),
        (Manner::Open, RelayVerdict::OpenRedirect),
        (
            Manner::Elsewhere,
            RelayVerdict::OtherCallback {
                callback: "https://else.where/callback".to_owned(),
            },
        ),
    ] {
        assert_eq!(verdict(manner).await, wanted, "{manner:?}");
    }
}
