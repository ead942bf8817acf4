//! A cloud that says what it is told to say, in as little time as HTTP on loopback takes.

use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the cloud says to each kind of call.
#[derive(Clone, Default)]
pub(crate) struct Script {
    pub(crate) list: Body,
    pub(crate) device: Body,
    /// To every variable but `alexa`.
    pub(crate) variable: Body,
    /// To the variable `alexa`.
    pub(crate) description: Body,
    pub(crate) function: Body,
    pub(crate) ping: Body,
}

/// One answer; with status 0 the cloud hangs up instead.
#[derive(Clone, Default)]
pub(crate) struct Body {
    pub(crate) status: u16,
    pub(crate) bytes: Vec<u8>,
}

/// What the cloud was asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) body: Vec<u8>,
}

#[derive(Default)]
struct State {
    script: Script,
    requests: Vec<Request>,
}

/// The cloud. It lives on the runtime it was started on.
pub(crate) struct Cloud {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

impl Body {
    pub(crate) fn good(json: &Json) -> Self {
        Self {
            status: 200,
            bytes: json.to_string().into_bytes(),
        }
    }
}

impl Script {
    /// A cloud of these devices, whose variables all say the same.
    pub(crate) fn of(devices: &[Json], said: &Json) -> Self {
        Self {
            list: Body::good(&json!(devices)),
            device: Body::good(devices.first().unwrap_or(&Json::Null)),
            variable: Body::good(&json!({ "result": said })),
            description: Body::good(&json!({ "result": "" })),
            function: Body::good(&json!({ "return_value": 0 })),
            ping: Body::good(&json!({ "online": true, "ok": true })),
        }
    }

    fn answer(&self, request: &Request) -> &Body {
        let segments: Vec<_> = request.path.split('/').skip(1).collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["v1", "devices"]) => &self.list,
            ("GET", ["v1", "devices", _]) => &self.device,
            ("GET", ["v1", "devices", _, "alexa"]) => &self.description,
            ("GET", _) => &self.variable,
            ("PUT", _) => &self.ping,
            _ => &self.function,
        }
    }
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let served = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&served)));
            }
        });
        Self { url, state }
    }

    pub(crate) fn say(&self, script: Script) {
        *self.state.lock().unwrap() = State {
            script,
            requests: Vec::new(),
        };
    }

    pub(crate) fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) -> Option<()> {
    // Otherwise the system waits for more to send before it sends.
    stream.set_nodelay(true).ok()?;
    let mut received = Vec::new();
    loop {
        let request = receive(&mut stream, &mut received).await?;
        let answer = {
            let mut state = state.lock().unwrap();
            let body = state.script.answer(&request).clone();
            state.requests.push(request);
            body
        };
        let Body { status, bytes } = answer;
        if status == 0 {
            return None;
        }
        let head = format!(
            "HTTP/1.1 {status} -\r\ncontent-length: {}\r\ncontent-type: application/json\r\n\r\n",
            bytes.len()
        );
        let whole = [head.as_bytes(), &bytes].concat();
        stream.write_all(&whole).await.ok()?;
    }
}

/// Reads one request, or `None` at the end of the connection.
async fn receive(stream: &mut TcpStream, received: &mut Vec<u8>) -> Option<Request> {
    const END: &[u8] = b"\r\n\r\n";
    let end = loop {
        if let Some(end) = received.windows(END.len()).position(|four| four == END) {
            break end;
        }
        if stream.read_buf(received).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&received[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let header = |name: &str| {
        let fields = head.split("\r\n").skip(1);
        let mut fields = fields.filter_map(|line| line.split_once(": "));
        let found = fields.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    let length: usize = header("content-length").parse().unwrap_or_default();
    let whole = end + END.len() + length;
    while received.len() < whole {
        if stream.read_buf(received).await.ok()? == 0 {
            return None;
        }
    }
    let request = Request {
        method,
        path,
        authorization: header("authorization"),
        body: received[end + END.len()..whole].to_vec(),
    };
    received.drain(..whole);
    Some(request)
}
