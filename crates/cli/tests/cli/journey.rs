//! From nothing to "Alexa, turn on the lamp", and back to nothing: all parts together, driven through their front doors.
//!
//! The program sets up, examines and takes down. Alexa and Particle are simulated over HTTP; [AWS](aws) is simulated behind
//! its command lines, and what is deployed there are the project's own binaries. The customer's [browser] is Chromium.
#![cfg(unix)]

mod aws;
mod browser;
mod template;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use alexa_simulator::{Customer, Directive, DirectiveFailure, Region, Simulator as Alexa};
use particle_simulator::{Certificate, Home, Simulator as Cloud};
use secrecy::ExposeSecret as _;
use serde_json::Value as Json;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::program::{Outcome, Program};
use aws::Account;
use browser::{Browser, Chromium};

const STATE: &str = ".particle-alexa/state.json";
const LAMP: &str = "cafe00000000000000000001";
const USERNAME: &str = "maker@example.com";
const PASSWORD: &str = "correct-horse-battery";
const OTP: &str = "271828";

/// No token endpoint and no function takes longer here; Alexa would not wait that long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Longer than an access token holds, and not as long as its refresh token.
const EXPIRY: Duration = Duration::from_secs(91 * 24 * 60 * 60);

/// One way to set up and to link.
struct Journey {
    regions: &'static str,
    relay: &'static str,
    /// Where the customer is. A browser returns elsewhere from outside the first region, for which it takes the relay.
    customer: Region,
    second_factor: bool,
    /// What the Alexa app learns of a denial: Particle sends none of Alexa's state along, and only the relay remembers it.
    denial: &'static str,
    /// What the doctor does not pass, beside what is said of every skill that sends no events.
    found: &'static [(&'static str, &'static str)],
}

const JOURNEYS: [Journey; 2] = [
    Journey {
        regions: "na",
        relay: "off",
        customer: Region::NorthAmerica,
        second_factor: false,
        denial: "the browser returned without a state that Alexa sent",
        found: &[
            ("redirect-regions", "warn"),
            ("relay-url", "skip"),
            ("relay", "skip"),
        ],
    },
    Journey {
        regions: "na,eu",
        relay: "on",
        customer: Region::Europe,
        second_factor: true,
        denial: "the authorization server returned access_denied",
        found: &[],
    },
];

/// What the doctor has nothing to look for, since the skill sends no events.
const NO_EVENTS: [(&str, &str); 2] = [("messaging-client", "skip"), ("accept-grant", "skip")];

/// What the doctor says until a customer has enabled the skill.
const NOT_ENABLED: (&str, &str) = ("enabled", "warn");

/// A developer's world, and what became known in it that nobody may tell.
struct World {
    alexa: Alexa,
    cloud: Cloud,
    account: Account,
    home: TempDir,
    /// The OAuth client's, once there is one.
    client_secret: String,
    told: String,
    secrets: Vec<String>,
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

impl World {
    async fn new(runtime: &Runtime, second_factor: bool) -> Self {
        let mut home = format!("username = '{USERNAME}'\npassword = '{PASSWORD}'\n");
        if second_factor {
            home += &format!("otp = '{OTP}'\n");
        }
        home += &format!("[[device]]\nid = '{LAMP}'\nname = 'lamp'\nfirmware = 'dimmer'\n");
        let cloud = Cloud::builder(Home::parse(&home).unwrap()).tls(Certificate::Trusted);
        let cloud = cloud.start().await.unwrap();
        let home = tempfile::tempdir().unwrap();
        let authority = cloud.certificate_authority();
        fs::write(home.path().join("particle.pem"), authority).unwrap();
        let account = Account::open(runtime.handle(), &home.path().join("bin"), home.path());
        let alexa = Alexa::builder().lambda(account.clone()).polls(1);
        let secrets = [cloud.token(), PASSWORD.to_owned()];
        Self {
            alexa: alexa.start().await.unwrap(),
            cloud,
            account,
            home,
            client_secret: String::new(),
            told: String::new(),
            secrets: secrets.into(),
        }
    }

