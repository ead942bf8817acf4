//! A customer links an account of the Particle simulator: both sides are what they are to others.

use std::{rc::Rc, time::Duration};

use alexa_for_particle::{deadline::Deadline, particle::Authorities, skill::Skill};
use alexa_simulator::{
    Customer, CustomerBuilder, Directive, DirectiveFailure, FunctionError, Functions, LinkCause,
    LinkFailure, Simulator as Alexa, TokenFailure,
};
use particle_simulator::{Certificate, Home, Simulator as Particle};
use reqwest::{
    Client, RequestBuilder, Response,
    header::{COOKIE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use secrecy::ExposeSecret;
use serde_json::json;
use url::Url;

use crate::client::{Developer, FUNCTION, endpoint, http, manifest, with};

const CLIENT: &str = r#"
    [[client]]
    id = "alexa-1234"
    secret = "hush"
    redirect_uri = "https://pitangui.amazon.com/api/skill/link/M1SIMULATOR00"

    [[device]]
    id = "00000000000000000000001a"
    name = "desk_lamp"
    firmware = "dimmer"
"#;

/// A skill whose accounts are Particle's.
struct World {
    particle: Particle,
    developer: Developer,
    functions: Functions,
    skill: String,
}

impl World {
    async fn new() -> Self {
        let home = Home::parse(CLIENT).unwrap();
        let particle = Particle::builder(home).tls(Certificate::Trusted);
        let particle = particle.start().await.unwrap();
        let functions = Functions::default();
        let developer = Developer::with(Alexa::builder().lambda(functions.clone())).await;
        let skill = developer.skill().await;
        functions.permit(FUNCTION, &skill);
        functions.handle(FUNCTION, |_| async {
            let header = json!({ "namespace": "Alexa.Discovery", "name": "Discover.Response" });
            Ok(json!({ "event": { "header": header, "payload": { "endpoints": [] } } }))
        });
        let path = format!("/v1/skills/{skill}/stages/development");
        let whole = json!({ "manifest": with(manifest(), "/apis/smartHome", endpoint(FUNCTION)) });
        let put = developer.put(&format!("{path}/manifest"), &whole).await;
        assert_eq!(put.status, 202, "{put:?}");
        let linking = json!({ "accountLinkingRequest": {
            "type": "AUTH_CODE",
            "authorizationUrl": format!("{}/oauth/authorize", particle.url()),
            "accessTokenUrl": format!("{}/oauth/token", particle.url()),
            "accessTokenScheme": "HTTP_BASIC",
            "clientId": "alexa-1234",
            "clientSecret": "hush",
            "scopes": ["profile"],
        } });
        let put = developer
            .put(&format!("{path}/accountLinkingClient"), &linking)
            .await;
        assert_eq!(put.status, 204, "{put:?}");
        Self {
            particle,
            developer,
            functions,
            skill,
        }
    }

    /// Puts the real skill where the manifest says that it is.
    fn deploy(&self) {
        let authorities = self.particle.certificate_authority().as_bytes();
        let authorities = Authorities::from_pem(authorities).unwrap();
        let skill = Skill::new(self.particle.url().parse().unwrap(), authorities).unwrap();
        let hosted = self.functions.host(FUNCTION, || {
            let skill = Rc::new(skill);
            move |event| {
                let skill = Rc::clone(&skill);
                async move {
                    let deadline = Deadline::after(Duration::from_secs(10));
                    let answer = skill.answer(&event.to_string(), deadline).await;
                    let answer = answer.map_err(|error| FunctionError(error.to_string()))?;
                    Ok(serde_json::to_value(answer.response).unwrap())
                }
            }
        });
        hosted.unwrap();
    }

    fn customer(&self, change: impl FnOnce(CustomerBuilder) -> CustomerBuilder) -> Customer {
        let customer = self.developer.simulator.customer();
        let customer = customer.trust(self.particle.certificate_authority());
        change(customer).build().unwrap()
    }

    /// Enables the skill, signs in and decides.
    async fn link(&self, customer: &Customer, decision: &str) -> Result<(), LinkFailure> {
        let url = customer.enable(&self.skill).unwrap();
        let location = self.decide(&url, decision).await;
        customer.returned(&location).await
    }

    /// Signs in at the page and decides: where that leads.
    async fn decide(&self, url: &str, decision: &str) -> String {
        let mut browser = Browser::new(&self.particle);
        let owner = [("username", "maker@example.com"), ("password", "particle")];
        let page = browser.load(browser.http.get(url)).await;
        let page = browser.send(page, &owner).await;
        let answer = browser.send(page, &[("decision", decision)]).await;
        answer.headers()[LOCATION].to_str().unwrap().to_owned()
    }

    async fn opens(&self, customer: &Customer) -> bool {
        let token = customer.access_token(&self.skill).unwrap();
        let user = Browser::new(&self.particle)
            .http
            .get(format!("{}/v1/user", self.particle.url()));
        let user = user
            .bearer_auth(token.expose_secret())
            .send()
            .await
            .unwrap();
        user.status().is_success()
    }

    fn wait(&self, customer: &Customer, days: u64) {
        let time = Duration::from_secs(days * 86_400);
        self.particle.advance(time);
        customer.let_pass(time);
    }
}

/// As much of a browser as it takes to fill in Particle's pages.
struct Browser {
    http: Client,
    cookie: String,
}

impl Browser {
    fn new(particle: &Particle) -> Self {
        http();
        let authority = particle.certificate_authority().as_bytes();
        let authority = reqwest::Certificate::from_pem(authority).unwrap();
        let http = Client::builder().tls_certs_only([authority]).no_proxy();
        Self {
            http: http.redirect(Policy::none()).build().unwrap(),
            cookie: String::new(),
        }
    }

    async fn send(&mut self, page: Response, fields: &[(&str, &str)]) -> Response {
        let url = page.url().clone();
        let text = page.text().await.unwrap();
        let between = |start: &str| {
            let (_, rest) = text.split_once(start).unwrap();
            rest.split_once('"').unwrap().0
        };
        let url: Url = url.join(between("action=\"")).unwrap();
        let ticket = ("ticket", between("name=\"ticket\" value=\""));
        let form = [&[ticket], fields].concat();
        let request = self.http.post(url).form(&form);
        self.load(request).await
    }

    async fn load(&mut self, request: RequestBuilder) -> Response {
        let response = request.header(COOKIE, &self.cookie).send().await.unwrap();
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            cookie
                .split(';')
                .next()
                .unwrap()
                .clone_into(&mut self.cookie);
        }
        response
    }
}

#[tokio::test]
async fn an_account_is_linked_refreshed_and_lost() {
    let world = World::new().await;
    let customer = world.customer(CustomerBuilder::pkce);
    world.link(&customer, "allow").await.unwrap();
    assert!(world.opens(&customer).await);
    for _ in 0..2 {
        world.wait(&customer, 91);
        assert!(!world.opens(&customer).await);
        customer.discover(&world.skill).await.unwrap();
        assert!(world.opens(&customer).await);
    }
    // Longer than the refresh token holds.
    world.wait(&customer, 105);
    let failure = customer.discover(&world.skill).await.unwrap_err();
    assert!(
        matches!(
            failure,
            DirectiveFailure::Refresh(TokenFailure::Refused { status: 400, .. })
        ),
        "{failure}"
    );
    assert!(!customer.is_linked(&world.skill));
}

#[tokio::test]
async fn particle_returns_a_state_as_it_reads_it() {
    let world = World::new().await;
    // What Particle sends back is decoded once, and looked for as it then reads.
    let cases = [("", true), ("-_.~", true), ("+", false), ("%2B", false)];
    for (end, linked) in cases {
        let customer = world.customer(|customer| customer.state_ends_with(end));
        let result = world
            .link(&customer, "allow")
            .await
            .map_err(|failure| failure.cause);
        assert_eq!(
            result,
            if linked {
                Ok(())
            } else {
                Err(LinkCause::UnknownState)
            },
            "{end}"
        );
    }
}

#[tokio::test]
async fn who_denies_is_not_linked() {
    let world = World::new().await;
    let mut oauth = world.particle.oauth();
    // Particle forgets the state where it is denied, which leaves Alexa without a clue.
    let causes = [
        (true, LinkCause::UnknownState),
        (false, LinkCause::Denied("access_denied".to_owned())),
    ];
    for (bare, cause) in causes {
        oauth.bare_denial = bare;
        world.particle.set_oauth(oauth);
        let customer = world.customer(|customer| customer);
        let failure = world.link(&customer, "deny").await.unwrap_err();
        let told = match failure.cause {
            LinkCause::Denied(error) => {
                LinkCause::Denied(error.split(':').next().unwrap().to_owned())
            }
            other => other,
        };
        assert_eq!(told, cause);
        assert!(!customer.is_linked(&world.skill));
    }
}

#[tokio::test]
async fn a_client_that_is_gone_ends_every_link() {
    let world = World::new().await;
    let customer = world.customer(|customer| customer);
    world.link(&customer, "allow").await.unwrap();
    let client = format!("{}/v1/clients/alexa-1234", world.particle.url());
    let delete = Browser::new(&world.particle).http.delete(client);
    let deleted = delete
        .bearer_auth(world.particle.token())
        .send()
        .await
        .unwrap();
    assert!(deleted.status().is_success());
    customer.discover(&world.skill).await.unwrap();
    world.wait(&customer, 91);
    customer.discover(&world.skill).await.unwrap_err();
    assert!(!customer.is_linked(&world.skill));
}

#[tokio::test]
async fn the_skill_turns_on_what_is_in_the_linked_account() {
    let world = World::new().await;
    world.deploy();
    let customer = world.customer(|customer| customer);
    world.link(&customer, "allow").await.unwrap();
    let [lamp] = customer.endpoints(&world.skill).try_into().unwrap();
    let name = lamp["friendlyName"].as_str().unwrap();
    let turn_on = || Directive::new("Alexa.PowerController", "TurnOn");
    let is_on = || world.particle.variable("desk_lamp", "power") == Some(true.into());
    assert!(!is_on());
    let answer = customer
        .direct(&world.skill, name, turn_on())
        .await
        .unwrap();
    assert_eq!(answer["event"]["header"]["name"], "Response");
    assert!(is_on());

    // Who takes the token back at Particle is unlinked at the next word.
    assert_eq!(world.particle.expire_access_tokens_of("alexa-1234"), 1);
    let failure = customer
        .direct(&world.skill, name, turn_on())
        .await
        .unwrap_err();
    assert!(
        failure.to_string().contains("_AUTHORIZATION_CREDENTIAL"),
        "{failure}"
    );
    assert!(!customer.is_linked(&world.skill));
}

/// In a browser that goes to Amazon's after the log-in: the customer tells the app where it went.
#[tokio::test]
async fn a_person_links_in_the_app() {
    let world = World::new().await;
    world.deploy();
    let customer = world.customer(|customer| customer);
    let app = customer.serve_app("127.0.0.1:0".parse().unwrap()).await;
    let app = app.unwrap();
    let browser = Browser::new(&world.particle).http;
    let press = async |action: &str, field: (&str, &str)| {
        let url = format!("{}{action}", app.url());
        browser.post(url).form(&[field]).send().await.unwrap()
    };
    let shows = async || {
        browser
            .get(app.url())
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    let skill = ("skill", world.skill.as_str());

    let page = shows().await;
    assert!(page.contains("<p>Not linked.</p>"), "{page}");
    assert!(
        page.contains(&format!("value=\"{}\"", world.skill)),
        "{page}"
    );
    let enabled = press("enable", skill).await;
    let login = enabled.headers()[LOCATION].to_str().unwrap();
    let location = world.decide(login, "allow").await;
    assert!(
        location.starts_with("https://pitangui.amazon.com/"),
        "{location}"
    );
    let told = press("returned", ("url", &location)).await;
    let told = told.text().await.unwrap();
    assert!(told.contains("has been successfully linked"), "{told}");
    let page = shows().await;
    assert!(page.contains("Linked. Devices: Desk lamp."), "{page}");

    // The address is of use once.
    let told = press("returned", ("url", &location)).await;
    let told = told.text().await.unwrap();
    assert!(told.contains("without a state that Alexa sent"), "{told}");
    press("disable", skill).await;
    assert!(!customer.is_linked(&world.skill));
    let refused = press("enable", ("skill", "<b>\"")).await;
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("&lt;b&gt;&quot;"), "{refused}");

    let elsewhere = customer.serve_app("192.0.2.1:80".parse().unwrap()).await;
    assert!(elsewhere.is_err());
}
