//! SMAPI, Login with Amazon and Particle, played by the simulators, over real HTTP.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml exempts tests, but not what they share"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use alexa_simulator::{Fault, Functions, Operation, Simulator as Alexa};
use linking::account_linking::{
    AccountLinking, AccountLinkingRequest, Scheme, access_token_url, authorization_url,
};
use linking::http::{Authorities, Http};
use linking::id::{FunctionArn, SkillId, VendorId};
use linking::manifest::{Endpoints, Manifest};
use linking::particle::{Error as ParticleError, Particle};
use linking::probe::{self, AuthorizeVerdict, ClientVerdict, TimeVerdict, TokenRequest};
use linking::region::{REGIONS, Region, redirect_uris};
use linking::smapi::{Error, Settings, Smapi};
use particle_simulator::{Home, Simulator as Cloud};
use secrecy::{ExposeSecret as _, SecretString};

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:skill:live";

fn http() -> Http {
    Http::new(Authorities::default()).unwrap()
}

/// SMAPI with these variables beside the addresses of the simulator.
fn smapi(alexa: &Alexa, variables: &[(&str, &str)]) -> Smapi {
    let mut set: BTreeMap<&str, String> = variables
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    set.insert("ASK_SMAPI_SERVER_BASE_URL", alexa.url());
    set.insert("ASK_LWA_TOKEN_HOST", alexa.url());
    let settings = Settings::read(|name| set.get(name).cloned()).unwrap();
    Smapi::new(settings, http()).paced(Duration::from_millis(1), Duration::from_secs(20))
}

fn signed_in(alexa: &Alexa) -> Smapi {
    let token = alexa.access_token();
    smapi(alexa, &[("ASK_ACCESS_TOKEN", token.expose_secret())])
}

fn vendor(alexa: &Alexa) -> VendorId {
    alexa.vendor_id().parse().unwrap()
}

fn shell() -> Manifest {
    Manifest::new(Some("Workshop"), &[Region::NorthAmerica])
}

fn complete(manifest: &Manifest, proactive: bool) -> Manifest {
    let function: FunctionArn = ARN.parse().unwrap();
    let endpoints = Endpoints::of([(Region::NorthAmerica, function)].into()).unwrap();
    manifest.completed(&endpoints, &[Region::NorthAmerica], proactive)
}

fn request(secret: &str) -> AccountLinkingRequest {
    let particle = "https://api.particle.io";
    AccountLinkingRequest {
        linking: AccountLinking::with(
            particle,
            authorization_url(particle),
            &"alexa-1234".parse().unwrap(),
            vec!["api.particle.io".to_owned()],
        ),
        client_secret: secret.into(),
        skip_on_enablement: false,
    }
}

async fn skill(smapi: &Smapi, alexa: &Alexa) -> SkillId {
    let skill = smapi.create(&vendor(alexa), &shell()).await.unwrap();
    smapi.settled(&skill).await.unwrap();
    skill
}

fn asked(alexa: &Alexa, operation: Operation) -> usize {
    let requests = alexa.requests();
    requests
        .iter()
        .filter(|request| request.operation == Some(operation))
        .count()
}

