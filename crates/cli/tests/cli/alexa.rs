//! `simulate --alexa`: what README has people do by hand, with a script in place of AWS's tools.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout};

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};
use tempfile::TempDir;

use crate::program::{Outcome, Program};
use crate::setup::furnish;

const README: &str = include_str!("../../../../README.md");

/// Where a customer of the simulated developer is sent after the log-in.
const REDIRECT: &str = "https://pitangui.amazon.com/api/skill/link/M1SIMULATOR00";

/// Both simulators, until this is dropped.
struct Simulators {
    child: Child,
    welcome: Vec<String>,
    /// Who writes where nobody reads is ended.
    _requests: Lines<BufReader<ChildStdout>>,
    /// Its folder has the certificate.
    _program: Program,
}

impl Drop for Simulators {
    fn drop(&mut self) {
        // They may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Simulators {
    /// Starts them by a command as it is shown, but at ports that are free.
    fn start(command: &str) -> Self {
        let command = command.replace("--alexa ", "--alexa=127.0.0.1:0 --listen 127.0.0.1:0 ");
        let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
        let mut program = Program::new(&arguments);
        let mut child = program.start();
        let mut requests = BufReader::new(child.stdout.take().unwrap()).lines();
        let welcome = requests.by_ref().map(Result::unwrap);
        let welcome = welcome.take_while(|line| !line.starts_with("Requests appear here"));
        Self {
            welcome: welcome.collect(),
            _requests: requests,
            _program: program,
            child,
        }
    }

    /// What is to be exported, as a shell reads it.
    fn variables(&self) -> BTreeMap<String, String> {
        let exported = self
            .welcome
            .iter()
            .filter_map(|line| line.trim().strip_prefix("export "));
        let read = exported.map(|assignment| {
            let (name, value) = assignment.split_once('=').unwrap();
            let quoted = value
                .strip_prefix('\'')
                .and_then(|value| value.strip_suffix('\''));
            let is_plain = |value: &str| !value.contains(['|', '&', ';', ' ', '$', '\'']);
            assert!(quoted.is_some() || is_plain(value), "{assignment}");
            (name.to_owned(), quoted.unwrap_or(value).to_owned())
        });
        read.collect()
    }

    /// Runs a command as it is shown, in this home directory.
    fn run(&self, command: &str, home: &TempDir, path: &str) -> Outcome {
        let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
        let variables = self.variables();
        let authorize = format!("{}/oauth/authorize", variables["PARTICLE_API_URL"]);
        let mut program = Program::new(&arguments)
            .within(home.path())
            .variable("PATH", path)
            .variable("REDIRECT_URI", REDIRECT)
            .variable("AUTHORIZATION_URI", &authorize);
        for (name, value) in &variables {
            program = program.variable(name, value);
        }
        program.run()
    }

    /// Where the app is.
    fn app(&self) -> String {
        let mut words = self.welcome.iter().flat_map(|line| line.split_whitespace());
        words
            .rfind(|word| word.starts_with("http://"))
            .unwrap()
            .to_owned()
    }
}

/// The commands of README's block, without what is said of them.
fn shown() -> Vec<&'static str> {
    let mut blocks = README.split("```sh\n").skip(1);
    let block = blocks
        .find(|block| block.contains("simulate --alexa"))
        .unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let lines = block
        .lines()
        .map(|line| line.split(" #").next().unwrap().trim());
    lines
        .filter(|line| line.starts_with("particle-alexa "))
        .collect()
}

