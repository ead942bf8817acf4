//! One set of facts for each row of the list of mistakes: sound facts with that one mistake.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::*;
use crate::account_linking::{AccountLinking, Grant, Scheme};
use crate::aws::{Identity, Policy, Stack};
use crate::manifest::{Endpoints, Manifest};
use crate::particle::{Client, RedirectUri, Token, User};
use crate::probe::{AuthorizeVerdict, ClientVerdict, RelayVerdict, TimeVerdict};
use crate::region::{REGIONS, Region};
use crate::smapi::{Update, Vendor};

const SKILL: &str = "amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef";
const VENDOR: &str = "M2ABCDEFGHIJKL";
const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:skill:live";
const RELAY: &str = "https://relay.lambda-url.us-east-1.on.aws/";
const CALLBACK: &str = "https://relay.lambda-url.us-east-1.on.aws/callback";
const TOKEN_URL: &str = "https://api.particle.io/oauth/token";

fn from<T: serde::de::DeserializeOwned>(json: Json) -> T {
    serde_json::from_value(json).unwrap()
}

fn policy(principal: &str, token: Option<&str>) -> Policy {
    let condition = token.map(|token| json!({"StringEquals": {"lambda:EventSourceToken": token}}));
    from(json!({ "Statement": [{
        "Effect": "Allow", "Principal": {"Service": principal}, "Action": "lambda:InvokeFunction",
        "Condition": condition,
    }]}))
}

fn open_url() -> Policy {
    from(json!({ "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl"},
        {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction",
         "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}},
    ]}))
}

fn stack() -> Stack {
    let outputs = [
        ("SkillEndpoint", ARN),
        (
            "AlexaAuthorizationUri",
            "https://relay.lambda-url.us-east-1.on.aws/authorize",
        ),
        ("ParticleRedirectUri", CALLBACK),
    ];
    Stack {
        status: "UPDATE_COMPLETE".to_owned(),
        reason: None,
        outputs: outputs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        parameters: Default::default(),
    }
}

/// Everything is as `up` leaves it.
fn sound() -> Facts {
    let regions = vec![Region::NorthAmerica];
    let wanted = Wanted {
        regions: regions.clone(),
        proactive: false,
        mode: Mode::Maker,
        particle_url: "https://api.particle.io".to_owned(),
    };
    let endpoints = Endpoints::of([(Region::NorthAmerica, ARN.parse().unwrap())].into()).unwrap();
    let mut linking = AccountLinking::with(
        &wanted.particle_url,
        format!("{RELAY}authorize"),
        &"alexa-1234".parse().unwrap(),
        vec!["particle.io".to_owned()],
    );
    linking.grant = Grant::AuthCode;
    let discovery = json!({"event": {
        "header": {"namespace": "Alexa.Discovery", "name": "Discover.Response", "payloadVersion": "3"},
        "payload": {"endpoints": [{}, {}]}
    }});
    Facts {
        now: humantime::parse_rfc3339("2026-11-22T12:00:00Z").unwrap(),
        kept: Ok(Kept {
            deployed: true,
            aws_account: Some("123456789012".to_owned()),
            particle_user: Some("maker@example.com".to_owned()),
            client_id: Some("alexa-1234".to_owned()),
            secret_fits: Ok(true),
        }),
        vendors: Ok(vec![Vendor {
            id: VENDOR.parse().unwrap(),
            name: "Maker Inc.".to_owned(),
        }]),
        vendor: Ok(VENDOR.parse().unwrap()),
        skill: Ok(SKILL.parse().unwrap()),
        update: Ok(Some(Update::Succeeded)),
        manifest: Ok(Manifest::new(None, &regions).completed(&endpoints, &regions, false)),
        linking: Ok(Some(linking)),
        enabled: Ok(true),
        messaging_client: Ok(None),
        identity: Ok(Identity {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/maker".to_owned(),
        }),
        stacks: [(Region::NorthAmerica, Ok(Some(stack())))].into(),
        functions: Ok(vec![FunctionFacts {
            arn: ARN.parse().unwrap(),
            policy: Ok(Some(policy("alexa-connectedhome.amazon.com", Some(SKILL)))),
            unqualified_policy: Ok(None),
            alias: Ok(Some(from(json!({"FunctionVersion": "3"})))),
            deployed: Ok(Some("3".to_owned())),
            configuration: Ok(Some(from(
                json!({"Version": "3", "Timeout": 8, "MemorySize": 256}),
            ))),
            discovery: Ok(discovery),
            nobodys: Err("not asked".to_owned()),
            accept_grant: Err("not asked".to_owned()),
        }]),
        relay: Ok(Some(RelayFacts {
            url: RELAY.to_owned(),
            policy: Ok(Some(open_url())),
            probe: Ok(RelayVerdict::Works),
        })),
        user: Ok(User {
            username: "maker@example.com".to_owned(),
        }),
        token: Ok(Token {
            expires_at: Some("2026-12-31T00:00:00.000Z".to_owned()),
            client: None,
        }),
        clients: Ok(vec![Client {
            id: "alexa-1234".to_owned(),
            name: "alexa".to_owned(),
            kind: "web".to_owned(),
            redirect_uri: RedirectUri::One(CALLBACK.to_owned()),
            scope: None,
        }]),
        devices: Ok(3),
        secret_is_token: Ok(false),
        client: Ok(ClientVerdict::Right),
        authorize: Ok(vec![(CALLBACK.to_owned(), AuthorizeVerdict::Accepted)]),
        token_time: Ok(TimeVerdict::Answered { slowest_ms: 180 }),
        authorize_time: Ok(TimeVerdict::Answered { slowest_ms: 180 }),
        ..Facts::unknown(wanted, "not looked at")
    }
}

