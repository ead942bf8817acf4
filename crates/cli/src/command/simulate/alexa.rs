//! Alexa's side beside the simulated cloud: what `up`, `doctor` and `down` deal with, and a customer's app.
//!
//! AWS is not simulated. Whatever function a skill names, Alexa is admitted to it, and finds the skill of this program
//! there, which asks the simulated cloud.

use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::Authorities;
use alexa_for_particle::settings::DEFAULT_DEADLINE;
use alexa_for_particle::skill::Skill;
use alexa_simulator::{
    App, FunctionError, Functions, Invocation, Lambda, RedirectPage, Request, Simulator,
};
use particle_simulator::Simulator as Cloud;
use secrecy::ExposeSecret as _;
use serde_json::{Value as Json, json};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::output::{self, LOUD, styled};

/// The only function there is, whatever it is called.
const FUNCTION: &str = "skill";

/// So many times a change is said to be under way, as Alexa does.
const POLLS: u32 = 1;

/// Alexa's side, which is there until this is dropped.
pub(super) struct Alexa {
    simulator: Simulator,
    requests: broadcast::Receiver<Request>,
    app: App,
    redirects: RedirectPage,
}

impl Alexa {
    /// Starts it, beside this cloud. Its app is at any free port.
    pub(super) async fn start(address: SocketAddr, cloud: &Cloud) -> anyhow::Result<Self> {
        let lambda = Everywhere(Functions::default());
        host(&lambda.0, cloud)?;
        let builder = Simulator::builder().address(address).polls(POLLS);
        let started = builder.lambda(lambda).start().await;
        let simulator = super::bound("--alexa=", address, started)?;
        let customer = match cloud.certificate_authority() {
            "" => simulator.customer(),
            authority => simulator.customer().trust(authority),
        };
        let customer = customer.build()?;
        let free = SocketAddr::new(address.ip(), 0);
        Ok(Self {
            requests: simulator.subscribe(),
            app: customer.serve_app(free).await?,
            redirects: customer.serve_redirects().await?,
            simulator,
        })
    }

    /// What it is asked next.
    pub(super) async fn asked(&mut self) -> Result<Request, RecvError> {
        self.requests.recv().await
    }

    /// What is set in the environment, by the names that Amazon's `ask` gives it.
    fn variables(&self) -> [(&'static str, String); 6] {
        let simulator = &self.simulator;
        [
            ("ASK_SMAPI_SERVER_BASE_URL", simulator.url()),
            ("ASK_LWA_TOKEN_HOST", simulator.url()),
            ("ASK_VENDOR_ID", simulator.vendor_id().to_owned()),
            ("ASK_LWA_CLIENT_ID", simulator.client_id()),
            (
                "ASK_LWA_CLIENT_CONFIRMATION",
                simulator.client_secret().expose_secret().to_owned(),
            ),
            (
                "ASK_REFRESH_TOKEN",
                simulator.refresh_token().expose_secret().to_owned(),
            ),
        ]
    }

    /// Where it is and how to use it, for a script.
    pub(super) fn place(&self) -> Json {
        let variables = self.variables().into_iter();
        let variables = variables.map(|(name, value)| (name.to_owned(), value.into()));
        json!({
            "app": self.app.url(),
            "hostResolverRules": self.redirects.host_resolver_rules(),
            "variables": variables.collect::<serde_json::Map<_, Json>>(),
        })
    }

    /// The same for people.
    pub(super) fn welcome(&self) -> anyhow::Result<()> {
        let app = self.app.url();
        output::line(format_args!(
            "A simulated Alexa at {}, and her app at {}\n",
            styled(LOUD, self.simulator.url()),
            styled(LOUD, &app)
        ))?;
        for (name, value) in self.variables() {
            // A refresh token has a character that means something to a shell.
            output::line(format_args!("  export {name}='{value}'"))?;
        }
        output::line(
            "\nAWS is not simulated: it is your own, or the one that AWS_ENDPOINT_URL names.\n",
        )?;
        output::line("  particle-alexa up --dry-run --relay off --state simulated.json\n")?;
        output::line(
            "To enable the skill then, and to turn devices on, in a browser that finds Alexa here:\n",
        )?;
        output::line(format_args!(
            "  chromium --user-data-dir=\"$(mktemp -d)\" --ignore-certificate-errors \\\n      \
             --host-resolver-rules=\"{}\" \\\n      {app}\n",
            self.redirects.host_resolver_rules()
        ))?;
        Ok(())
    }
}

/// Puts the skill itself where Alexa finds it.
fn host(functions: &Functions, cloud: &Cloud) -> anyhow::Result<()> {
    let authorities = match cloud.certificate_authority() {
        "" => Authorities::default(),
        authority => Authorities::from_pem(authority.as_bytes()).map_err(anyhow::Error::msg)?,
    };
    let skill = Skill::new(cloud.url().parse()?, authorities)?;
    functions.host(FUNCTION, || {
        let skill = Rc::new(skill);
        move |event: Json| {
            let skill = Rc::clone(&skill);
            async move {
                let deadline = Deadline::after(DEFAULT_DEADLINE);
                let answer = skill.answer(&event.to_string(), deadline).await;
                let failed = |error: &dyn std::fmt::Display| FunctionError(error.to_string());
                let answer = answer.map_err(|error| failed(&error))?;
                serde_json::to_value(answer.response).map_err(|error| failed(&error))
            }
        }
    })?;
    Ok(())
}

/// One function at every ARN.
struct Everywhere(Functions);

impl Lambda for Everywhere {
    fn admits(&self, _: Invocation) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        Box::pin(std::future::ready(true))
    }

    fn invoke(
        &self,
        invocation: Invocation,
        event: Json,
    ) -> Pin<Box<dyn Future<Output = Result<Json, FunctionError>> + Send + '_>> {
        let invocation = Invocation {
            function: FUNCTION.to_owned(),
            ..invocation
        };
        self.0.invoke(invocation, event)
    }
}
