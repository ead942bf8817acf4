//! The Alexa app, for a person with a browser: which skills they can enable, and the way back from the log-in.

use std::{fmt::Write as _, io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tokio::sync::watch;

use super::{
    Customer,
    page::{escaped, linked, page},
};
use crate::{server, skill::Skill};

/// The app's page; it is there until this is dropped.
#[derive(Debug)]
pub struct App {
    address: SocketAddr,
    _stop: Arc<watch::Sender<()>>,
}

impl Customer {
    /// Serves the app at an address of this machine's loopback interface.
    ///
    /// # Errors
    ///
    /// Fails where the address cannot be bound, and refuses one that others can reach.
    pub async fn serve_app(&self, address: SocketAddr) -> io::Result<App> {
        let listener = server::bind(address).await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/", get(skills))
            .route("/enable", post(enable))
            .route("/disable", post(disable))
            .route("/returned", post(returned))
            .with_state(self.clone());
        let (stop, stopped) = watch::channel(());
        tokio::spawn(server::serve(listener, router, None, stopped));
        Ok(App {
            address,
            _stop: Arc::new(stop),
        })
    }

    /// The skills that have a manifest, each with its name.
    fn skills(&self) -> Vec<(String, String)> {
        let state = self.amazon().state();
        let shown = state.skills.iter().filter(|skill| skill.manifest.is_some());
        let named = shown.map(|skill| {
            (
                skill.id.clone(),
                Skill::name(skill).unwrap_or(&skill.id).to_owned(),
            )
        });
        named.collect()
    }

    /// What was discovered for a skill, by name.
    fn devices(&self, skill: &str) -> Vec<String> {
        let endpoints = self.endpoints(skill);
        let names = endpoints
            .iter()
            .filter_map(|endpoint| endpoint["friendlyName"].as_str());
        names.map(str::to_owned).collect()
    }
}

impl App {
    /// Where a browser finds it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

async fn skills(State(customer): State<Customer>) -> Response {
    let mut list = String::new();
    let skills = customer.skills();
    if skills.is_empty() {
        list.push_str("<p>There is no skill to enable yet.</p>");
    }
    for (id, name) in &skills {
        let (action, button, state) = match customer.is_linked(id) {
            true => {
                let devices = customer.devices(id);
                let state = match devices.is_empty() {
                    true => "Linked. No new devices were found.".to_owned(),
                    false => format!("Linked. Devices: {}.", devices.join(", ")),
                };
                ("disable", "Disable", state)
            }
            false => ("enable", "Enable to use", "Not linked.".to_owned()),
        };
        // Writing into a text does not fail.
        let _ = write!(
            list,
            "<h2>{}</h2><p>{}</p><form method=\"post\" action=\"/{action}\">\
             <input type=\"hidden\" name=\"skill\" value=\"{}\"><button>{button}</button></form>",
            escaped(name),
            escaped(&state),
            escaped(id),
        );
    }
    page(
        "Your skills",
        &format!(
            "{list}<hr><form method=\"post\" action=\"/returned\">\
             <p>After the log-in the browser goes to an address of Amazon's. If Amazon herself answers there, paste that \
             address here:</p>\
             <input name=\"url\" size=\"80\" aria-label=\"Address\"><button>Go on</button></form>"
        ),
    )
}

async fn enable(State(customer): State<Customer>, form: String) -> Response {
    match customer.enable(&field(&form, "skill")) {
        Ok(url) => leads_to(&url),
        Err(failure) => linked(Err(failure)),
    }
}

async fn disable(State(customer): State<Customer>, form: String) -> Response {
    customer.disable(&field(&form, "skill"));
    leads_to("/")
}

async fn returned(State(customer): State<Customer>, form: String) -> Response {
    linked(customer.returned(field(&form, "url").trim()).await)
}

fn field(form: &str, name: &str) -> String {
    let mut fields = form_urlencoded::parse(form.as_bytes());
    let field = fields.find(|(key, _)| key == name);
    field
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn leads_to(url: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, url.to_owned())]).into_response()
}
