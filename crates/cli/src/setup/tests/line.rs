//! The line to the three services, which can be cut at any call, and on which somebody can meddle.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use linking::aws::{
    Alias, Aws, Build, Configuration, Deployment, Error, Identity, Invocation, Permission, Policy,
    Resource, Stack,
};
use linking::id::FunctionArn;
use linking::particle::Particle;
use linking::probe::TokenRequest;
use linking::region::Region;
use linking::smapi::{Settings, Smapi};
use secrecy::ExposeSecret as _;
use serde_json::Value as Json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::aws::Memory;
use super::desk::{Desk, Told};
use crate::setup::removal::{self, Extent};
use crate::setup::services::Services;
use crate::setup::steps::{Outcome, Plan, Up};

/// What happens to the next change of a resource.
pub(super) enum Meddling {
    /// It is refused with this status.
    Refused(StatusCode),
    /// It is said to be done, and is not.
    Swallowed,
    /// Somebody else puts this there first.
    Overtaken(Json),
}

/// Where a line is cut: nothing gets through after it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// Before the service is asked.
    Call,
    /// Before it is heard what the service has done.
    Answer,
}

/// A desk whose calls can be cut off.
pub(super) struct Line<'a> {
    desk: &'a Desk,
    wire: Arc<Wire>,
    services: Services<Wired<'a>>,
    servers: [JoinHandle<()>; 2],
}

#[derive(Default)]
struct Wire {
    calls: AtomicUsize,
    /// Where the line is cut, if it is.
    cut: Mutex<Option<(Cut, usize)>>,
    meddling: Mutex<Option<(&'static str, Meddling)>>,
    /// What is told of a resource in place of what there is; nothing where it is said not to be there.
    told: Mutex<Vec<(&'static str, Option<Json>)>>,
    /// The status in which deployments end, where it is not the usual one.
    ends: Mutex<Option<&'static str>>,
}

/// What becomes of a call.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Answered,
    /// It is made, and nobody hears of it.
    Unheard,
    Cut,
}

impl Wire {
    fn fate(&self) -> Fate {
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        match *self.cut.lock().unwrap() {
            Some((Cut::Answer, cut)) if call == cut => Fate::Unheard,
            Some((_, cut)) if call >= cut => Fate::Cut,
            Some(_) | None => Fate::Answered,
        }
    }
}

impl<'a> Line<'a> {
    pub(super) async fn new(desk: &'a Desk) -> Self {
        let wire = Arc::new(Wire::default());
        let (alexa_url, alexa) = serve(desk.alexa.url(), &wire).await;
        let (cloud_url, cloud) = serve(desk.cloud.url(), &wire).await;
        let token = desk.alexa.access_token();
        let settings = Settings::read(|name| match name {
            "ASK_SMAPI_SERVER_BASE_URL" | "ASK_LWA_TOKEN_HOST" => Some(alexa_url.clone()),
            "ASK_ACCESS_TOKEN" => Some(token.expose_secret().to_owned()),
            _ => None,
        });
        let http = desk.services.http.clone();
        let smapi = Smapi::new(settings.unwrap(), http.clone());
        let token = desk.services.token.clone().unwrap();
        let services = Services {
            smapi: smapi.paced(Duration::from_millis(1), Duration::from_secs(20)),
            particle: Ok(Particle::new(
                http.clone(),
                cloud_url.parse().unwrap(),
                token.clone(),
            )),
            token: Some(token),
            particle_url: desk.services.particle_url.clone(),
            aws: Wired {
                memory: &desk.services.aws,
                wire: Arc::clone(&wire),
            },
            http,
        };
        Self {
            desk,
            wire,
            services,
            servers: [alexa, cloud],
        }
    }

    /// Has it be said that what stands at the end of this path is not there.
    pub(super) fn hide(&self, resource: &'static str) {
        self.wire.told.lock().unwrap().push((resource, None));
    }

    /// Has something else be told of it.
    pub(super) fn tell(&self, resource: &'static str, instead: Json) {
        self.wire
            .told
            .lock()
            .unwrap()
            .push((resource, Some(instead)));
    }

    /// How many calls there were.
    pub(super) fn calls(&self) -> usize {
        self.wire.calls.load(Ordering::SeqCst)
    }

    /// Cuts it at this call, where the first is 1.
    pub(super) fn cut_at(&self, cut: Cut, call: usize) {
        *self.wire.cut.lock().unwrap() = Some((cut, call));
    }

    /// Meddles with the next change of what is at addresses with this end.
    pub(super) fn meddle(&self, resource: &'static str, meddling: Meddling) {
        *self.wire.meddling.lock().unwrap() = Some((resource, meddling));
    }

    /// Has deployments end in this status.
    pub(super) fn ends(&self, status: &'static str) {
        *self.wire.ends.lock().unwrap() = Some(status);
    }

    pub(super) async fn up(&self, plan: &Plan) -> (anyhow::Result<Option<Outcome>>, Vec<String>) {
        let mut told = Told::default();
        let up = Up {
            services: &self.services,
            plan,
            file: &mut self.desk.file(),
            report: &mut told,
        };
        let outcome = up.run(TokenRequest::of_this_run()).await;
        let told = told.lines(&outcome);
        (outcome, told)
    }