#[tokio::test]
async fn a_skill_is_made_completed_and_deleted() {
    let functions = Functions::default();
    let builder = Alexa::builder().lambda(functions.clone()).polls(2);
    let alexa = builder.start().await.unwrap();
    let smapi = signed_in(&alexa);
    let vendors = smapi.vendors().await.unwrap();
    assert_eq!(vendors[0].id, vendor(&alexa));

    let id = skill(&smapi, &alexa).await;
    let skills = smapi.skills(&vendor(&alexa)).await.unwrap();
    assert_eq!(skills[0].skill_id, id);
    assert_eq!(skills[0].name_by_locale["en-US"], "Workshop");

    let seen = smapi.manifest(&id).await.unwrap();
    assert_eq!(seen.value.differences(&shell()), []);
    let wanted = complete(&seen.value, true);

    // The function does not admit the skill yet.
    let refused = smapi.put_manifest(&id, &wanted, None).await.unwrap_err();
    let Error::Refused { reasons, .. } = &refused else {
        panic!("{refused:?}")
    };
    assert!(reasons.concat().contains("trigger setting"), "{refused}");

    functions.permit(ARN, id.as_str());
    let etag = seen.etag.as_deref();
    smapi.put_manifest(&id, &wanted, etag).await.unwrap();
    let seen = smapi.manifest(&id).await.unwrap();
    assert_eq!(seen.value.differences(&wanted), []);
    let stale = smapi.put_manifest(&id, &wanted, etag).await.unwrap_err();
    assert!(matches!(stale, Error::Changed { .. }), "{stale:?}");

    let credentials = smapi.credentials(&id).await.unwrap().unwrap();
    assert!(!credentials.client_id.is_empty());
    let takes = |secret: SecretString| {
        let url = format!("{}/auth/o2/token", alexa.url());
        let id = credentials.client_id.clone();
        async move { probe::messaging(&http(), &url, &id, &secret).await.unwrap() }
    };
    assert!(takes(credentials.client_secret.clone()).await);
    assert!(!takes("wrong".into()).await);

    assert!(!smapi.is_enabled(&id).await.unwrap());
    smapi.delete(&id).await.unwrap();
    smapi.delete(&id).await.unwrap();
    assert!(matches!(
        smapi.manifest(&id).await,
        Err(Error::NotFound { .. })
    ));
    assert!(smapi.skills(&vendor(&alexa)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_skill_that_sends_no_events_has_no_messaging_client() {
    let alexa = Alexa::start().await.unwrap();
    let smapi = signed_in(&alexa);
    let id = skill(&smapi, &alexa).await;
    assert!(smapi.credentials(&id).await.unwrap().is_none());
}

#[tokio::test]
async fn account_linking_is_set_read_back_and_ended() {
    let alexa = Alexa::start().await.unwrap();
    let smapi = signed_in(&alexa);
    let id = skill(&smapi, &alexa).await;
    assert!(smapi.account_linking(&id).await.unwrap().is_none());

    let request = request("recognizable");
    smapi
        .put_account_linking(&id, &request, None)
        .await
        .unwrap();
    let seen = smapi.account_linking(&id).await.unwrap().unwrap();
    assert_eq!(seen.value.differences(&request.linking), []);
    let kept = alexa.skill(id.as_str()).unwrap().account_linking.unwrap();
    assert_eq!(kept.client_secret.expose_secret(), "recognizable");

    let etag = seen.etag.unwrap();
    smapi
        .put_account_linking(&id, &request, Some(&etag))
        .await
        .unwrap();
    let stale = smapi.put_account_linking(&id, &request, Some(&etag)).await;
    assert!(matches!(stale, Err(Error::Changed { .. })), "{stale:?}");

    smapi.delete_account_linking(&id).await.unwrap();
    smapi.delete_account_linking(&id).await.unwrap();
    assert!(smapi.account_linking(&id).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_wrong_with_account_linking_is_told_without_the_secret() {
    let alexa = Alexa::start().await.unwrap();
    let smapi = signed_in(&alexa);
    let id = skill(&smapi, &alexa).await;
    let mut bad = request("recognizable");
    bad.linking.authorization_url = "http://api.particle.io/oauth/authorize".to_owned();
    bad.linking.access_token_url = "recognizable".to_owned();
    let refused = smapi
        .put_account_linking(&id, &bad, None)
        .await
        .unwrap_err();
    let told = refused.to_string();
    assert!(
        told.starts_with("Alexa refuses to take the account linking: "),
        "{told}"
    );
    assert!(
        !format!("{told} {refused:?}").contains("recognizable"),
        "{told}"
    );
    let Error::Refused { reasons, .. } = refused else {
        panic!("{told}")
    };
    assert!(reasons.len() > 1, "{reasons:?}");
}

#[tokio::test]
async fn a_token_that_ends_is_renewed_where_that_is_possible() {
    let alexa = Alexa::start().await.unwrap();
    let token = alexa.access_token();
    let alone = smapi(&alexa, &[("ASK_ACCESS_TOKEN", token.expose_secret())]);
    let (id, secret) = (alexa.client_id(), alexa.client_secret());
    let refresh_token = alexa.refresh_token();
    let renewed = smapi(
        &alexa,
        &[
            ("ASK_REFRESH_TOKEN", refresh_token.expose_secret()),
            ("ASK_LWA_CLIENT_ID", &id),
            ("ASK_LWA_CLIENT_CONFIRMATION", secret.expose_secret()),
        ],
    );
    for smapi in [&alone, &renewed] {
        smapi.vendors().await.unwrap();
    }
    assert_eq!(asked(&alexa, Operation::Token), 1);

    alexa.expire_access_tokens();
    let refused = alone.vendors().await.unwrap_err().to_string();
    assert!(
        refused.contains("the token in ASK_ACCESS_TOKEN is refused"),
        "{refused}"
    );
    assert!(!refused.contains(token.expose_secret()));
    renewed.vendors().await.unwrap();
    renewed.vendors().await.unwrap();
    assert_eq!(asked(&alexa, Operation::Token), 2);

    alexa.expire_access_tokens();
    alexa.revoke_refresh_tokens();
    let refused = renewed.vendors().await.unwrap_err().to_string();
    assert!(
        refused.contains("ask util generate-lwa-tokens"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_does_no_harm_is_tried_again() {
    let alexa = Alexa::start().await.unwrap();
    let smapi = signed_in(&alexa);
    alexa.fail(Fault::Unavailable, 1);
    alexa.fail(Fault::Throttled, 1);
    smapi.vendors().await.unwrap();
    assert_eq!(asked(&alexa, Operation::GetVendorList), 3);

    alexa.fail(Fault::InternalError, 3);
    let failed = smapi.vendors().await.unwrap_err();
    assert!(
        matches!(failed, Error::Unavailable { status: 500, .. }),
        "{failed:?}"
    );

    // A second try might make a second skill.
    alexa.fail(Fault::Unavailable, 1);
    let failed = smapi.create(&vendor(&alexa), &shell()).await.unwrap_err();
    assert!(matches!(failed, Error::Unavailable { .. }), "{failed:?}");
    assert_eq!(alexa.skills().len(), 0);
}

#[tokio::test]
async fn a_scope_that_is_missing_is_named() {
    let alexa = Alexa::start().await.unwrap();
    let token = alexa.access_token_for(&["alexa::ask:models:readwrite"]);
    let smapi = smapi(&alexa, &[("ASK_ACCESS_TOKEN", token.expose_secret())]);
    let refused = smapi.vendors().await.unwrap_err().to_string();
    assert!(refused.contains("alexa::ask:skills:readwrite"), "{refused}");
}

#[tokio::test]
async fn a_change_that_takes_too_long_is_given_up() {
    let alexa = Alexa::builder().polls(u32::MAX).start().await.unwrap();
    let smapi = signed_in(&alexa).paced(Duration::from_millis(1), Duration::ZERO);
    let id = smapi.create(&vendor(&alexa), &shell()).await.unwrap();
    let pending = smapi.settled(&id).await.unwrap_err();
    assert!(matches!(pending, Error::Pending { .. }), "{pending:?}");
}

const HOME: &str = r#"
[[device]]
id = "cafe00000000000000000001"
name = "lamp"
firmware = "dimmer"

[[client]]
id = "old-1"
secret = "0123456789abcdef0123456789abcdef01234567"
type = "installed"
name = "Old"
"#;

async fn cloud() -> (Cloud, Particle) {
    let cloud = Cloud::start(Home::parse(HOME).unwrap()).await.unwrap();
    let particle = Particle::new(http(), cloud.url().parse().unwrap(), cloud.token().into());
    (cloud, particle)
}

#[tokio::test]
async fn an_account_tells_of_itself_and_keeps_clients() {
    let (cloud, particle) = cloud().await;
    assert!(particle.user().await.unwrap().username.contains('@'));
    particle.token().await.unwrap();
    assert_eq!(particle.device_count().await.unwrap(), 1);

    let redirect = redirect_uris(&"M2ABCDEFGHIJKL".parse().unwrap())[0].clone();
    let made = particle.create_client("alexa", &redirect).await.unwrap();
    assert!(!format!("{made:?}").contains(made.secret.expose_secret()));
    let clients = particle.clients().await.unwrap();
    let listed = clients
        .iter()
        .find(|client| client.id == made.id.as_str())
        .unwrap();
    assert_eq!(
        (listed.kind.as_str(), listed.redirect_uri.all()),
        ("web", &[redirect][..])
    );

    particle
        .change_client(&made.id, "Workshop", None)
        .await
        .unwrap();
    let clients = particle.clients().await.unwrap();
    assert!(clients.iter().any(|client| client.name == "Workshop"));

    for is_there in [true, false] {
        let deleted = particle.delete_client(made.id.as_str()).await.unwrap();
        assert_eq!(deleted, is_there);
    }
    let gone = particle.change_client(&made.id, "Gone", Some("x")).await;
    assert!(matches!(gone, Err(ParticleError::NotFound(_))), "{gone:?}");
    let clients = particle.clients().await.unwrap();
    assert!(clients.iter().all(|client| client.id != made.id.as_str()));

    assert!(
        particle
            .is_access_token(&cloud.token().into())
            .await
            .unwrap()
    );
    assert!(!particle.is_access_token(&made.secret).await.unwrap());
    let stranger = Particle::new(http(), cloud.url().parse().unwrap(), "stranger".into());
    let refused = stranger.user().await.unwrap_err();
    assert!(
        matches!(refused, ParticleError::TokenRejected(_)),
        "{refused:?}"
    );
    let told = "is invalid; log in again with `particle login`";
    assert!(refused.to_string().contains(told), "{refused}");
}

#[tokio::test]
async fn the_dummy_code_tells_what_is_wrong_with_a_client() {
    let (cloud, particle) = cloud().await;
    let made = particle
        .create_client("alexa", "https://pitangui.amazon.com/x")
        .await
        .unwrap();
    let (id, secret) = (made.id.as_str(), made.secret.expose_secret());
    let url = access_token_url(&cloud.url());
    let page = format!("{}/oauth/authorize", cloud.url());
    for (url, scheme, id, secret, verdict) in [
        (&url, Scheme::HttpBasic, id, secret, ClientVerdict::Right),
        (
            &url,
            Scheme::RequestBodyCredentials,
            id,
            secret,
            ClientVerdict::Right,
        ),
        (
            &url,
            Scheme::HttpBasic,
            "maker@example.com",
            secret,
            ClientVerdict::MalformedId,
        ),
        (&url, Scheme::HttpBasic, id, "", ClientVerdict::NoSecret),
        (
            &url,
            Scheme::HttpBasic,
            id,
            "wrong",
            ClientVerdict::Rejected,
        ),
        (
            &url,
            Scheme::HttpBasic,
            "nobody-1",
            secret,
            ClientVerdict::Rejected,
        ),
        (
            &url,
            Scheme::HttpBasic,
            "old-1",
            "0123456789abcdef0123456789abcdef01234567",
            ClientVerdict::NotWeb,
        ),
    ] {
        cloud.forget_failures();
        let run = TokenRequest::of_this_run();
        let seen = probe::client(run, &http(), url, &scheme, id, &secret.into()).await;
        assert_eq!(seen, verdict, "{id}");
    }
    for url in [
        page,
        format!("{}/v1/oauth/token", cloud.url()),
        format!("{}/nowhere", cloud.url()),
    ] {
        let run = TokenRequest::of_this_run();
        let basic = Scheme::HttpBasic;
        let seen = probe::client(run, &http(), &url, &basic, id, &secret.into()).await;
        let absent = matches!(seen, ClientVerdict::NoTokenEndpoint { status: 404, .. });
        assert!(absent || url.ends_with("authorize"), "{url}: {seen:?}");
        assert!(!matches!(seen, ClientVerdict::Right), "{url}: {seen:?}");
    }
    // Ten that fail lock the address out.
    cloud.forget_failures();
    let mut seen = ClientVerdict::Right;
    for _ in 0..11 {
        let run = TokenRequest::of_this_run();
        seen = probe::client(run, &http(), &url, &Scheme::HttpBasic, id, &"wrong".into()).await;
    }
    assert_eq!(seen, ClientVerdict::Locked);
}

#[tokio::test]
async fn the_authorization_page_tells_which_redirects_it_takes() {
    let (cloud, particle) = cloud().await;
    let uris = redirect_uris(&"M2ABCDEFGHIJKL".parse().unwrap());
    let made = particle.create_client("alexa", &uris[0]).await.unwrap();
    let page = authorization_url(&cloud.url());
    let mut seen = Vec::new();
    for uri in &uris {
        seen.push(probe::authorize(&http(), &page, made.id.as_str(), uri).await);
    }
    assert_eq!(
        seen,
        [
            AuthorizeVerdict::Accepted,
            AuthorizeVerdict::OtherRedirect,
            AuthorizeVerdict::OtherRedirect
        ]
    );
    assert_eq!(seen.len(), REGIONS.len());
    for (page, id, verdict) in [
        (page.clone(), "nobody-1", AuthorizeVerdict::UnknownClient),
        (page.clone(), "", AuthorizeVerdict::Malformed),
        (
            format!("{}/oauth/autorize", cloud.url()),
            made.id.as_str(),
            AuthorizeVerdict::NoAuthorizationPage { status: 404 },
        ),
    ] {
        assert_eq!(
            probe::authorize(&http(), &page, id, &uris[0]).await,
            verdict,
            "{id}"
        );
    }
    let asked = cloud.requests().len();
    let answered = probe::time(&http(), &page).await;
    let requests = cloud.requests();
    let paths = requests.iter().skip(asked).map(|request| &request.path);
    assert!(paths.eq(["/", "/", "/"]), "only the host is asked");
    assert!(
        matches!(answered, TimeVerdict::Answered { .. }),
        "{answered:?}"
    );
}
