//! Secrets Manager and CloudFormation on loopback, as far as the function sees them; and an Alexa that fails half-way.
//!
//! Secrets Manager checks the signature of each call by its own arithmetic, from what arrived.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post, put};
use ring::{digest, hmac};
use serde_json::{Value as Json, json};

pub(crate) const ACCESS_KEY: &str = "ASIAEXAMPLE";
pub(crate) const SECRET_KEY: &str = "recognizable-secret-key";
pub(crate) const SESSION_TOKEN: &str = "recognizable-session-token";

type Hook = Box<dyn FnOnce() + Send>;

#[derive(Default)]
pub(crate) struct Account {
    /// By ARN; `None` is a secret without a value.
    pub(crate) secrets: BTreeMap<String, Option<String>>,
    /// What each version of a secret holds, by ARN and version.
    pub(crate) versions: BTreeMap<(String, String), String>,
    /// Which of them is the current one.
    pub(crate) current: BTreeMap<String, String>,
    /// What the role may not do: the operation, and the ARN.
    pub(crate) denied: BTreeSet<(&'static str, String)>,
    /// How many writes from now on are done; all later ones fail.
    pub(crate) writes: Option<usize>,
    /// Is called when it is written that a client will be made.
    pub(crate) after_intention: Option<Hook>,
    /// What CloudFormation has been told.
    pub(crate) answers: Vec<Answer>,
    /// What it says to the next answers, before it takes one.
    pub(crate) refusals: VecDeque<u16>,
    /// Whether the failing Alexa has an account linking of the skill.
    pub(crate) is_linked: bool,
    /// All values that secrets have had.
    pub(crate) values: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) content_type: Option<String>,
    pub(crate) body: String,
}

#[derive(Clone)]
pub(crate) struct Aws {
    pub(crate) url: String,
    account: Arc<Mutex<Account>>,
}

impl Aws {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let account = Arc::new(Mutex::new(Account::default()));
        let router = Router::new()
            .route("/", post(secrets_manager))
            .route("/answer", put(cloudformation))
            .route(
                "/v1/skills/{skill}/stages/development/accountLinkingClient",
                get(linking).put(StatusCode::SERVICE_UNAVAILABLE),
            )
            .with_state(Arc::clone(&account));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, account }
    }

    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap()
    }
}

async fn cloudformation(
    State(account): State<Arc<Mutex<Account>>>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    let mut account = account.lock().unwrap();
    if let Some(status) = account.refusals.pop_front() {
        return StatusCode::from_u16(status).unwrap();
    }
    let content_type = headers.get("content-type");
    account.answers.push(Answer {
        content_type: content_type.map(|value| value.to_str().unwrap().to_owned()),
        body,
    });
    StatusCode::OK
}

/// It is told, and cannot be changed.
async fn linking(State(account): State<Arc<Mutex<Account>>>) -> (StatusCode, &'static str) {
    if account.lock().unwrap().is_linked {
        (StatusCode::OK, "{}")
    } else {
        (StatusCode::NOT_FOUND, "{}")
    }
}

async fn secrets_manager(
    State(account): State<Arc<Mutex<Account>>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let refuse = |kind: &str| {
        let body = json!({ "__type": kind, "Message": "recognizable words" });
        (StatusCode::BAD_REQUEST, body.to_string())
    };
    let asked: Json = serde_json::from_slice(&body).unwrap();
    let arn = asked["SecretId"].as_str().unwrap().to_owned();
    let region = arn.split(':').nth(3).unwrap();
    if !is_signed(&headers, &body, region) {
        return refuse("InvalidSignatureException");
    }
    let mut account = account.lock().unwrap();
    let operation = headers["x-amz-target"].to_str().unwrap();
    let denied = account.denied.iter();
    let mut denied = denied.filter(|(name, of)| operation.ends_with(name) && *of == arn);
    if denied.next().is_some() {
        return refuse("AccessDeniedException");
    }
    if !account.secrets.contains_key(&arn) {
        return refuse("ResourceNotFoundException");
    }
    match operation {
        "secretsmanager.GetSecretValue" => match &account.secrets[&arn] {
            Some(value) => (
                StatusCode::OK,
                json!({
                    "ARN": arn,
                    "SecretString": value,
                    "VersionId": account.current.get(&arn).map_or("of-somebody-else", |version| version),
                })
                .to_string(),
            ),
            None => refuse("ResourceNotFoundException"),
        },
        "secretsmanager.PutSecretValue" => {
            if account.writes == Some(0) {
                return (StatusCode::INTERNAL_SERVER_ERROR, String::new());
            }
            account.writes = account.writes.map(|left| left - 1);
            let value = asked["SecretString"].as_str().unwrap().to_owned();
            let version = asked["ClientRequestToken"].as_str().unwrap().to_owned();
            assert!((32..=64).contains(&version.len()), "{version}");
            let named = (arn.clone(), version.clone());
            match account.versions.get(&named) {
                Some(there) if *there == value => return (StatusCode::OK, "{}".to_owned()),
                Some(_) => return refuse("ResourceExistsException"),
                None => account.versions.insert(named, value.clone()),
            };
            account.current.insert(arn.clone(), version.clone());
            account.values.push(value.clone());
            account.secrets.insert(arn.clone(), Some(value));
            let is_intention = account.secrets[&arn].as_ref().unwrap().contains("underWay");
            if let Some(after) = account.after_intention.take_if(|_| is_intention) {
                after();
            }
            (
                StatusCode::OK,
                json!({ "ARN": arn, "VersionId": version }).to_string(),
            )
        }
        _ => refuse("InvalidAction"),
    }
}

/// Signature Version 4 of a `POST` to `/`.
fn is_signed(headers: &HeaderMap, body: &[u8], region: &str) -> bool {
    let text = |name: &str| headers[name].to_str().unwrap();
    let authorization = text("authorization");
    let field = |name: &str| {
        let (_, rest) = authorization.split_once(name).unwrap();
        rest.split(',').next().unwrap().to_owned()
    };
    let names = field("SignedHeaders=");
    let needed = [
        "content-type",
        "host",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-target",
    ];
    if names.split(';').ne(needed) || text("x-amz-security-token") != SESSION_TOKEN {
        return false;
    }
    let mut canonical = "POST\n/\n\n".to_owned();
    for name in needed {
        writeln!(canonical, "{name}:{}", text(name)).unwrap();
    }
    let hash = |bytes: &[u8]| hex(digest::digest(&digest::SHA256, bytes).as_ref());
    write!(canonical, "\n{names}\n{}", hash(body)).unwrap();
    let date = text("x-amz-date");
    let scope = format!("{}/{region}/secretsmanager/aws4_request", &date[..8]);
    let signed = format!(
        "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
        hash(canonical.as_bytes())
    );
    let key = format!("AWS4{SECRET_KEY}").into_bytes();
    let key = scope.split('/').fold(key, |key, part| mac(&key, part));
    field("Credential=") == format!("{ACCESS_KEY}/{scope}")
        && field("Signature=") == hex(&mac(&key, &signed))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