    /// Runs the program in the developer's home.
    fn run(&mut self, arguments: &[&str]) -> Outcome {
        let token = self.alexa.access_token();
        let path = format!("{}:/usr/bin:/bin", self.home.path().join("bin").display());
        let outcome = Program::new(arguments)
            .within(self.home.path())
            .token(&self.cloud.token())
            .variable("PATH", &path)
            .variable("PARTICLE_API_URL", &self.cloud.url())
            .variable("PARTICLE_CA_FILE", "particle.pem")
            .variable("ASK_SMAPI_SERVER_BASE_URL", &self.alexa.url())
            .variable("ASK_ACCESS_TOKEN", token.expose_secret())
            .variable("PARTICLE_CLIENT_SECRET", &self.client_secret)
            .run();
        self.secrets.push(token.expose_secret().to_owned());
        self.told += &outcome.stdout;
        self.told += &outcome.stderr;
        outcome
    }

    /// Sets up as these arguments say, and gives the skill's id.
    fn up(&mut self, arguments: &[&str]) -> String {
        let up = ["up", "--set", "ParticleCaFile=/opt/particle.pem"];
        let up = [&up, arguments].concat();
        let made = self.run(&up);
        assert_eq!(made.status, 0, "{made:?}");
        let skill = &self.alexa.skills()[0];
        let linking = skill.account_linking.as_ref().unwrap();
        linking
            .client_secret
            .expose_secret()
            .clone_into(&mut self.client_secret);
        self.secrets.push(self.client_secret.clone());
        skill.id.clone()
    }

    /// Has the doctor find nothing wrong, and these checks alone not passed.
    fn is_well_but_for(&mut self, known: &[(&str, &str)]) {
        let examined = self.run(&["doctor", "--json"]);
        assert_eq!(examined.status, 0, "{examined:?}");
        let report = examined.json();
        let findings = report["findings"].as_array().unwrap().iter();
        let text = |finding: &Json, name: &str| finding[name].as_str().unwrap().to_owned();
        let found: BTreeSet<_> = findings
            .map(|finding| (text(finding, "id"), text(finding, "status")))
            .filter(|(_, status)| status != "pass")
            .collect();
        let known = known.iter().chain(&NO_EVENTS);
        let known = known.map(|(id, status)| ((*id).to_owned(), (*status).to_owned()));
        assert_eq!(found, known.collect(), "{report:#}");
    }

    /// Takes everything down, and looks for secrets before and after it.
    fn down(&mut self) {
        let state = self.home.path().join(STATE);
        assert!(state.exists());
        self.keeps_its_secrets();
        let down = self.run(&["down", "--skill", "--yes"]);
        assert_eq!(down.status, 0, "{down:?}");
        assert!(self.alexa.skills().is_empty());
        assert!(self.account.is_empty());
        // One for each OAuth client.
        assert_eq!(self.cloud.authorization_urls(), [] as [String; 0]);
        assert!(!state.exists());
        self.keeps_its_secrets();
    }

    /// Nothing secret stands in what was printed, in a file, in a log or on a command line.
    fn keeps_its_secrets(&self) {
        let mut texts = vec![
            ("the program's output".to_owned(), self.told.clone()),
            ("AWS".to_owned(), self.account.record()),
            ("Alexa".to_owned(), format!("{:?}", self.alexa.requests())),
            (
                "Particle".to_owned(),
                format!("{:?}", self.cloud.requests()),
            ),
        ];
        files(self.home.path(), &mut texts);
        for (place, text) in &texts {
            assert!(!text.is_empty(), "nothing to look at: {place}");
            for secret in &self.secrets {
                assert!(!text.contains(secret), "{secret} stands in {place}: {text}");
            }
        }
    }
}

/// Every file below a folder, but for the binaries, which are links.
fn files(folder: &Path, all: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            files(&path, all);
        } else if kind.is_file() {
            all.push((
                path.display().to_string(),
                fs::read_to_string(path).unwrap(),
            ));
        }
    }
}

impl Journey {
    async fn made(&self, runtime: &Runtime, chromium: &Chromium) {
        let mut world = World::new(runtime, self.second_factor).await;
        let template = project().join("template.yaml");
        let template = template.to_str().unwrap();
        let regions = ["--regions", self.regions, "--relay", self.relay];
        let skill = world.up(&[&["--template", template], &regions[..]].concat());
        world.is_well_but_for(&[self.found, &[NOT_ENABLED]].concat());

        let customer = world.alexa.customer().region(self.customer);
        let customer = customer.trust(world.cloud.certificate_authority());
        let customer = customer.patience(PATIENCE).deadline(PATIENCE);
        let customer = customer.build().unwrap();
        self.links(&mut world, chromium, &customer, &skill).await;
        world.is_well_but_for(self.found);

        says(&world, &customer, &skill, "TurnOn").await;
        says(&world, &customer, &skill, "TurnOff").await;
        let first = tokens(&customer, &skill);
        world.cloud.advance(EXPIRY);
        customer.let_pass(EXPIRY);
        says(&world, &customer, &skill, "TurnOn").await;
        let second = tokens(&customer, &skill);
        assert_ne!(first[0], second[0]);
        world.secrets.extend(first.into_iter().chain(second));

        customer.disable(&skill);
        let directive = Directive::new("Alexa.PowerController", "TurnOff");
        let unlinked = customer.direct(&skill, "lamp", directive).await;
        assert_eq!(unlinked, Err(DirectiveFailure::NotLinked));
        world.down();
    }

