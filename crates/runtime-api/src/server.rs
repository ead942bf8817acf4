//! The service's side: what is known of the function, and the four requests it can make.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, SetOnce, mpsc, oneshot};

use crate::{Failure, Outcome, Report, Timing};

/// Lambda takes no larger answer.
const BODY_LIMIT: usize = 6 * 1024 * 1024;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:skill:live";
const TRACE: &str = "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0";

/// An event on its way to the function.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) body: Bytes,
    pub(crate) deadline: SystemTime,
    pub(crate) reply: oneshot::Sender<Reply>,
}

/// What came back for an event.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) outcome: Outcome,
    pub(crate) timing: Timing,
}

/// An event that the function has.
#[derive(Debug)]
struct InFlight {
    id: String,
    handed_out: Instant,
    reply: oneshot::Sender<Reply>,
}

/// One instance of a function, as the service sees it.
#[derive(Debug)]
pub(crate) struct Instance {
    /// Set by the first poll.
    pub(crate) ready: SetOnce<Instant>,
    /// Why it will not answer any more. The first failure stays: later ones follow from it.
    pub(crate) failure: SetOnce<Failure>,
    offered: Mutex<mpsc::UnboundedReceiver<Event>>,
    in_flight: Mutex<Option<InFlight>>,
    delivered: AtomicU64,
}

impl Instance {
    pub(crate) fn new(offered: mpsc::UnboundedReceiver<Event>) -> Self {
        Self {
            ready: SetOnce::new(),
            failure: SetOnce::new(),
            offered: Mutex::new(offered),
            in_flight: Mutex::new(None),
            delivered: AtomicU64::new(0),
        }
    }

    pub(crate) async fn ready(&self) -> Result<(), Failure> {
        tokio::select! {
            biased;
            failure = self.failure.wait() => Err(failure.clone()),
            () = async { self.ready.wait().await; } => Ok(()),
        }
    }

    pub(crate) fn fail(&self, failure: Failure) {
        let _ = self.failure.set(failure);
    }

    async fn finish(&self, id: &str, outcome: Outcome) -> Response {
        let answered = Instant::now();
        match self
            .in_flight
            .lock()
            .await
            .take_if(|expected| expected.id == id)
        {
            Some(InFlight {
                handed_out, reply, ..
            }) => {
                let timing = Timing {
                    ready: self.ready.get().copied().unwrap_or(handed_out),
                    handed_out,
                    answered,
                };
                // Nobody listens if the time was over; the function is not told, as with Lambda.
                let _ = reply.send(Reply { outcome, timing });
                accepted()
            }
            None => refused(StatusCode::BAD_REQUEST, "InvalidRequestID"),
        }
    }
}

pub(crate) async fn serve(listener: TcpListener, instance: Arc<Instance>) {
    let invocation = Router::new()
        .route("/next", get(next))
        .route("/{id}/response", post(response))
        .route("/{id}/error", post(error));
    let service = Router::new()
        .nest("/2018-06-01/runtime/invocation", invocation)
        .route("/2018-06-01/runtime/init/error", post(init_error))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(instance);
    // Without it, what is measured may be Nagle's algorithm waiting for an acknowledgement.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    // `axum::serve` returns only when told to shut down, which it is not.
    let _ = axum::serve(listener, service).await;
}

async fn next(State(instance): State<Arc<Instance>>) -> Response {
    let _ = instance.ready.set(Instant::now());
    let mut offered = instance.offered.lock().await;
    let event = loop {
        match offered.recv().await {
            Some(event) if event.reply.is_closed() => {}
            Some(event) => break event,
            None => return refused(StatusCode::GONE, "ServiceStopped"),
        }
    };
    let number = instance.delivered.fetch_add(1, Ordering::Relaxed);
    let id = format!("00000000-0000-4000-8000-{number:012x}");
    let deadline = event
        .deadline
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    *instance.in_flight.lock().await = Some(InFlight {
        id: id.clone(),
        handed_out: Instant::now(),
        reply: event.reply,
    });
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", ARN.to_owned()),
        ("lambda-runtime-trace-id", TRACE.to_owned()),
    ];
    (headers, event.body).into_response()
}

async fn response(
    State(instance): State<Arc<Instance>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    instance.finish(&id, Outcome::Response(body)).await
}

async fn error(
    State(instance): State<Arc<Instance>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    instance
        .finish(&id, Outcome::Error(report(&headers, body)))
        .await
}

async fn init_error(
    State(instance): State<Arc<Instance>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    instance.fail(Failure::Init(report(&headers, body)));
    accepted()
}

fn report(headers: &HeaderMap, body: Bytes) -> Report {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        error_type: String,
    }

    // The header says only who noticed: `lambda_runtime` sends "unhandled" for every error of a handler.
    let kind = serde_json::from_slice(&body)
        .map(|body: Body| body.error_type)
        .ok()
        .or_else(|| {
            Some(
                headers
                    .get("lambda-runtime-function-error-type")?
                    .to_str()
                    .ok()?
                    .to_owned(),
            )
        })
        .unwrap_or_default();
    Report { kind, body }
}

fn accepted() -> Response {
    json(StatusCode::ACCEPTED, r#"{"status":"OK"}"#.to_owned())
}

fn refused(status: StatusCode, kind: &str) -> Response {
    json(
        status,
        format!(r#"{{"errorType":"{kind}","errorMessage":"{kind}"}}"#),
    )
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
