//! What a fault does to an answer on its way, after everything was done.

use std::{io, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};
use tokio::time::{interval, sleep};

use crate::{connection::Line, fault::Delivery};

pub(super) async fn deliver(response: Response, delivery: Delivery, line: &Arc<Line>) -> Response {
    match delivery {
        Delivery::Cut => {
            let line = Arc::clone(line);
            halve(response, async move { match line.reset().await {} }).await
        }
        Delivery::Dripping => response.map(|_| drip()),
        Delivery::Flooded => flood(response),
        Delivery::Late(delay) => {
            sleep(delay).await;
            response
        }
        Delivery::Lost => match line.reset().await {},
        Delivery::Padded => response.map(pad),
        Delivery::Reshaped => reshape(response).await,
        Delivery::Truncated => {
            let end = async { Err(io::Error::from(io::ErrorKind::ConnectionAborted)) };
            halve(response, end).await
        }
    }
}

/// Puts white space before a body, made as it is sent; the answer's length is not announced.
fn pad(body: Body) -> Body {
    let padding = stream::repeat(Bytes::from_static(&BLANKS))
        .take(BLOCKS)
        .map(Ok);
    Body::from_stream(padding.chain(body.into_data_stream()))
}

/// A blank a second, for as long as somebody waits.
fn drip() -> Body {
    let seconds = interval(Duration::from_secs(1));
    Body::from_stream(stream::unfold(seconds, async |mut seconds| {
        seconds.tick().await;
        Some((Ok::<_, io::Error>(Bytes::from_static(b" ")), seconds))
    }))
}

/// Adds more headers than any client should read.
fn flood(mut response: Response) -> Response {
    let kilobyte = "x".repeat(1000);
    let headers = (0..HEADERS).filter_map(|number| {
        let name = HeaderName::try_from(format!("x-flood-{number}")).ok()?;
        Some((name, HeaderValue::from_str(&kilobyte).ok()?))
    });
    response.headers_mut().extend(headers);
    response
}

/// Gives every value of the answer another type; an answer that is no JSON stays as it is.
async fn reshape(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let other = match serde_json::from_slice(&whole) {
        Ok(Value::Object(fields)) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), of_other_type(value)));
            Body::from(Value::Object(fields.collect()).to_string())
        }
        Ok(value) => Body::from(of_other_type(&value).to_string()),
        Err(_) => Body::from(whole),
    };
    Response::from_parts(parts, other)
}

fn of_other_type(value: &Value) -> Value {
    match value {
        Value::Array(values) => json!({ "values": values }),
        Value::Bool(_) => json!("perhaps"),
        Value::Null => json!(["nothing"]),
        Value::Number(_) => json!("one"),
        Value::Object(_) => json!(1),
        Value::String(_) => json!({}),
    }
}

/// Announces the whole body and sends half of it, then comes to this end.
async fn halve(
    response: Response,
    end: impl Future<Output = io::Result<Bytes>> + Send + 'static,
) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let half = stream::iter([Ok(whole.slice(..whole.len() / 2))]);
    let end = stream::once(async {
        // While this waits, what has been written is flushed: the client is to see the first half.
        tokio::task::yield_now().await;
        end.await
    });
    Response::from_parts(parts, Body::from_stream(half.chain(end)))
}

static BLANKS: [u8; 100_000] = [b' '; 100_000];

/// 100 MB in all, more than any client should read.
const BLOCKS: usize = 1000;

/// A megabyte in all, with a kilobyte each.
const HEADERS: usize = 1000;