/// Signs in at Particle's page and allows it: where that leads.
async fn allowed(http: &Client, login: &str) -> String {
    let mut page = http.get(login).send().await.unwrap();
    let mut cookie = String::new();
    for fields in [
        "username=maker%40example.com&password=particle",
        "decision=allow",
    ] {
        if let Some(set) = page.headers().get(SET_COOKIE) {
            let set = set.to_str().unwrap().split(';').next().unwrap();
            set.clone_into(&mut cookie);
        }
        let url: Url = page.url().clone();
        let text = page.text().await.unwrap();
        let between = |start: &str| {
            let (_, rest) = text.split_once(start).unwrap();
            rest.split_once('"').unwrap().0
        };
        let url = url.join(between("action=\"")).unwrap();
        let form = format!("ticket={}&{fields}", between("name=\"ticket\" value=\""));
        let sent = http.post(url).header(COOKIE, &cookie);
        page = sent
            .header("content-type", FORM)
            .body(form)
            .send()
            .await
            .unwrap();
    }
    page.headers()[LOCATION].to_str().unwrap().to_owned()
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_skill_is_set_up_and_linked_by_hand() {
    let shown = shown();
    let [simulate, dry, up, doctor, down] = &shown[..] else {
        panic!("{shown:?} is not what is tried here")
    };
    let simulators = Simulators::start(simulate);
    let home = tempfile::tempdir().unwrap();
    let path = furnish(home.path());
    assert!(
        simulators.welcome.iter().any(|line| line.trim() == *dry),
        "{:#?}",
        simulators.welcome
    );
    let planned = simulators.run(dry, &home, &path);
    assert_eq!(planned.status, 0, "{planned:?}");
    assert!(planned.stdout.contains("would be deployed"), "{planned:?}");
    let made = simulators.run(up, &home, &path);
    assert_eq!(made.status, 0, "{made:?}");
    let examined = simulators.run(doctor, &home, &path);
    assert_eq!(examined.status, 0, "{examined:?}");

    // An error says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = std::fs::read(&simulators.variables()["PARTICLE_CA_FILE"]).unwrap();
    let authority = Certificate::from_pem(&authority).unwrap();
    let http = Client::builder().tls_certs_only([authority]);
    let http = http.redirect(Policy::none()).build().unwrap();
    let app = simulators.app();
    let page = async || http.get(&app).send().await.unwrap().text().await.unwrap();
    let list = page().await;
    assert!(
        list.contains("<h2>My Particle Home</h2><p>Not linked.</p>"),
        "{list}"
    );
    let (_, id) = list.split_once("name=\"skill\" value=\"").unwrap();
    let (id, _) = id.split_once('"').unwrap();
    let press = async |action: &str, form: String| {
        let press = http
            .post(format!("{app}{action}"))
            .header("content-type", FORM);
        press.body(form).send().await.unwrap()
    };
    let enabled = press("enable", format!("skill={id}")).await;
    let login = enabled.headers()[LOCATION].to_str().unwrap();
    let came_back = allowed(&http, login).await;
    assert!(came_back.starts_with(REDIRECT), "{came_back}");
    let mut form: Url = "http://127.0.0.1/".parse().unwrap();
    form.query_pairs_mut().append_pair("url", &came_back);
    press("returned", form.query().unwrap().to_owned()).await;
    let list = page().await;
    assert!(list.contains("Linked. Devices: Desk lamp, "), "{list}");

    // Said with the token that linking gave, and through the function.
    let (_, form) = list.split_once("action=\"/say\"").unwrap();
    let (_, endpoint) = form.split_once("name=\"endpoint\" value=\"").unwrap();
    let (endpoint, rest) = endpoint.split_once('"').unwrap();
    assert!(rest.starts_with(">Desk lamp: <button"), "{rest}");
    for (name, state) in [("TurnOn", "ON"), ("TurnOff", "OFF")] {
        let form = format!("skill={id}&endpoint={endpoint}&name={name}");
        let told = press("say", form).await.text().await.unwrap();
        assert!(told.contains(&format!("powerState is {state}")), "{told}");
    }

    let nonsense = format!("skill={id}&endpoint={endpoint}&name=SelfDestruct");
    assert_eq!(press("say", nonsense).await.status(), 400);
    press("disable", format!("skill={id}")).await;
    let form = format!("skill={id}&endpoint={endpoint}&name=TurnOn");
    let told = press("say", form).await.text().await.unwrap();
    assert!(told.contains("the account is not linked"), "{told}");

    let gone = simulators.run(down, &home, &path);
    assert_eq!(gone.status, 0, "{gone:?}");
    let list = page().await;
    assert!(list.contains("There is no skill to enable yet."), "{list}");
}

#[test]
fn both_are_told_to_a_script() {
    let simulator = crate::program::Simulator::start_with(&["--alexa=127.0.0.1:0"]);
    let alexa = &simulator.place["alexa"];
    let url = alexa["variables"]["ASK_SMAPI_SERVER_BASE_URL"]
        .as_str()
        .unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{alexa}");
    assert_eq!(alexa["variables"].as_object().unwrap().len(), 6);
    let rules = alexa["hostResolverRules"].as_str().unwrap();
    assert!(
        rules.starts_with("MAP pitangui.amazon.com 127.0.0.1:"),
        "{rules}"
    );
}
