//! What a fault does to an answer on its way, after everything was done.

use std::io;

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, header},
    response::Response,
};
use futures_util::stream::{self, StreamExt};

use crate::{connection::Line, fault::Delivery};

pub(super) async fn deliver(response: Response, delivery: Delivery, line: &Line) -> Response {
    match delivery {
        Delivery::Late(delay) => {
            tokio::time::sleep(delay).await;
            response
        }
        Delivery::Lost => match line.reset().await {},
        Delivery::Padded => response.map(pad),
        Delivery::Truncated => truncate(response).await,
    }
}

/// Puts white space before a body, made as it is sent; the answer's length is not announced.
fn pad(body: Body) -> Body {
    let padding = stream::repeat(Bytes::from_static(&BLANKS))
        .take(BLOCKS)
        .map(Ok);
    Body::from_stream(padding.chain(body.into_data_stream()))
}

/// Announces the whole body and sends half of it.
async fn truncate(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let half = stream::iter([Ok(whole.slice(..whole.len() / 2))]);
    let end = stream::once(async {
        // While this waits, what has been written is flushed: the client is to see the first half.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Response::from_parts(parts, Body::from_stream(half.chain(end)))
}

static BLANKS: [u8; 1 << 16] = [b' '; 1 << 16];

/// 64 MiB in all, more than any client should read.
const BLOCKS: usize = 1 << 10;