fn linking(facts: &mut Facts) -> &mut AccountLinking {
    facts.linking.as_mut().unwrap().as_mut().unwrap()
}

fn client(facts: &mut Facts) -> &mut Client {
    &mut facts.clients.as_mut().unwrap()[0]
}

fn function(facts: &mut Facts) -> &mut FunctionFacts {
    &mut facts.functions.as_mut().unwrap()[0]
}

fn relay(facts: &mut Facts) -> &mut RelayFacts {
    facts.relay.as_mut().unwrap().as_mut().unwrap()
}

/// Changes the manifest as the console would.
fn manifest(facts: &mut Facts, pointer: &str, value: Json) {
    let mut manifest = serde_json::to_value(facts.manifest.as_ref().unwrap()).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    manifest.pointer_mut(parent).unwrap()[name] = value;
    facts.manifest = Ok(from(manifest));
}

fn without_relay(facts: &mut Facts) {
    facts.relay = Ok(None);
    facts.stacks.clear();
    linking(facts).authorization_url = "https://api.particle.io/oauth/authorize".to_owned();
    client(facts).redirect_uri = RedirectUri::One(format!(
        "https://pitangui.amazon.com/api/skill/link/{VENDOR}"
    ));
}

fn proactive(facts: &mut Facts) {
    facts.wanted.proactive = true;
    manifest(
        facts,
        "/manifest/permissions",
        json!([{"name": "alexa::async_event:write"}]),
    );
    facts.messaging_client = Ok(Some("amzn1.application-oa2-client.own".to_owned()));
    facts.stored_messaging_client = Ok("amzn1.application-oa2-client.own".to_owned());
    facts.messaging_works = Ok(true);
    function(facts).accept_grant = Ok(json!({"event": {
        "header": {"namespace": "Alexa.Authorization", "name": "AcceptGrant.Response", "payloadVersion": "3"},
        "payload": {}
    }}));
}

type Mutation = fn(&mut Facts);

