//! A customer's Alexa: linking, tokens and directives.

use std::{collections::BTreeMap, time::Duration};

use alexa_simulator::{
    Customer, CustomerBuilder, Directive, DirectiveFailure, FunctionError, Functions, LinkCause,
    Region, Simulator, TokenFailure,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use url::Url;

use crate::{
    client::{Developer, FUNCTION, endpoint, http, manifest, with},
    server::TokenServer,
};

/// A skill that can be linked: its function, its authorization server, and the developer's account.
struct World {
    developer: Developer,
    functions: Functions,
    server: TokenServer,
    skill: String,
}

impl World {
    async fn new() -> Self {
        Self::with_permissions(&[]).await
    }

    /// A world whose skill's manifest lists these permissions.
    async fn with_permissions(permissions: &[&str]) -> Self {
        let functions = Functions::default();
        let developer = Developer::with(Simulator::builder().lambda(functions.clone())).await;
        let world = Self {
            server: TokenServer::start().await,
            skill: developer.skill().await,
            developer,
            functions,
        };
        world.functions.permit(FUNCTION, &world.skill);
        world
            .functions
            .handle(FUNCTION, |event| async move { Ok(answer_to(&event)) });
        let permissions: Vec<_> = permissions
            .iter()
            .map(|name| json!({ "name": name }))
            .collect();
        let manifest = with(manifest(), "/permissions", json!(permissions));
        world
            .manifest(with(manifest, "/apis/smartHome", endpoint(FUNCTION)))
            .await;
        world.link_with("HTTP_BASIC").await;
        world.server.grants(&granted());
        world
    }

    async fn manifest(&self, manifest: Value) {
        let path = format!("/v1/skills/{}/stages/development/manifest", self.skill);
        let put = self
            .developer
            .put(&path, &json!({ "manifest": manifest }))
            .await;
        assert_eq!(put.status, 202, "{put:?}");
    }

    async fn link_with(&self, scheme: &str) {
        let linking = json!({ "accountLinkingRequest": {
            "type": "AUTH_CODE",
            "authorizationUrl": "https://login.example/authorize?theme=dark",
            "accessTokenUrl": self.server.url,
            "accessTokenScheme": scheme,
            "clientId": "alexa-1234",
            "clientSecret": "hush",
            "scopes": ["profile", "devices"],
            "defaultTokenExpirationInSeconds": 7200,
        } });
        let path = format!(
            "/v1/skills/{}/stages/development/accountLinkingClient",
            self.skill
        );
        assert_eq!(self.developer.put(&path, &linking).await.status, 204);
    }

    fn customer(&self) -> Customer {
        self.build(|customer| customer)
    }

    fn build(&self, change: impl FnOnce(CustomerBuilder) -> CustomerBuilder) -> Customer {
        change(self.developer.simulator.customer()).build().unwrap()
    }

    /// A customer who is linked.
    async fn linked(&self) -> Customer {
        let customer = self.customer();
        customer.returned(&self.log_in(&customer)).await.unwrap();
        assert!(customer.is_linked(&self.skill));
        self.server.asked();
        customer
    }

    /// Where the browser returns after the customer logged in and consented.
    fn log_in(&self, customer: &Customer) -> String {
        self.come_back(customer, &[("code", "co/de")])
    }

    /// Where the browser returns with these fields and the state.
    fn come_back(&self, customer: &Customer, fields: &[(&str, &str)]) -> String {
        let sent = sent(&customer.enable(&self.skill).unwrap());
        let mut url = Url::parse(&sent["redirect_uri"]).unwrap();
        url.query_pairs_mut()
            .append_pair("state", &sent["state"])
            .extend_pairs(fields);
        url.into()
    }
}

/// The query of the URL that a browser is sent to.
fn sent(url: &str) -> BTreeMap<String, String> {
    Url::parse(url)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}

fn granted() -> Value {
    json!({ "access_token": "first", "refresh_token": "again", "token_type": "bearer", "expires_in": 3600 })
}

/// What a skill with one lamp answers; the lamp turns on with the token `first` or `second`.
fn answer_to(event: &Value) -> Value {
    let header = &event["directive"]["header"];
    let answer = |namespace: &str, name: &str, payload: Value| {
        json!({ "event": {
            "header": { "namespace": namespace, "name": name, "payloadVersion": "3", "messageId": "1",
                "correlationToken": header["correlationToken"] },
            "payload": payload,
        } })
    };
    match header["name"].as_str().unwrap() {
        "Discover" => {
            let endpoints = json!([{ "endpointId": "lamp-1", "friendlyName": "Desk lamp", "cookie": { "v": "1" } }]);
            answer(
                "Alexa.Discovery",
                "Discover.Response",
                json!({ "endpoints": endpoints }),
            )
        }
        "AcceptGrant" => answer("Alexa.Authorization", "AcceptGrant.Response", json!({})),
        "TurnOn" => answer("Alexa", "Response", event["directive"]["endpoint"].clone()),
        other => answer(
            "Alexa",
            "ErrorResponse",
            json!({ "type": other, "message": "no" }),
        ),
    }
}

#[tokio::test]
async fn the_browser_is_sent_with_what_alexa_sends() {
    let world = World::new().await;
    let hosts = [
        (Region::NorthAmerica, "pitangui.amazon.com"),
        (Region::Europe, "layla.amazon.com"),
        (Region::FarEast, "alexa.amazon.co.jp"),
    ];
    for (app, host) in hosts {
        let customer = world.build(|customer| customer.app_region(app));
        let url = customer.enable(&world.skill).unwrap();
        assert!(
            url.starts_with("https://login.example/authorize?theme=dark&state="),
            "{url}"
        );
        let sent = sent(&url);
        assert_eq!(
            sent["redirect_uri"],
            format!("https://{host}/api/skill/link/M1SIMULATOR00")
        );
        assert_eq!(sent["client_id"], "alexa-1234");
        assert_eq!(sent["response_type"], "code");
        assert_eq!(sent["scope"], "profile devices");
        assert_eq!(sent.len(), 6, "{sent:?}");
    }
}

#[tokio::test]
async fn alexa_signs_in_at_the_token_endpoint_as_it_was_told() {
    let world = World::new().await;
    for scheme in ["HTTP_BASIC", "REQUEST_BODY_CREDENTIALS"] {
        world.link_with(scheme).await;
        let customer = world.customer();
        customer.returned(&world.log_in(&customer)).await.unwrap();
        let [asked] = world.server.asked().try_into().unwrap();
        let basic = format!("Basic {}", STANDARD.encode("alexa-1234:hush"));
        let in_body = scheme == "REQUEST_BODY_CREDENTIALS";
        assert_eq!(
            asked.authorization,
            Some(basic).filter(|_| !in_body),
            "{scheme}"
        );
        assert_eq!(
            asked.form.contains_key("client_secret"),
            in_body,
            "{scheme}"
        );
        assert_eq!(asked.form["client_id"], "alexa-1234");
        assert_eq!(asked.form["grant_type"], "authorization_code");
        assert_eq!(asked.form["code"], "co/de");
        assert_eq!(
            asked.form["redirect_uri"],
            "https://pitangui.amazon.com/api/skill/link/M1SIMULATOR00"
        );
        assert!(!asked.form.contains_key("code_verifier"));
    }
}

#[tokio::test]
async fn pkce_proves_who_sent_the_browser() {
    let world = World::new().await;
    let customer = world.build(CustomerBuilder::pkce);
    let sent = sent(&customer.enable(&world.skill).unwrap());
    assert_eq!(sent["code_challenge_method"], "S256");
    let mut url = Url::parse(&sent["redirect_uri"]).unwrap();
    url.query_pairs_mut()
        .append_pair("state", &sent["state"])
        .append_pair("code", "c");
    customer.returned(url.as_str()).await.unwrap();
    let [asked] = world.server.asked().try_into().unwrap();
    let verifier = &asked.form["code_verifier"];
    assert!((43..=128).contains(&verifier.len()));
    let challenge = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    assert_eq!(sent["code_challenge"], URL_SAFE_NO_PAD.encode(challenge));
}

#[tokio::test]
async fn what_a_browser_returns_with_has_to_be_right() {
    let world = World::new().await;
    let denied = |text: &str| LinkCause::Denied(text.to_owned());
    type Case = (
        &'static [(&'static str, &'static str)],
        fn(String) -> String,
        LinkCause,
    );
    let cases: [Case; 8] = [
        (
            &[("code", "c")],
            |url| url.replace("state=", "state=x"),
            LinkCause::UnknownState,
        ),
        (
            &[("code", "c")],
            |url| url.replace("state=", "state=%2B"),
            LinkCause::UnknownState,
        ),
        (
            &[("code", "c")],
            |url| url.replace("state=", "stat="),
            LinkCause::UnknownState,
        ),
        (
            &[("code", "c")],
            |url| url.replace("pitangui", "layla"),
            LinkCause::WrongRedirect,
        ),
        (
            &[("code", "c")],
            |url| url.replace("M1SIMULATOR00", "amzn1.ask.skill"),
            LinkCause::WrongRedirect,
        ),
        (
            &[("error", "access_denied")],
            |url| url,
            denied("access_denied"),
        ),
        (
            &[
                ("error", "server_error"),
                ("error_description", "down"),
                ("code", "500"),
            ],
            |url| url,
            denied("server_error: down"),
        ),
        (&[("code", "")], |url| url, LinkCause::NoCode),
    ];
    for (fields, change, cause) in cases {
        let customer = world.customer();
        let url = change(world.come_back(&customer, fields));
        let failure = customer.returned(&url).await.unwrap_err();
        assert_eq!(failure.cause, cause, "{url}");
        assert!(
            failure.message().starts_with("We were unable to link "),
            "{failure}"
        );
        assert!(!customer.is_linked(&world.skill));
        assert!(world.server.asked().is_empty(), "{url}");
    }
    let customer = world.customer();
    let url = world.log_in(&customer);
    customer.returned(&url).await.unwrap();
    let again = customer.returned(&url).await.unwrap_err();
    assert_eq!(again.cause, LinkCause::UnknownState);
}

#[tokio::test]
async fn tokens_have_to_be_such_as_alexa_takes() {
    let world = World::new().await;
    let refused = |status, error: Option<&str>| TokenFailure::Refused {
        status,
        error: error.map(str::to_owned),
    };
    let without = |name: &str| with(granted(), &format!("/{name}"), Value::Null).to_string();
    let lasting = |seconds: u64| with(granted(), "/expires_in", json!(seconds)).to_string();
    let cases = [
        (400, json!({ "error": "invalid_client", "error_description": "Client credentials are invalid" }).to_string(),
            Err(refused(400, Some("invalid_client: Client credentials are invalid")))),
        (404, "<html>".to_owned(), Err(refused(404, None))),
        (302, String::new(), Err(refused(302, None))),
        (200, "<html>".to_owned(), Err(TokenFailure::NotJson)),
        (200, without("access_token"), Err(TokenFailure::NoAccessToken)),
        (200, lasting(359), Err(TokenFailure::ShortLived(359))),
        (200, lasting(360), Ok(())),
        (200, without("expires_in"), Ok(())),
        (200, without("refresh_token"), Ok(())),
    ];
    for (status, body, expected) in cases {
        let customer = world.customer();
        world.server.replies(status, &body);
        let returned = customer.returned(&world.log_in(&customer)).await;
        let got = returned.map_err(|failure| failure.cause);
        assert_eq!(got, expected.map_err(LinkCause::Token), "{status} {body}");
    }
}

#[tokio::test]
async fn a_token_endpoint_has_to_answer_in_time() {
    let world = World::new().await;
    world.server.is_silent();
    let patience = Duration::from_millis(50);
    let customer = world.build(|customer| customer.patience(patience));
    let failure = customer
        .returned(&world.log_in(&customer))
        .await
        .unwrap_err();
    assert_eq!(
        failure.cause,
        LinkCause::Token(TokenFailure::Slow(patience))
    );
}

#[tokio::test]
async fn a_skill_that_sends_events_has_to_accept_the_grant() {
    let world = World::with_permissions(&["alexa::async_event:write"]).await;
    type Handler = fn(Value) -> Result<Value, FunctionError>;
    let error: Handler = |_| {
        Ok(json!({ "event": {
        "header": { "namespace": "Alexa.Authorization", "name": "ErrorResponse" },
        "payload": { "type": "ACCEPT_GRANT_FAILED", "message": "no store" },
    } }))
    };
    let failures: [(Handler, _); 3] = [
        (
            error,
            DirectiveFailure::ErrorResponse {
                kind: "ACCEPT_GRANT_FAILED".to_owned(),
                message: "no store".to_owned(),
            },
        ),
        (
            |_| Ok(json!({ "header": {} })),
            DirectiveFailure::Malformed("what has no header".to_owned()),
        ),
        (
            |_| Err(FunctionError("out of memory".to_owned())),
            DirectiveFailure::Function(FunctionError("out of memory".to_owned())),
        ),
    ];
    for (handler, failure) in failures {
        world
            .functions
            .handle(FUNCTION, move |event| async move { handler(event) });
        let customer = world.customer();
        let returned = customer
            .returned(&world.log_in(&customer))
            .await
            .unwrap_err();
        assert_eq!(returned.cause, LinkCause::AcceptGrant(failure));
        assert!(!customer.is_linked(&world.skill));
    }

    let (events, mut seen) = tokio::sync::mpsc::unbounded_channel();
    world.functions.handle(FUNCTION, move |event| {
        events.send(event.clone()).unwrap();
        async move { Ok(answer_to(&event)) }
    });
    let customer = world.linked().await;
    let grant = seen.recv().await.unwrap()["directive"]["payload"].take();
    assert_eq!(
        grant["grantee"],
        json!({ "type": "BearerToken", "token": "first" })
    );
    let credentials = world
        .developer
        .get(&format!("/v1/skills/{}/credentials", world.skill))
        .await;
    let client = &credentials.body["skillMessagingCredentials"];
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", grant["grant"]["code"].as_str().unwrap()),
        ("client_id", client["clientId"].as_str().unwrap()),
        ("client_secret", client["clientSecret"].as_str().unwrap()),
    ];
    let tokens = world.developer.token(&exchange).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    assert_eq!(
        world.developer.token(&exchange).await.body["error"],
        "invalid_grant"
    );
    let refresh = [
        ("grant_type", "refresh_token"),
        (
            "refresh_token",
            tokens.body["refresh_token"].as_str().unwrap(),
        ),
        exchange[2],
        exchange[3],
    ];
    assert_eq!(world.developer.token(&refresh).await.status, 200);
    customer.disable(&world.skill);
    assert_eq!(
        world.developer.token(&refresh).await.body["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn directives_carry_the_linked_token_and_the_cookie() {
    let world = World::new().await;
    let customer = world.linked().await;
    assert!(world.developer.simulator.skills()[0].enabled);
    assert_eq!(
        customer.endpoints(&world.skill)[0]["friendlyName"],
        "Desk lamp"
    );
    let turn_on = || Directive::new("Alexa.PowerController", "TurnOn");
    for name in ["desk lamp", "lamp-1"] {
        let answer = customer
            .direct(&world.skill, name, turn_on())
            .await
            .unwrap();
        let endpoint = json!({
            "scope": { "type": "BearerToken", "token": "first" },
            "endpointId": "lamp-1",
            "cookie": { "v": "1" },
        });
        assert_eq!(answer["event"]["payload"], endpoint);
    }
    let missing = customer
        .direct(&world.skill, "porch", turn_on())
        .await
        .unwrap_err();
    assert_eq!(
        missing,
        DirectiveFailure::NoSuchEndpoint("porch".to_owned())
    );
    assert!(!format!("{customer:?}").contains("first"));
    customer.disable(&world.skill);
    assert!(!world.developer.simulator.skills()[0].enabled);
    let unlinked = customer
        .direct(&world.skill, "desk lamp", turn_on())
        .await
        .unwrap_err();
    assert_eq!(unlinked, DirectiveFailure::NotLinked);
    assert!(world.server.asked().is_empty());
}

#[tokio::test]
async fn errors_about_the_token_unlink_and_no_others() {
    let world = World::new().await;
    let cases = [
        ("ENDPOINT_UNREACHABLE", true),
        ("INTERNAL_ERROR", true),
        ("EXPIRED_AUTHORIZATION_CREDENTIAL", false),
        ("INVALID_AUTHORIZATION_CREDENTIAL", false),
    ];
    for (kind, linked) in cases {
        let customer = world.linked().await;
        let directive = Directive::new("Alexa.PowerController", kind);
        let failure = customer
            .direct(&world.skill, "desk lamp", directive)
            .await
            .unwrap_err();
        assert!(failure.to_string().starts_with(kind), "{failure}");
        assert_eq!(customer.is_linked(&world.skill), linked, "{kind}");
    }
}

#[tokio::test]
async fn a_token_is_refreshed_before_it_ends() {
    let world = World::new().await;
    let refreshed =
        json!({ "access_token": "second", "refresh_token": "later", "expires_in": 3600 });
    let kept = json!({ "access_token": "second", "expires_in": 3600 });
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    for (answer, next) in [(refreshed, "later"), (kept, "again")] {
        world.server.grants(&granted());
        let customer = world.linked().await;
        let token = || customer.access_token(&world.skill).unwrap();
        world.server.grants(&answer);
        customer.let_pass(minutes(54));
        customer.discover(&world.skill).await.unwrap();
        assert_eq!(token().expose_secret(), "first");
        for refresh in ["again", next] {
            customer.let_pass(minutes(56));
            customer.discover(&world.skill).await.unwrap();
            assert_eq!(token().expose_secret(), "second");
            let [asked] = world.server.asked().try_into().unwrap();
            assert_eq!(asked.form["grant_type"], "refresh_token");
            assert_eq!(asked.form["refresh_token"], refresh);
            assert!(asked.authorization.is_some());
            let kept = customer.refresh_token(&world.skill).unwrap();
            assert_eq!(kept.expose_secret(), next);
        }
    }
}

#[tokio::test]
async fn a_link_ends_when_no_token_is_to_be_had() {
    let world = World::new().await;
    let year = Duration::from_secs(365 * 86_400);
    let refusal = json!({ "error": "invalid_grant", "error_description": "Invalid refresh token" })
        .to_string();
    let cases = [
        (400, refusal.as_str(), false),
        (401, refusal.as_str(), false),
        (503, "<html>", true),
        (429, "slow down", true),
    ];
    for (status, body, linked) in cases {
        world.server.grants(&granted());
        let customer = world.linked().await;
        customer.let_pass(year);
        world.server.replies(status, body);
        let failure = customer.discover(&world.skill).await.unwrap_err();
        assert!(
            matches!(
                failure,
                DirectiveFailure::Refresh(TokenFailure::Refused { .. })
            ),
            "{failure}"
        );
        assert_eq!(customer.is_linked(&world.skill), linked, "{status}");
    }
    for (tokens, lasts) in [
        (json!({ "access_token": "first", "expires_in": 3600 }), 3600),
        (json!({ "access_token": "first" }), 7200),
    ] {
        world.server.grants(&tokens);
        let customer = world.linked().await;
        customer.let_pass(Duration::from_secs(lasts - 330));
        customer.discover(&world.skill).await.unwrap();
        customer.let_pass(Duration::from_secs(60));
        let failure = customer.discover(&world.skill).await.unwrap_err();
        assert_eq!(failure, DirectiveFailure::NotLinked);
        assert!(!customer.is_linked(&world.skill));
    }
}

#[tokio::test]
async fn alexa_looks_for_the_function_in_the_customers_region() {
    let world = World::new().await;
    let regional = |region: &str| FUNCTION.replace("us-east-1", region);
    let (eu, fe) = (regional("eu-west-1"), regional("us-west-2"));
    for function in [&eu, &fe] {
        world.functions.permit(function, &world.skill);
    }
    let europe = || Err(DirectiveFailure::NoFunction(Region::Europe));
    let missing = |function: &str| {
        Err(DirectiveFailure::Function(FunctionError(format!(
            "Function not found: {function}"
        ))))
    };
    let in_europe = |uri: &str| json!({ "EU": { "endpoint": { "uri": uri } } });
    let cases = [
        (json!({}), Region::Europe, europe()),
        (
            json!({ "endpoint": { "uri": FUNCTION } }),
            Region::Europe,
            europe(),
        ),
        (
            json!({ "endpoint": { "uri": FUNCTION } }),
            Region::NorthAmerica,
            Ok(()),
        ),
        (
            json!({ "endpoint": { "uri": eu } }),
            Region::Europe,
            missing(&eu),
        ),
        (
            json!({ "endpoint": { "uri": FUNCTION }, "regions": in_europe(&eu) }),
            Region::Europe,
            missing(&eu),
        ),
        (
            json!({ "endpoint": { "uri": eu }, "regions": in_europe(&fe) }),
            Region::Europe,
            europe(),
        ),
        (
            json!({ "endpoint": { "uri": fe } }),
            Region::FarEast,
            missing(&fe),
        ),
    ];
    for (smart_home, region, expected) in cases {
        world
            .manifest(with(manifest(), "/apis/smartHome", smart_home.clone()))
            .await;
        let customer = world.build(|customer| customer.region(region));
        customer.returned(&world.log_in(&customer)).await.unwrap();
        let discovered = customer.discover(&world.skill).await.map(|_| ());
        assert_eq!(discovered, expected, "{smart_home} {region:?}");
    }
}

#[tokio::test]
async fn a_function_has_to_let_alexa_in_and_answer_in_time() {
    let world = World::new().await;
    let customer = world.build(|customer| customer.deadline(Duration::from_millis(50)));
    customer.returned(&world.log_in(&customer)).await.unwrap();
    let slow = DirectiveFailure::Slow(Duration::from_millis(50));
    world.functions.handle(FUNCTION, |_| std::future::pending());
    assert_eq!(customer.discover(&world.skill).await.unwrap_err(), slow);
    world.functions.remove_permissions(FUNCTION);
    let refused = DirectiveFailure::NotAdmitted(FUNCTION.to_owned());
    assert_eq!(customer.discover(&world.skill).await.unwrap_err(), refused);
}

#[tokio::test]
async fn what_cannot_be_linked_is_told_at_once() {
    let world = World::new().await;
    let customer = world.customer();
    let cause = |skill: &str| customer.enable(skill).unwrap_err().cause;
    assert_eq!(cause("amzn1.ask.skill.other"), LinkCause::NoSuchSkill);
    let bare = world.developer.skill().await;
    assert_eq!(cause(&bare), LinkCause::NoAccountLinking);
}

#[tokio::test]
async fn a_browser_returns_to_a_page_that_links() {
    let world = World::new().await;
    let customer = world.build(|customer| customer.region(Region::Europe));
    let page = customer.serve_redirects().await.unwrap();
    http();
    let authority =
        reqwest::Certificate::from_pem(page.certificate_authority().as_bytes()).unwrap();
    let mut browser = reqwest::Client::builder()
        .tls_certs_only([authority])
        .no_proxy();
    for region in Region::ALL {
        let rule = format!("MAP {} {}", region.redirect_host(), page.address());
        assert!(page.host_resolver_rules().contains(&rule));
        browser = browser.resolve(region.redirect_host(), page.address());
    }
    let browser = browser.build().unwrap();
    let port = page.address().port();
    let visit = async |url: String| {
        // A browser that is told where the host is goes there without a port in the URL, this client does not.
        let mut url = Url::parse(&url).unwrap();
        let host = url.host_str().unwrap().to_owned();
        url.set_port(Some(port)).unwrap();
        let answer = browser.get(url).header("Host", host).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    };
    let denied = visit(world.come_back(&customer, &[("error", "<b>access_denied</b>")])).await;
    assert!(
        denied.contains("We were unable to link Particle at this time. Please try again later."),
        "{denied}"
    );
    assert!(denied.contains("&lt;b&gt;access_denied"), "{denied}");
    assert!(!customer.is_linked(&world.skill));
    let linked = visit(world.log_in(&customer)).await;
    assert!(linked.contains("successfully linked"), "{linked}");
    assert!(customer.is_linked(&world.skill));
}