    pub(super) async fn down(&self, skill: bool) -> (anyhow::Result<()>, Vec<String>) {
        let mut told = Told::default();
        let mut file = self.desk.file();
        let extent = Extent { skill };
        let found = removal::look(&self.services, &file).await;
        let outcome = match found {
            Ok(found) => removal::run(&self.services, &mut file, found, extent, &mut told).await,
            Err(error) => Err(error),
        };
        let told = told.lines(&outcome);
        (outcome, told)
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

/// The way to one service over HTTP.
#[derive(Clone)]
struct Hop {
    target: String,
    wire: Arc<Wire>,
    client: Client<HttpConnector, Body>,
}

async fn serve(target: String, wire: &Arc<Wire>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let hop = Hop {
        target,
        wire: Arc::clone(wire),
        client: Client::builder(TokioExecutor::new()).build_http(),
    };
    let router = Router::new().fallback(pass).with_state(hop);
    let server = tokio::spawn(async move {
        axum::serve(listener, router).await.unwrap();
    });
    (url, server)
}

async fn pass(State(hop): State<Hop>, mut request: Request) -> Response {
    let fate = hop.wire.fate();
    if fate == Fate::Cut {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let told = hop.wire.told.lock().unwrap().clone();
    let told = told
        .into_iter()
        .find(|(it, _)| request.method() == Method::GET && request.uri().path().ends_with(it));
    match told {
        None => {}
        Some((_, None)) => return StatusCode::NOT_FOUND.into_response(),
        Some((_, Some(instead))) => return instead.to_string().into_response(),
    }
    let path = request.uri().path_and_query().unwrap().to_string();
    let url = format!("{}{path}", hop.target);
    let meddling = hop.wire.meddling.lock().unwrap().take_if(|(resource, _)| {
        request.method() != Method::GET && request.uri().path().ends_with(*resource)
    });
    match meddling {
        None => {}
        Some((_, Meddling::Refused(status))) => return status.into_response(),
        Some((_, Meddling::Swallowed)) => return StatusCode::ACCEPTED.into_response(),
        Some((_, Meddling::Overtaken(body))) => {
            let other = Request::put(&url)
                .header(AUTHORIZATION, request.headers()[AUTHORIZATION].clone())
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(Body::from(body.to_string()));
            let answer = hop.client.request(other.unwrap()).await.unwrap();
            assert!(answer.status().is_success(), "{answer:?}");
        }
    }
    *request.uri_mut() = url.parse().unwrap();
    request.headers_mut().remove(HOST);
    let answer = hop.client.request(request).await.unwrap();
    if fate == Fate::Unheard {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    answer.map(Body::new).into_response()
}

/// AWS behind the line.
struct Wired<'a> {
    memory: &'a Memory,
    wire: Arc<Wire>,
}

impl Wired<'_> {
    async fn through<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let fate = self.wire.fate();
        if fate == Fate::Answered {
            return call.await;
        }
        if fate == Fate::Unheard {
            // What came of it is not heard.
            let _ = call.await;
        }
        Err(Error::Unreadable {
            command: "the line is cut".to_owned(),
        })
    }
}

impl Aws for Wired<'_> {
    async fn missing_tools(&self, building: bool) -> Vec<Error> {
        self.memory.missing_tools(building).await
    }

    async fn identity(&self) -> Result<Identity, Error> {
        self.through(self.memory.identity()).await
    }

    async fn stack(&self, region: Region, name: &str) -> Result<Option<Stack>, Error> {
        self.through(self.memory.stack(region, name)).await
    }

    async fn build(&self, build: &Build, line: &(dyn Fn(&str) + Sync)) -> Result<PathBuf, Error> {
        self.through(self.memory.build(build, line)).await
    }

    async fn deploy(
        &self,
        deployment: &Deployment,
        line: &(dyn Fn(&str) + Sync),
    ) -> Result<bool, Error> {
        let changed = self.through(self.memory.deploy(deployment, line)).await?;
        if let Some(status) = *self.wire.ends.lock().unwrap() {
            let mut world = self.memory.world();
            let stack = world.stacks.get_mut(&deployment.region).unwrap();
            status.clone_into(&mut stack.status);
            stack.reason = Some("no rights".to_owned());
        }
        Ok(changed)
    }

    async fn delete_stack(&self, region: Region, name: &str) -> Result<(), Error> {
        self.through(self.memory.delete_stack(region, name)).await
    }

    async fn policy(&self, arn: &FunctionArn) -> Result<Option<Policy>, Error> {
        self.through(self.memory.policy(arn)).await
    }

    async fn alias(&self, arn: &FunctionArn) -> Result<Option<Alias>, Error> {
        self.through(self.memory.alias(arn)).await
    }

    async fn configuration(&self, arn: &FunctionArn) -> Result<Option<Configuration>, Error> {
        self.through(self.memory.configuration(arn)).await
    }

    async fn function_policy(
        &self,
        region: Region,
        function: &str,
    ) -> Result<Option<Policy>, Error> {
        self.through(self.memory.function_policy(region, function))
            .await
    }

    async fn resources(&self, region: Region, stack: &str) -> Result<Vec<Resource>, Error> {
        self.through(self.memory.resources(region, stack)).await
    }

    async fn add_permission(
        &self,
        arn: &FunctionArn,
        permission: &Permission<'_>,
    ) -> Result<(), Error> {
        self.through(self.memory.add_permission(arn, permission))
            .await
    }

    async fn remove_permission(&self, arn: &FunctionArn, sid: &str) -> Result<(), Error> {
        self.through(self.memory.remove_permission(arn, sid)).await
    }

    async fn create_alias(&self, arn: &FunctionArn, version: &str) -> Result<(), Error> {
        self.through(self.memory.create_alias(arn, version)).await
    }

    async fn invoke(&self, arn: &FunctionArn, event: &Json) -> Result<Invocation, Error> {
        self.through(self.memory.invoke(arn, event)).await
    }
}