/// Row, the check that finds it, how it comes out, words of what was seen, and the mistake.
const ROWS: &[(u8, &str, Status, &str, Mutation)] = &[
    (
        1,
        "client-id",
        Status::Fail,
        "name of a Particle user: maker@example.com",
        |facts| {
            linking(facts).client_id = "maker@example.com".to_owned();
        },
    ),
    (
        1,
        "client-id",
        Status::Fail,
        "is no OAuth client id",
        |facts| {
            linking(facts).client_id = "MY CLIENT".to_owned();
        },
    ),
    (
        1,
        "client-id",
        Status::Fail,
        "is an access token or a secret: …1234",
        |facts| {
            linking(facts).client_id = "decafbaddecafbaddecafbaddecafbaddeca1234".to_owned();
        },
    ),
    (
        1,
        "client-known",
        Status::Fail,
        "there is no OAuth client alexa-1234",
        |facts| {
            facts.clients = Ok(Vec::new());
            facts.authorize = Ok(vec![(CALLBACK.to_owned(), AuthorizeVerdict::UnknownClient)]);
        },
    ),
    (
        1,
        "client-known",
        Status::Warn,
        "none of this Particle user's 1 client",
        |facts| {
            client(facts).id = "other-1".to_owned();
        },
    ),
    (
        22,
        "client-known",
        Status::Warn,
        "made by the Particle user maker@example.com, and you are logged in as else@example.com",
        |facts| {
            facts.clients = Ok(Vec::new());
            facts.user.as_mut().unwrap().username = "else@example.com".to_owned();
        },
    ),
    (
        2,
        "client-secret",
        Status::Fail,
        "is an access token",
        |facts| {
            facts.secret_is_token = Ok(true);
            facts.client = Ok(ClientVerdict::Rejected);
        },
    ),
    (
        2,
        "client-secret",
        Status::Fail,
        "Client credentials are invalid",
        |facts| {
            facts.client = Ok(ClientVerdict::Rejected);
        },
    ),
    (2, "client-secret", Status::Fail, "empty", |facts| {
        facts.client = Ok(ClientVerdict::NoSecret);
    }),
    (
        3,
        "client-type",
        Status::Fail,
        "its type is installed",
        |facts| {
            client(facts).kind = "installed".to_owned();
        },
    ),
    (
        3,
        "client-type",
        Status::Fail,
        "grant type is unauthorised",
        |facts| {
            facts.client = Ok(ClientVerdict::NotWeb);
        },
    ),
    (4, "redirect-uri", Status::Fail, "callback/", |facts| {
        client(facts).redirect_uri = RedirectUri::One(format!("{CALLBACK}/"));
    }),
    (
        4,
        "redirect-uri",
        Status::Fail,
        "redirect_uri does not match",
        |facts| {
            facts.authorize = Ok(vec![(CALLBACK.to_owned(), AuthorizeVerdict::OtherRedirect)]);
        },
    ),
    (
        4,
        "redirect-uri",
        Status::Fail,
        "does not match\" of https://relay.lambda-url.us-east-1.on.aws/callback",
        |facts| {
            client(facts).redirect_uri = RedirectUri::default();
            facts.authorize = Ok(vec![(CALLBACK.to_owned(), AuthorizeVerdict::OtherRedirect)]);
        },
    ),
    (
        4,
        "relay",
        Status::Fail,
        "has Particle return to https://else.where/callback",
        |facts| {
            relay(facts).probe = Ok(RelayVerdict::OtherCallback {
                callback: "https://else.where/callback".to_owned(),
            });
        },
    ),
    (
        5,
        "redirect-regions",
        Status::Warn,
        "layla.amazon.com or alexa.amazon.co.jp",
        |facts| {
            without_relay(facts);
        },
    ),
    (
        5,
        "relay",
        Status::Fail,
        "the relay refuses https://layla",
        |facts| {
            relay(facts).probe = Ok(RelayVerdict::RefusesRedirect {
                redirect_uri: "https://layla.amazon.com/api/skill/link/X".to_owned(),
                status: 400,
            });
        },
    ),
    (
        6,
        "redirect-vendor",
        Status::Fail,
        "the id of the skill",
        |facts| {
            without_relay(facts);
            client(facts).redirect_uri = RedirectUri::One(format!(
                "https://pitangui.amazon.com/api/skill/link/{SKILL}"
            ));
        },
    ),
    (
        6,
        "redirect-vendor",
        Status::Fail,
        "another vendor's id",
        |facts| {
            without_relay(facts);
            client(facts).redirect_uri =
                RedirectUri::One("https://pitangui.amazon.com/api/skill/link/M9OTHER".to_owned());
        },
    ),
    (
        7,
        "access-token-url",
        Status::Fail,
        "/v1/oauth/token",
        |facts| {
            linking(facts).access_token_url = "https://api.particle.io/v1/oauth/token".to_owned();
        },
    ),
    (
        7,
        "access-token-url",
        Status::Fail,
        "a page for people",
        |facts| {
            facts.client = Ok(ClientVerdict::NoTokenEndpoint {
                status: 404,
                page: true,
            });
        },
    ),
    (
        8,
        "authorization-url",
        Status::Fail,
        "https://login.particle.io",
        |facts| {
            linking(facts).authorization_url = "https://login.particle.io".to_owned();
        },
    ),
    (
        8,
        "authorization-url",
        Status::Fail,
        "status 404",
        |facts| {
            facts.authorize = Ok(vec![(
                CALLBACK.to_owned(),
                AuthorizeVerdict::NoAuthorizationPage { status: 404 },
            )]);
        },
    ),
    (9, "scheme", Status::Fail, "DIGEST", |facts| {
        linking(facts).access_token_scheme = Scheme::Other("DIGEST".to_owned());
    }),
    (9, "scheme", Status::Fail, "sees no client", |facts| {
        facts.client = Ok(ClientVerdict::MalformedId);
    }),
    (10, "scopes", Status::Fail, "no scope", |facts| {
        linking(facts).scopes.clear()
    }),
    (10, "scopes", Status::Fail, "customers:create", |facts| {
        linking(facts).scopes = vec!["customers:create".to_owned()];
    }),
    (
        11,
        "protocol",
        Status::Fail,
        "`protocolVersion` is 2",
        |facts| {
            manifest(
                facts,
                "/manifest/apis/smartHome/protocolVersion",
                json!("2"),
            );
        },
    ),
    (
        11,
        "events",
        Status::Fail,
        "Alexa sends AcceptGrant",
        |facts| {
            proactive(facts);
            facts.wanted.proactive = false;
        },
    ),
    (11, "events", Status::Fail, "may not send events", |facts| {
        facts.wanted.proactive = true;
    }),
    (
        11,
        "accept-grant",
        Status::Fail,
        "no event of version 3",
        |facts| {
            proactive(facts);
            function(facts).accept_grant = Ok(json!({"errorMessage": "x"}));
        },
    ),
    (11, "accept-grant", Status::Warn, "ErrorResponse", |facts| {
        proactive(facts);
        function(facts).accept_grant = Ok(json!({"event": {
            "header": {"name": "ErrorResponse", "payloadVersion": "3"},
            "payload": {"type": "INVALID_DIRECTIVE"}
        }}));
    }),
    (
        11,
        "discovery",
        Status::Fail,
        "DiscoverAppliancesResponse of version 2",
        |facts| {
            function(facts).discovery = Ok(json!({"event": {
                "header": {"name": "DiscoverAppliancesResponse", "payloadVersion": "2"}
            }}));
        },
    ),
    (
        11,
        "aws-account",
        Status::Warn,
        "the function is in the AWS account 999999999999, and you are signed in to 123456789012",
        |facts| function(facts).arn = ARN.replace("123456789012", "999999999999").parse().unwrap(),
    ),
    (
        11,
        "aws-account",
        Status::Warn,
        "set up in the AWS account 999999999999, and you are signed in to 123456789012",
        |facts| {
            let noted = Some("999999999999".to_owned());
            facts.kept.as_mut().unwrap().aws_account = noted;
        },
    ),
    (
        11,
        "discovery",
        Status::Fail,
        "the function fails at a discovery: Unhandled",
        |facts| {
            function(facts).discovery = Ok(json!({"failure": "Unhandled"}));
        },
    ),
    (
        11,
        "accept-grant",
        Status::Fail,
        "the function fails at AcceptGrant: Unhandled",
        |facts| {
            proactive(facts);
            function(facts).accept_grant = Ok(json!({"failure": "Unhandled"}));
        },
    ),
    (
        12,
        "messaging-client",
        Status::Fail,
        "redeems the codes of AcceptGrant as …1234",
        |facts| {
            proactive(facts);
            facts.stored_messaging_client = Ok("alexa-1234".to_owned());
        },
    ),
    (
        12,
        "messaging-client",
        Status::Fail,
        "refuses the secret",
        |facts| {
            proactive(facts);
            facts.messaging_works = Ok(false);
        },
    ),
    (14, "endpoint", Status::Fail, "has no endpoint", |facts| {
        manifest(
            facts,
            "/manifest/apis",
            json!({"smartHome": {"protocolVersion": "3"}}),
        );
    }),
    (14, "endpoint", Status::Fail, "function:old:live", |facts| {
        let old = "arn:aws:lambda:us-east-1:123456789012:function:old:live";
        manifest(facts, "/manifest/apis/smartHome/endpoint/uri", json!(old));
    }),
    (
        14,
        "stack",
        Status::Fail,
        "ROLLBACK_COMPLETE: no rights",
        |facts| {
            let mut stack = stack();
            stack.status = "ROLLBACK_COMPLETE".to_owned();
            stack.reason = Some("no rights".to_owned());
            facts.stacks.insert(Region::NorthAmerica, Ok(Some(stack)));
        },
    ),
    (
        15,
        "trigger",
        Status::Fail,
        "admits another skill",
        |facts| {
            let other = "amzn1.ask.skill.99999999-89ab-cdef-0123-456789abcdef";
            function(facts).policy =
                Ok(Some(policy("alexa-connectedhome.amazon.com", Some(other))));
        },
    ),
    (
        15,
        "trigger",
        Status::Fail,
        "does not admit Alexa",
        |facts| {
            function(facts).policy = Ok(None);
        },
    ),
    (
        15,
        "trigger",
        Status::Fail,
        "every smart home skill of every developer",
        |facts| {
            function(facts).policy = Ok(Some(policy("alexa-connectedhome.amazon.com", None)));
        },
    ),
    (
        15,
        "trigger",
        Status::Fail,
        "admits everybody, another skill: amzn1.ask.skill.99999999",
        |facts| {
            let other = "amzn1.ask.skill.99999999-89ab-cdef-0123-456789abcdef";
            let function = function(facts);
            let statements = &mut function
                .policy
                .as_mut()
                .unwrap()
                .as_mut()
                .unwrap()
                .statement;
            let more = policy("*", Some(SKILL)).statement.into_iter();
            statements.extend(
                more.chain(policy("alexa-connectedhome.amazon.com", Some(other)).statement),
            );
        },
    ),
    (
        15,
        "trigger",
        Status::Fail,
        "admits arn:aws:iam::999999999999:root",
        |facts| {
            let foreign = json!({ "Statement": [{
                "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
                "Action": "lambda:InvokeFunction",
            }]});
            function(facts).unqualified_policy = Ok(Some(from(foreign)));
        },
    ),
    (
        15,
        "trigger",
        Status::Fail,
        "denies Alexa the call",
        |facts| {
            let deny = json!({"Effect": "Deny", "Principal": "*", "Action": "lambda:*"});
            let policy = function(facts).policy.as_mut().unwrap().as_mut().unwrap();
            policy.statement.push(from(deny));
        },
    ),
    (
        15,
        "skill",
        Status::Fail,
        "The trigger setting is invalid",
        |facts| {
            facts.update = Ok(Some(Update::Failed(vec![
                "The trigger setting is invalid".to_owned(),
            ])));
        },
    ),
    (
        16,
        "trigger-principal",
        Status::Fail,
        "alexa-appkit.amazon.com",
        |facts| {
            function(facts).policy = Ok(Some(policy("alexa-appkit.amazon.com", Some(SKILL))));
        },
    ),
    (
        17,
        "trigger-qualifier",
        Status::Fail,
        "on the function, and the skill calls it at live",
        |facts| {
            let function = function(facts);
            function.unqualified_policy = function.policy.clone();
            function.policy = Ok(None);
        },
    ),
    (17, "function", Status::Fail, "no alias live", |facts| {
        function(facts).alias = Ok(None)
    }),
    (
        17,
        "function",
        Status::Warn,
        "live stands for version 3, and the stack published 4",
        |facts| function(facts).deployed = Ok(Some("4".to_owned())),
    ),
    (17, "function", Status::Fail, "does not exist", |facts| {
        function(facts).configuration = Ok(None);
    }),
    (
        18,
        "region",
        Status::Fail,
        "the function is in eu-central-1",
        |facts| {
            let arn = "arn:aws:lambda:eu-central-1:123456789012:function:skill:live";
            manifest(facts, "/manifest/apis/smartHome/endpoint/uri", json!(arn));
            function(facts).arn = arn.parse().unwrap();
        },
    ),
    (
        18,
        "region",
        Status::Fail,
        "the endpoint for EU is in us-east-1",
        |facts| {
            manifest(
                facts,
                "/manifest/apis/smartHome/regions",
                json!({"EU": {"endpoint": {"uri": ARN}}}),
            );
        },
    ),
    (18, "locales", Status::Warn, "seen in de-DE", |facts| {
        manifest(
            facts,
            "/manifest/publishingInformation/locales/de-DE",
            json!({"name": "x"}),
        );
    }),
    (
        19,
        "locales",
        Status::Warn,
        "cannot be seen by apps in en-CA",
        |facts| {
            manifest(
                facts,
                "/manifest/publishingInformation/locales",
                json!({"en-US": {"name": "x"}}),
            );
        },
    ),
    (
        19,
        "enabled",
        Status::Warn,
        "account of Maker Inc. has not enabled",
        |facts| {
            facts.enabled = Ok(false);
        },
    ),
    (
        19,
        "skill",
        Status::Fail,
        "Alexa knows no skill amzn1.ask.skill.01234567",
        |facts| facts.update = Ok(None),
    ),
    (
        21,
        "relay",
        Status::Fail,
        "state that comes back",
        |facts| {
            relay(facts).probe = Ok(RelayVerdict::LosesState);
        },
    ),
    (21, "relay", Status::Fail, "not Alexa's", |facts| {
        relay(facts).probe = Ok(RelayVerdict::OpenRedirect);
    }),
    (
        22,
        "whose",
        Status::Pass,
        "alexa-1234 belongs to maker@example.com; each user who links logs in as themselves",
        |_| {},
    ),
    (23, "login", Status::Fail, "Invalid credentials", |facts| {
        facts.wanted.mode = Mode::Product;
        linking(facts).authorization_url = "https://api.particle.io/oauth/authorize".to_owned();
    }),
    (24, "devices", Status::Warn, "has no devices", |facts| {
        facts.devices = Ok(0)
    }),
    (
        24,
        "discovery",
        Status::Fail,
        "discover nothing, of 3 devices",
        |facts| {
            let function = function(facts);
            let discovery = function.discovery.as_mut().unwrap();
            discovery["event"]["payload"]["endpoints"] = json!([]);
        },
    ),
    (
        24,
        "discovery",
        Status::Fail,
        "discover nothing, of 3 devices: the function cannot reach Particle",
        |facts| {
            let function = function(facts);
            let discovery = function.discovery.as_mut().unwrap();
            discovery["event"]["payload"]["endpoints"] = json!([]);
            function.nobodys = Ok(json!({"event": {
                "header": {"name": "ErrorResponse", "payloadVersion": "3"},
                "payload": {"type": "BRIDGE_UNREACHABLE"}
            }}));
        },
    ),
    (25, "https", Status::Fail, "http://relay", |facts| {
        client(facts).redirect_uri = RedirectUri::One(CALLBACK.replace("https", "http"));
    }),
    (
        29,
        "token-time",
        Status::Fail,
        "more than 4500 ms",
        |facts| {
            facts.token_time = Ok(TimeVerdict::TooSlow);
        },
    ),
    (29, "token-time", Status::Warn, "3000 ms", |facts| {
        facts.token_time = Ok(TimeVerdict::Answered { slowest_ms: 3000 });
    }),
    (
        29,
        "certificates",
        Status::Fail,
        "certificate of the token endpoint",
        |facts| {
            facts.token_time = Ok(TimeVerdict::BadCertificate);
        },
    ),
    (30, "lock", Status::Fail, "no more requests", |facts| {
        facts.client = Ok(ClientVerdict::Locked);
    }),
    (31, "account-linking", Status::Fail, "empty body", |facts| {
        facts.linking = Ok(None);
        facts.kept = Err("nothing was made here".to_owned());
    }),
    (
        31,
        "account-linking",
        Status::Fail,
        "another grant",
        |facts| {
            linking(facts).grant = Grant::Implicit;
        },
    ),
    (32, "apis", Status::Fail, "has smartHome, custom", |facts| {
        manifest(facts, "/manifest/apis/custom", json!({}));
    }),
    (
        34,
        "relay-url",
        Status::Fail,
        "lacks a permission",
        |facts| {
            relay(facts).policy = Ok(Some(Policy::default()));
        },
    ),
    (34, "relay-url", Status::Fail, "answers 403", |facts| {
        relay(facts).probe = Ok(RelayVerdict::Closed);
    }),
    (35, "token-life", Status::Warn, "ended", |facts| {
        facts.token = Ok(Token {
            expires_at: Some("2026-01-01T00:00:00.000Z".to_owned()),
            client: None,
        });
    }),
    (35, "token-life", Status::Warn, "ends in 5 days", |facts| {
        facts.token = Ok(Token {
            expires_at: Some("2026-11-27T12:00:00.000Z".to_owned()),
            client: None,
        });
    }),
    (
        36,
        "client-kept",
        Status::Fail,
        "Alexa uses the client other-1",
        |facts| {
            linking(facts).client_id = "other-1".to_owned();
        },
    ),
    (
        36,
        "client-kept",
        Status::Fail,
        "not the one that Alexa was told",
        |facts| {
            facts.kept.as_mut().unwrap().secret_fits = Ok(false);
        },
    ),
];