    /// Links in a browser; mistypes, and says no at first.
    async fn links(
        &self,
        world: &mut World,
        chromium: &Chromium,
        customer: &Customer,
        skill: &str,
    ) {
        let page = customer.serve_redirects().await.unwrap();
        let browser = chromium.start(&page.host_resolver_rules()).await;
        browser.open(&customer.enable(skill).unwrap()).await;
        sign_in(&browser, "wrong").await;
        let mistake = browser.text("[role=alert]").await;
        assert_eq!(mistake, "The username or the password is wrong.");
        sign_in(&browser, PASSWORD).await;
        self.decide(&browser, "Deny").await;
        browser.sees("We were unable to link").await;
        assert_eq!(browser.text("#cause").await, self.denial);
        assert!(!customer.is_linked(skill));

        browser.open(&customer.enable(skill).unwrap()).await;
        sign_in(&browser, PASSWORD).await;
        self.decide(&browser, "Allow").await;
        browser
            .sees("Your account has been successfully linked.")
            .await;
        let address = browser.address().await;
        let host = format!("https://{}/", self.customer.redirect_host());
        assert!(address.starts_with(&host), "{address}");
        let (_, code) = address.split_once("code=").unwrap();
        let code = code.split('&').next().unwrap();
        world.secrets.push(code.to_owned());
        browser.close().await;
    }

    async fn decide(&self, browser: &Browser, decision: &str) {
        if self.second_factor {
            browser.fill("Code from your authenticator", OTP).await;
            browser.press("Go on").await;
        }
        browser.press(decision).await;
    }
}

async fn sign_in(browser: &Browser, password: &str) {
    browser.fill("Username", USERNAME).await;
    browser.fill("Password", password).await;
    browser.press("Sign in").await;
}

/// Says it to Alexa, and looks at the lamp.
async fn says(world: &World, customer: &Customer, skill: &str, name: &str) {
    let directive = Directive::new("Alexa.PowerController", name);
    let answer = customer.direct(skill, "lamp", directive).await.unwrap();
    let on = name == "TurnOn";
    let state = if on { "ON" } else { "OFF" };
    let properties = answer["context"]["properties"].as_array().unwrap();
    let has = |property: &Json| property["name"] == "powerState" && property["value"] == state;
    assert!(properties.iter().any(has), "{answer}");
    assert_eq!(world.cloud.variable(LAMP, "power"), Some(on.into()));
}

/// The access token and the refresh token.
fn tokens(customer: &Customer, skill: &str) -> [String; 2] {
    let tokens = [customer.access_token(skill), customer.refresh_token(skill)];
    tokens.map(|token| token.unwrap().expose_secret().to_owned())
}

#[test]
fn a_customer_links_in_a_browser_and_the_lamp_goes_on() {
    let Some(chromium) = Chromium::find() else {
        return;
    };
    for journey in JOURNEYS {
        let runtime = runtime();
        runtime.block_on(journey.made(&runtime, &chromium));
    }
}

/// With functions that were built elsewhere there is nothing to build.
#[test]
fn an_artifact_is_deployed_as_it_is() {
    let runtime = runtime();
    runtime.block_on(async {
        let mut world = World::new(&runtime, false).await;
        let packaged = world.home.path().join("packaged");
        aws::build(&project().join("template.yaml"), &packaged);
        let artifact = ["--artifact", "packaged/template.yaml"];
        world.up(&artifact);
        let record = world.account.record();
        assert!(
            record.contains("--template-file packaged/template.yaml"),
            "{record}"
        );
        assert!(!record.contains("sam build"), "{record}");
        world.is_well_but_for(&[NOT_ENABLED]);

        // A second run, in which the variable of the secret is empty.
        let secret = std::mem::take(&mut world.client_secret);
        world.up(&artifact);
        assert_eq!(world.client_secret, secret);
        world.down();
    });
}
