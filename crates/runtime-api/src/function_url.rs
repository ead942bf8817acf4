//! A function's URL.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Outcome, RuntimeApi};

/// How long Lambda keeps a browser waiting is the function's timeout; nobody here waits that long for nothing.
const LIMIT: Duration = Duration::from_secs(30);

/// Lambda's own limit on a request.
const BODY_LIMIT: usize = 6 * 1024 * 1024;

/// HTTP on loopback in front of a [`RuntimeApi`], as a [function URL] is before a function: each request becomes an event
/// in payload format 2.0, and what the function makes of it becomes the response.
///
/// `requestContext.domainName` is this service's own address, port included, as Lambda's is the URL's own name; the path and
/// the query string arrive as they were written. Bodies are text, in both directions: Lambda would encode others in Base64.
///
/// [function URL]: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
#[derive(Debug)]
pub struct FunctionUrl {
    address: SocketAddr,
    server: JoinHandle<()>,
}

#[derive(Clone, Debug)]
struct Front {
    api: Arc<RuntimeApi>,
    domain_name: String,
}

/// What a function may answer instead of a mere body.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    headers: Map<String, Json>,
    #[serde(default)]
    cookies: Vec<String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

impl FunctionUrl {
    /// Starts to listen on a free port of loopback.
    ///
    /// # Errors
    ///
    /// When there is no port to listen on.
    pub async fn start(api: Arc<RuntimeApi>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let domain_name = address.to_string();
        let front = Front { api, domain_name };
        let service = Router::new().fallback(answer).with_state(front);
        let server = tokio::spawn(async move {
            // It returns only when told to shut down, which it is not.
            let _ = axum::serve(listener, service).await;
        });
        Ok(Self { address, server })
    }

    /// The URL, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for FunctionUrl {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(State(front): State<Front>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let Ok(body) = str::from_utf8(&body) else {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    };
    let event = event(&parts, body, &front.domain_name);
    let answered = match front.api.invoke(event.to_string(), LIMIT).await {
        Ok(Outcome::Response(answer)) => response(&answer),
        Ok(Outcome::Error(_)) | Err(_) => None,
    };
    answered.unwrap_or_else(|| StatusCode::BAD_GATEWAY.into_response())
}

fn event(parts: &Parts, body: &str, domain_name: &str) -> Json {
    let path = parts.uri.path();
    let cookies: Vec<_> = values(&parts.headers, &header::COOKIE)
        .flat_map(|cookies| cookies.split("; "))
        .collect();
    let cookies = (!cookies.is_empty()).then_some(cookies);
    let body = (!body.is_empty()).then_some(body);
    let headers: Map<String, Json> = parts
        .headers
        .keys()
        .map(|name| {
            let values: Vec<_> = values(&parts.headers, name).collect();
            (name.to_string(), values.join(",").into())
        })
        .collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": parts.uri.query().unwrap_or_default(),
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "local",
            "domainName": domain_name,
            "domainPrefix": "local",
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent"),
            },
            "requestId": "00000000-0000-4000-8000-000000000000",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": now.unwrap_or_default().as_secs() * 1000,
        },
        "cookies": cookies,
        "body": body,
        "isBase64Encoded": false,
    })
}

fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter();
    values.filter_map(|value| value.to_str().ok())
}

/// What the function's answer is to a browser, or `None` where Lambda could not tell either.
fn response(answer: &Bytes) -> Option<Response> {
    let json: Json = serde_json::from_slice(answer).ok()?;
    if json.get("statusCode").is_none() {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        return Some((kind, json.to_string()).into_response());
    }
    let answer: Answer = serde_json::from_value(json).ok()?;
    if answer.is_base64_encoded {
        return None;
    }
    let status = StatusCode::from_u16(answer.status_code).ok()?;
    let mut response = (status, answer.body.unwrap_or_default()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    for (name, value) in answer.headers {
        let name = HeaderName::try_from(name).ok()?;
        headers.insert(name, HeaderValue::try_from(value.as_str()?).ok()?);
    }
    for cookie in answer.cookies {
        headers.append(header::SET_COOKIE, HeaderValue::try_from(cookie).ok()?);
    }
    Some(response)
}