#[test]
fn sound_facts_pass() {
    for finding in findings(&sound()) {
        let may_skip = ["messaging-client", "accept-grant"].contains(&finding.id);
        assert!(
            finding.status == Status::Pass || (may_skip && finding.status == Status::Skip),
            "{finding:?}"
        );
    }
    let mut facts = sound();
    proactive(&mut facts);
    for finding in findings(&facts) {
        assert_eq!(finding.status, Status::Pass, "{finding:?}");
    }
    let mut facts = sound();
    without_relay(&mut facts);
    for finding in findings(&facts) {
        assert_ne!(finding.status, Status::Fail, "{finding:?}");
    }
}

#[test]
fn each_mistake_is_found_by_its_check() {
    for (row, id, status, seen, mutate) in ROWS {
        let mut facts = sound();
        mutate(&mut facts);
        let findings = findings(&facts);
        let finding = findings.iter().find(|finding| finding.id == *id).unwrap();
        assert!(finding.rows.contains(row), "{row}: {finding:?}");
        assert_eq!(finding.status, *status, "{row}: {finding:?}");
        assert!(finding.seen.contains(seen), "{row}: {finding:?}");
        let mended = finding.mend.is_some() && finding.expected.is_some();
        assert_eq!(mended, *status != Status::Pass, "{row}: {finding:?}");
    }
}

