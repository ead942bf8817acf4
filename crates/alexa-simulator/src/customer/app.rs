//! The Alexa app, for a person with a browser: which skills they can enable, the way back from the log-in, and what of the
//! devices can be switched.

use std::{fmt::Write as _, io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::Value;
use tokio::sync::watch;

use super::{
    Customer,
    directive::Directive,
    page::{escaped, linked, page},
};
use crate::{server, skill::Skill};

/// What a lamp and a socket have.
const POWER: &str = "Alexa.PowerController";

/// What is said to those, by the words on the buttons.
const SAID: [(&str, &str); 2] = [("Turn on", "TurnOn"), ("Turn off", "TurnOff")];

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
            .route("/say", post(say))
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

    /// What was discovered for a skill.
    fn devices(&self, skill: &str) -> Vec<Device> {
        let endpoints = self.endpoints(skill);
        let devices = endpoints.iter().filter_map(Device::read);
        devices.collect()
    }
}

/// An endpoint, as far as the app shows it.
struct Device {
    id: String,
    name: String,
    can_be_switched: bool,
}

impl Device {
    fn read(endpoint: &Value) -> Option<Self> {
        let capabilities = endpoint["capabilities"].as_array();
        let mut interfaces = capabilities
            .into_iter()
            .flatten()
            .filter_map(|capability| capability["interface"].as_str());
        Some(Self {
            id: endpoint["endpointId"].as_str()?.to_owned(),
            name: endpoint["friendlyName"].as_str()?.to_owned(),
            can_be_switched: interfaces.any(|interface| interface == POWER),
        })
    }

    /// A button for each thing that can be said to it.
    fn buttons(&self, skill: &str) -> String {
        let buttons = SAID.map(|(words, name)| {
            format!("<button name=\"name\" value=\"{name}\">{words}</button>")
        });
        format!(
            "<form method=\"post\" action=\"/say\"><input type=\"hidden\" name=\"skill\" value=\"{}\">\
             <input type=\"hidden\" name=\"endpoint\" value=\"{}\">{}: {}</form>",
            escaped(skill),
            escaped(&self.id),
            escaped(&self.name),
            buttons.concat(),
        )
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
        let mut switches = String::new();
        let (action, button, state) = match customer.is_linked(id) {
            true => {
                let devices = customer.devices(id);
                let switched = devices.iter().filter(|device| device.can_be_switched);
                switches = switched.map(|device| device.buttons(id)).collect();
                let names: Vec<&str> = devices.iter().map(|device| device.name.as_str()).collect();
                let state = match names.is_empty() {
                    true => "Linked. No new devices were found.".to_owned(),
                    false => format!("Linked. Devices: {}.", names.join(", ")),
                };
                ("disable", "Disable", state)
            }
            false => ("enable", "Enable to use", "Not linked.".to_owned()),
        };
        // Writing into a text does not fail.
        let _ = write!(
            list,
            "<h2>{}</h2><p>{}</p><form method=\"post\" action=\"/{action}\">\
             <input type=\"hidden\" name=\"skill\" value=\"{}\"><button>{button}</button></form>{switches}",
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

/// Says it with the token that linking gave, and shows what the skill answers.
async fn say(State(customer): State<Customer>, form: String) -> Response {
    let name = field(&form, "name");
    if !SAID.iter().any(|(_, known)| *known == name) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let (skill, endpoint) = (field(&form, "skill"), field(&form, "endpoint"));
    let directive = Directive::new(POWER, &name);
    let (heading, told) = match customer.direct(&skill, &endpoint, directive).await {
        Ok(answer) => ("OK", power_state(&answer)),
        Err(failure) => ("Alexa is sorry", failure.to_string()),
    };
    let told = escaped(&told);
    let below = format!("<p id=\"told\">{told}</p><p><a href=\"/\">Your skills</a></p>");
    page(heading, &below)
}

/// What an answer says of the power.
fn power_state(answer: &Value) -> String {
    let properties = answer.pointer("/context/properties");
    let mut states = properties
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|property| property["name"] == "powerState")
        .filter_map(|property| property["value"].as_str());
    match states.next() {
        Some(state) => format!("powerState is {state}"),
        None => "The skill does not say what the power is now.".to_owned(),
    }
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
