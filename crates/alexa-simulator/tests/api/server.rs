//! An authorization server's token endpoint that answers as a test wants it to.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A server that answers every request in the same way until it is told another.
#[derive(Clone)]
pub(crate) struct TokenServer {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    reply: Reply,
    asked: Vec<Asked>,
}

/// What is answered.
#[derive(Clone, Default)]
pub(crate) enum Reply {
    /// Nothing, for ever.
    #[default]
    Silence,
    /// This status and body.
    Body(u16, String),
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) authorization: Option<String>,
    pub(crate) form: BTreeMap<String, String>,
}

impl TokenServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            url: format!("http://{}/oauth/token", listener.local_addr().unwrap()),
            state: Arc::default(),
        };
        let copy = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(copy.clone().answer(stream));
            }
        });
        server
    }

    pub(crate) fn replies(&self, status: u16, body: &str) {
        self.state.lock().unwrap().reply = Reply::Body(status, body.to_owned());
    }

    pub(crate) fn grants(&self, body: &Value) {
        self.replies(200, &body.to_string());
    }

    pub(crate) fn is_silent(&self) {
        self.state.lock().unwrap().reply = Reply::Silence;
    }

    /// What was asked so far, which is then forgotten.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    async fn answer(self, mut stream: TcpStream) {
        let mut text = String::new();
        let (head, form) = loop {
            let mut buffer = [0; 4096];
            let length = stream.read(&mut buffer).await.unwrap();
            text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = header(head, "content-length").unwrap_or_default();
                if body.len() == length.parse::<usize>().unwrap_or_default() {
                    break (head.to_owned(), body.to_owned());
                }
            }
        };
        let asked = Asked {
            authorization: header(&head, "authorization"),
            form: form_urlencoded::parse(form.as_bytes())
                .into_owned()
                .collect(),
        };
        let reply = {
            let mut state = self.state.lock().unwrap();
            state.asked.push(asked);
            state.reply.clone()
        };
        match reply {
            Reply::Silence => std::future::pending().await,
            Reply::Body(status, body) => {
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    }
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}
