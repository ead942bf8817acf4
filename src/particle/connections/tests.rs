//! What of a call goes out that was given up before the cloud let it.

use std::time::Duration;

use hyper::Method;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::time::timeout;

use super::*;

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;

/// The clock goes on only while nothing happens.
const WAIT: Duration = Duration::from_secs(1);

/// The cloud's end of a connection, frame by frame.
struct Cloud(DuplexStream);

impl Cloud {
    /// One that has come to terms with its client: so many calls at once, and no more.
    async fn limited(mut stream: DuplexStream, calls: u8) -> Self {
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).await.unwrap();
        let mut cloud = Self(stream);
        cloud.limit(calls).await;
        while cloud.frame().await != Some((SETTINGS, 1)) {}
        cloud
    }

    async fn limit(&mut self, calls: u8) {
        self.send(SETTINGS, 0, &[0, 3, 0, 0, 0, calls]).await;
    }

    /// One that ends its stream, the first.
    async fn answer(&mut self) {
        const STATUS_200: u8 = 0x88;
        const ENDS: u8 = 1 | 4;
        self.send(HEADERS, ENDS, &[STATUS_200]).await;
    }

    /// Of the connection, or of its first stream. Who has hung up does not hear it.
    async fn send(&mut self, kind: u8, flags: u8, payload: &[u8]) {
        let stream = u8::from(kind != SETTINGS);
        let length = u8::try_from(payload.len()).unwrap();
        let head = [0, 0, length, kind, flags, 0, 0, 0, stream];
        let _ = self.0.write_all(&[&head, payload].concat()).await;
    }

    /// The kind and the flags of the next frame, if another comes.
    async fn frame(&mut self) -> Option<(u8, u8)> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).await.ok()?;
        let [_, high, low, kind, flags, ..] = head;
        let mut payload = vec![0; usize::from(u16::from_be_bytes([high, low]))];
        self.0.read_exact(&mut payload).await.ok()?;
        Some((kind, flags))
    }

    /// How many requests come yet before all is still.
    async fn requests(mut self) -> usize {
        let mut requests = 0;
        while let Ok(Some((kind, _))) = timeout(WAIT, self.frame()).await {
            requests += usize::from(kind == HEADERS);
        }
        requests
    }
}

/// Connections of which one is there, over HTTP/2, and the cloud at its other end.
async fn connected(calls: u8) -> (Connections, Cloud) {
    let url = "https://localhost".parse().unwrap();
    let connections = Connections::new(url, Authorities::default()).unwrap();
    let (near, far) = tokio::io::duplex(1 << 16);
    let cloud = tokio::spawn(Cloud::limited(far, calls));
    let line = connections.begin(TokioIo::new(near), true).await.unwrap();
    connections.give_back(line);
    (connections, cloud.await.unwrap())
}

fn request(method: Method) -> Request<Body> {
    let body = match method {
        Method::POST => r#"{"arg":"on"}"#,
        _ => "",
    };
    let request = Request::builder().method(method).uri("/v1/devices/lamp/f");
    request.body(body.into()).unwrap()
}

/// Sends it, and waits for its answer until all is still.
async fn give_up(connections: &Connections, method: Method) {
    let send = connections.send(request(method));
    let answer = timeout(WAIT, send).await;
    assert!(answer.is_err(), "nothing was answered");
}

#[tokio::test(start_paused = true)]
async fn what_waited_to_be_sent_when_it_was_given_up_never_is() {
    for method in [Method::GET, Method::POST] {
        let (connections, mut cloud) = connected(0).await;
        give_up(&connections, method.clone()).await;
        cloud.limit(100).await;
        assert_eq!(cloud.requests().await, 0, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_given_up_costs_no_other_and_a_function_call_does() {
    for (given_up, is_answered) in [(Method::GET, true), (Method::POST, false)] {
        let (connections, mut cloud) = connected(1).await;
        let answered = async {
            let answer = connections.send(request(Method::GET)).await?;
            answer.read(0).await
        };
        let others = async {
            give_up(&connections, given_up.clone()).await;
            cloud.answer().await;
            cloud.limit(100).await;
        };
        let (answered, ()) = tokio::join!(answered, others);
        assert_eq!(answered.is_ok(), is_answered, "{given_up}: {answered:?}");
        assert!(connections.take().is_none(), "it takes no other call");
        let function_calls = match given_up {
            Method::POST => cloud.requests().await - 1,
            _ => 0,
        };
        assert_eq!(function_calls, 0);
    }
}