#[test]
fn every_row_is_found_or_explained() {
    let advised: BTreeSet<u8> = ADVICE.iter().map(|advice| advice.row).collect();
    let checked: BTreeSet<u8> = checks().flat_map(|check| check.rows).copied().collect();
    let tried: BTreeSet<u8> = ROWS.iter().map(|(row, ..)| *row).collect();
    assert_eq!(
        checked, tried,
        "a row without a fixture, or the other way round"
    );
    let covered: Vec<u8> = advised.union(&checked).copied().collect();
    assert_eq!(covered, (1..=36).collect::<Vec<u8>>());
    let ids: BTreeSet<&str> = checks().map(|check| check.id).collect();
    assert_eq!(ids.len(), checks().count(), "two checks of the same name");
}

#[test]
fn what_is_not_known_is_skipped_with_the_reason() {
    let wanted = sound().wanted;
    for finding in findings(&Facts::unknown(wanted, "nobody is signed in")) {
        assert_eq!(finding.status, Status::Skip, "{finding:?}");
    }
    // A tier that is missing does not take the others with it.
    let mut facts = sound();
    facts.identity = Err("no aws".to_owned());
    facts.functions = Err("no aws".to_owned());
    facts.stacks = [(Region::NorthAmerica, Err("no aws".to_owned()))].into();
    let findings = findings(&facts);
    let of = |id: &str| findings.iter().find(|finding| finding.id == id).unwrap();
    assert_eq!(of("trigger").seen, "no aws");
    assert_eq!(of("stack").status, Status::Skip);
    assert_eq!(of("client-type").status, Status::Pass);
    assert_eq!(of("redirect-uri").status, Status::Pass);
}

