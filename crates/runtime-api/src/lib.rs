//! AWS Lambda's [Runtime API] on loopback: what a function's binary talks to in production, so that the binary
//! itself, settings, start-up and all, can be tested and measured without Lambda.
//!
//! [`RuntimeApi`] is the service; [`Function`] is a process that is started the way Lambda starts one; [`FunctionUrl`] lets
//! browsers call it.
//! The function may as well be anything else that polls [`RuntimeApi::address`].
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use runtime_api::{Function, RuntimeApi};
//!
//! let api = RuntimeApi::start().await?;
//! let function = Function::start(&api, "target/release/skill", [("LOG_LEVEL", "INFO")])?;
//! let outcome = api.invoke(r#"{"directive": {}}"#, Duration::from_secs(8)).await?;
//! println!("{outcome:?} {:?}", function.stop().await.stdout);
//! # Ok(())
//! # }
//! ```
//!
//! One [`RuntimeApi`] is one instance of a function: it is given one event at a time, and once it has ended it stays
//! so. [`Function::freeze`] stops it between two events. Extensions, streamed answers and the limits of processor and memory
//! are not here.
//!
//! [Runtime API]: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

mod function;
mod function_url;
mod server;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::body::Bytes;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time;

pub use crate::function::{Function, Output};
pub use crate::function_url::FunctionUrl;
use crate::server::{Event, Instance, Reply};

/// What Lambda allows a function between its start and its first poll.
pub const INIT_LIMIT: Duration = Duration::from_secs(10);

/// The Runtime API of one instance of a function, on a port of its own until it is dropped.
#[derive(Debug)]
pub struct RuntimeApi {
    address: SocketAddr,
    instance: Arc<Instance>,
    /// Held until the outcome is known: an instance has one event at a time.
    events: Mutex<mpsc::UnboundedSender<Event>>,
    server: JoinHandle<()>,
}

impl RuntimeApi {
    /// Starts to listen on a free port of loopback.
    ///
    /// # Errors
    ///
    /// When there is no port to listen on.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (events, offered) = mpsc::unbounded_channel();
        let instance = Arc::new(Instance::new(offered));
        let server = tokio::spawn(server::serve(listener, Arc::clone(&instance)));
        Ok(Self {
            address,
            instance,
            events: Mutex::new(events),
            server,
        })
    }

    /// Host and port, as the function expects them in `AWS_LAMBDA_RUNTIME_API`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits until the function has asked for its first event.
    ///
    /// # Errors
    ///
    /// When the function says that it cannot start, ends, or takes longer than [`INIT_LIMIT`].
    pub async fn ready(&self) -> Result<(), Failure> {
        time::timeout(INIT_LIMIT, self.instance.ready())
            .await
            .unwrap_or(Err(Failure::TimedOut(INIT_LIMIT)))
    }

    /// Hands one event to the function and waits for what it makes of it, for `limit` at most.
    ///
    /// The limit begins when the function is [ready](Self::ready) and the event before has been answered; the
    /// function is told its end, as Lambda tells it the function's timeout.
    ///
    /// # Errors
    ///
    /// When the function has not started, ends before it answers, or lets the time pass. An error that the function
    /// itself reports for the event is an [`Outcome`].
    pub async fn invoke(
        &self,
        event: impl Into<Bytes>,
        limit: Duration,
    ) -> Result<Outcome, Failure> {
        self.hand_over(event.into(), limit, || SystemTime::now() + limit)
            .await
            .map(|reply| reply.outcome)
    }

    /// Does the same, and tells when the service handed the event out and had its answer. What lies between is the
    /// function's, without this side's waits.
    ///
    /// # Errors
    ///
    /// As [`invoke`](Self::invoke).
    pub async fn invoke_timed(
        &self,
        event: impl Into<Bytes>,
        limit: Duration,
    ) -> Result<(Outcome, Timing), Failure> {
        let reply = self
            .hand_over(event.into(), limit, || SystemTime::now() + limit)
            .await?;
        Ok((reply.outcome, reply.timing))
    }

    /// Does the same, but tells the function another end than that of the wait: `cargo lambda watch` names one in 1970.
    ///
    /// # Errors
    ///
    /// As [`invoke`](Self::invoke).
    pub async fn invoke_with_deadline(
        &self,
        event: impl Into<Bytes>,
        limit: Duration,
        deadline: SystemTime,
    ) -> Result<Outcome, Failure> {
        self.hand_over(event.into(), limit, || deadline)
            .await
            .map(|reply| reply.outcome)
    }

    async fn hand_over(
        &self,
        event: Bytes,
        limit: Duration,
        deadline: impl Fn() -> SystemTime,
    ) -> Result<Reply, Failure> {
        self.ready().await?;
        let events = self.events.lock().await;
        let (reply, replied) = oneshot::channel();
        // If nobody receives it, the wait below tells.
        let _ = events.send(Event {
            body: event,
            deadline: deadline(),
            reply,
        });
        tokio::select! {
            // A function may answer and end at once: the answer counts.
            biased;
            Ok(reply) = replied => Ok(reply),
            failure = self.instance.failure.wait() => Err(failure.clone()),
            () = time::sleep(limit) => Err(Failure::TimedOut(limit)),
        }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What the function made of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It answered.
    Response(Bytes),
    /// It reported that it failed.
    Error(Report),
}

/// When things happened to an event, as the service saw them.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// The function asked for its first event.
    pub ready: Instant,
    /// This event went out.
    pub handed_out: Instant,
    /// Its answer was there.
    pub answered: Instant,
}

/// A failure in the function's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The `errorType` of the body, or else of the request's header.
    pub kind: String,
    /// What the function posted.
    pub body: Bytes,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, String::from_utf8_lossy(&self.body))
    }
}

/// Why an event has no [`Outcome`].
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// The function reported that it cannot start.
    #[error("the function could not start: {0}")]
    Init(Report),
    /// The function's process is no more.
    #[error("the function ended with {status}; it wrote:\n{output}")]
    Ended {
        /// How it ended.
        status: String,
        /// What it left behind.
        output: Output,
    },
    /// The function did nothing for this long.
    #[error("no answer from the function within {0:?}")]
    TimedOut(Duration),
}