/// Particle need not list it, and then her login page knows.
#[test]
fn a_redirect_uri_that_is_not_listed_is_tried() {
    let of = |facts: &Facts, id: &str| {
        let findings = findings(facts);
        findings
            .into_iter()
            .find(|finding| finding.id == id)
            .unwrap()
    };
    let mut facts = sound();
    client(&mut facts).redirect_uri = RedirectUri::default();
    let finding = of(&facts, "redirect-uri");
    assert_eq!(finding.status, Status::Pass);
    let told = "Particle lists none, and its login page takes https://relay.lambda-url.us-east-1.on.aws/callback";
    assert_eq!(finding.seen, told);
    assert_eq!(of(&facts, "redirect-vendor").status, Status::Pass);
    facts.authorize = Ok(vec![(CALLBACK.to_owned(), AuthorizeVerdict::Locked)]);
    assert_eq!(of(&facts, "redirect-uri").status, Status::Skip);
    facts.authorize = Err("nobody asked".to_owned());
    assert_eq!(of(&facts, "redirect-uri").seen, "nobody asked");

    without_relay(&mut facts);
    client(&mut facts).redirect_uri = RedirectUri::default();
    let host = |region: Region| region.redirect_uri(&VENDOR.parse().unwrap());
    facts.authorize = Ok(vec![
        (host(Region::NorthAmerica), AuthorizeVerdict::Accepted),
        (host(Region::Europe), AuthorizeVerdict::OtherRedirect),
        (host(Region::FarEast), AuthorizeVerdict::Accepted),
    ]);
    assert_eq!(of(&facts, "redirect-uri").status, Status::Pass);
    let regions = of(&facts, "redirect-regions").seen;
    assert_eq!(
        regions,
        "whoever Alexa sends back to layla.amazon.com cannot link"
    );
}

/// Nobody vouches for what has no certificate.
#[test]
fn only_certificates_that_there_are_are_judged() {
    let of = |token: &str, page: &str| {
        let mut facts = sound();
        linking(&mut facts).access_token_url = token.to_owned();
        linking(&mut facts).authorization_url = page.to_owned();
        let findings = findings(&facts);
        let finding = findings
            .into_iter()
            .find(|finding| finding.id == "certificates");
        let finding = finding.unwrap();
        (finding.status, finding.seen)
    };
    let (tls, plain) = ("https://api.particle.io/x", "http://127.0.0.1:1/x");
    for (token, page, status, seen) in [
        (
            tls,
            tls,
            Status::Pass,
            "known authorities vouch for both certificates",
        ),
        (
            tls,
            plain,
            Status::Pass,
            "known authorities vouch for the certificate of the token endpoint; the other has none",
        ),
        (
            plain,
            tls,
            Status::Pass,
            "known authorities vouch for the certificate of the authorization page; the other has none",
        ),
        (
            plain,
            plain,
            Status::Skip,
            "neither address is https, so that there is no certificate",
        ),
    ] {
        assert_eq!(of(token, page), (status, seen.to_owned()));
    }
}

/// Whoever is signed out at AWS is not told to change what the relay takes.
#[test]
fn a_relay_that_cannot_be_seen_is_no_mistake() {
    let mut facts = sound();
    facts.identity = Err("signed out".to_owned());
    facts.functions = Err("signed out".to_owned());
    facts.relay = Err("signed out".to_owned());
    facts.stacks = [(Region::NorthAmerica, Err("signed out".to_owned()))].into();
    let of = |facts: &Facts, id: &str| {
        let findings = findings(facts);
        findings
            .into_iter()
            .find(|finding| finding.id == id)
            .unwrap()
    };
    for id in ["authorization-url", "redirect-uri", "redirect-regions"] {
        let finding = of(&facts, id);
        assert_eq!(
            (finding.status, finding.seen.as_str()),
            (Status::Skip, "signed out")
        );
    }
    let uri = format!("https://pitangui.amazon.com/api/skill/link/{VENDOR}");
    client(&mut facts).redirect_uri = RedirectUri::One(uri);
    linking(&mut facts).authorization_url = "https://api.particle.io/oauth/authorize".to_owned();
    for (id, status) in [
        ("authorization-url", Status::Pass),
        ("redirect-uri", Status::Pass),
        ("redirect-regions", Status::Warn),
    ] {
        assert_eq!(of(&facts, id).status, status, "{id}");
    }
}

/// Where there is nothing, nothing is missing.
#[test]
fn what_is_there_and_not_seen_is_told() {
    let unseen_of = |mutate: Mutation| {
        let mut facts = sound();
        let all = [Service::Alexa, Service::Aws, Service::Particle];
        facts.failed = all
            .map(|service| Unseen {
                service,
                reason: "denied".to_owned(),
            })
            .into();
        mutate(&mut facts);
        let unseen = unseen(&facts).into_iter();
        let unseen = unseen.map(|unseen| format!("{}: {}", unseen.service, unseen.reason));
        unseen.collect::<Vec<_>>()
    };
    let (alexa, aws, particle) = ("Alexa: denied", "AWS: denied", "Particle: denied");
    let cases: [(Mutation, &[&str]); 6] = [
        (|facts| facts.failed.clear(), &[]),
        (|_| (), &[alexa, aws, particle]),
        (
            |facts| {
                // What the skill names is enough.
                let kept = facts.kept.as_mut().unwrap();
                (kept.deployed, kept.client_id) = (false, None);
            },
            &[alexa, aws, particle],
        ),
        (
            |facts| {
                // And so is what was noted.
                facts.manifest = Err("denied".to_owned());
                facts.linking = Err("denied".to_owned());
            },
            &[alexa, aws, particle],
        ),
        (
            |facts| {
                let failed = std::mem::take(&mut facts.failed);
                *facts = Facts::unknown(facts.wanted.clone(), "nobody is signed in");
                facts.failed = failed;
            },
            &[],
        ),
        (
            |facts| {
                facts.wanted.mode = Mode::Product;
                facts.kept.as_mut().unwrap().client_id = None;
            },
            &[alexa, aws],
        ),
    ];
    for (number, (mutate, wanted)) in cases.into_iter().enumerate() {
        assert_eq!(unseen_of(mutate), wanted, "{number}");
    }
}

/// What could not be compared is not said to be right.
#[test]
fn what_is_seen_in_part_does_not_pass() {
    let cases: [(&str, Mutation); 2] = [
        ("function", |facts| {
            function(facts).deployed = Err("denied".to_owned());
        }),
        ("trigger", |facts| {
            function(facts).unqualified_policy = Err("denied".to_owned());
        }),
    ];
    for (id, mutate) in cases {
        let mut facts = sound();
        mutate(&mut facts);
        let findings = findings(&facts);
        let finding = findings.iter().find(|finding| finding.id == id).unwrap();
        let told = (finding.status, finding.seen.as_str());
        assert_eq!(told, (Status::Skip, "denied"), "{id}");
    }
}

/// `up` goes on with the client that Alexa uses where it is one.
#[test]
fn what_is_no_client_is_not_gone_on_with() {
    let cases: [(&str, Mutation); 2] = [
        ("see `client-id`", |facts| {
            linking(facts).client_id = "maker@example.com".to_owned();
        }),
        ("see `client-known`", |facts| {
            linking(facts).client_id = "gone-1".to_owned();
            facts.authorize = Ok(vec![(CALLBACK.to_owned(), AuthorizeVerdict::UnknownClient)]);
        }),
    ];
    for (seen, mutate) in cases {
        let mut facts = sound();
        mutate(&mut facts);
        let findings = findings(&facts);
        let kept = findings.iter().find(|finding| finding.id == "client-kept");
        let kept = kept.unwrap();
        assert_eq!((kept.status, kept.seen.as_str()), (Status::Skip, seen));
    }
}

#[test]
fn all_three_regions_have_their_endpoints() {
    let mut facts = sound();
    let arn = |region: Region| {
        let arn = format!("arn:aws:lambda:{region}:123456789012:function:skill:live");
        arn.parse::<crate::id::FunctionArn>().unwrap()
    };
    facts.wanted.regions = REGIONS.to_vec();
    let endpoints = Endpoints::of(REGIONS.map(|region| (region, arn(region))).into()).unwrap();
    facts.manifest = Ok(Manifest::new(None, &REGIONS).completed(&endpoints, &REGIONS, false));
    let first = function(&mut facts).clone();
    facts.functions = Ok(REGIONS
        .map(|region| FunctionFacts {
            arn: arn(region),
            ..first.clone()
        })
        .to_vec());
    for region in REGIONS {
        let mut stack = stack();
        let endpoint = arn(region).to_string();
        stack.outputs.insert("SkillEndpoint".to_owned(), endpoint);
        facts.stacks.insert(region, Ok(Some(stack)));
    }
    for finding in findings(&facts) {
        assert!(finding.status <= Status::Skip, "{finding:?}");
    }
    // The worst of the three is told.
    facts.functions.as_mut().unwrap()[1].policy = Ok(None);
    let findings = findings(&facts);
    let trigger = findings
        .iter()
        .find(|finding| finding.id == "trigger")
        .unwrap();
    assert_eq!(trigger.status, Status::Fail);
}

#[test]
fn the_token_url_is_the_one_that_is_probed() {
    assert_eq!(sound().access_token_url().as_deref(), Some(TOKEN_URL));
}

/// What `docs/linking.md` says is to be done, by row: its commands, as they are typed.
fn documented() -> BTreeMap<u8, BTreeSet<String>> {
    let page = include_str!("../../../../docs/linking.md");
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let number = cells.get(1)?.parse().ok()?;
        let todo = cells.get(5)?;
        // "`up` with the secret" is what the page says above the table that it is.
        let todo = todo.replace(
            "`up` with the secret",
            "`PARTICLE_CLIENT_SECRET=… particle-alexa up`",
        );
        let quoted = todo.split('`').skip(1).step_by(2);
        let commands = quoted.filter_map(|text| match text.split(' ').next()? {
            "up" => Some(format!("particle-alexa {text}")),
            "particle-alexa" | "PARTICLE_CLIENT_SECRET=…" => Some(text.to_owned()),
            _ => None,
        });
        Some((number, commands.collect()))
    });
    rows.collect()
}

/// The command of a mend, if it begins with one.
fn command(mend: &str) -> Option<&str> {
    let command = mend.split("   (").next()?.split(", then").next()?;
    let is_command = ["particle-alexa ", "PARTICLE_CLIENT_SECRET=… "]
        .iter()
        .any(|start| command.starts_with(start));
    is_command.then_some(command)
}

#[test]
fn the_page_names_the_commands_that_mend() {
    let mut mends: BTreeMap<u8, BTreeSet<String>> = BTreeMap::new();
    for (row, id, _, _, mutate) in ROWS {
        let mut facts = sound();
        mutate(&mut facts);
        let findings = findings(&facts);
        let finding = findings.iter().find(|finding| finding.id == *id).unwrap();
        let mend = finding.mend.as_deref().and_then(command);
        let known = mends.entry(*row).or_default();
        known.extend(mend.map(str::to_owned));
    }
    for (row, shown) in documented() {
        let known = mends.remove(&row).unwrap_or_default();
        let fits = |command: &String| {
            // What differs from one set-up to another.
            let is_it = |text: &String| match text.strip_suffix('…') {
                Some(start) => command.starts_with(start),
                None => command == text,
            };
            shown.iter().filter(|text| is_it(text)).count() == 1
        };
        let all_fit = known.iter().all(fits) && known.len() == shown.len();
        assert!(
            all_fit,
            "row {row}: the page has {shown:?}, and the checks {known:?}"
        );
    }
    assert!(mends.is_empty(), "{mends:?}");
}
