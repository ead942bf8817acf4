//! OAuth clients: making, listing, renaming and deleting them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Cloud, TOKEN_INVALID, answer, says};

impl Cloud {
    async fn clients(&self, method: Method, path: &str, body: Value) -> Answer {
        let path = format!("/v1/clients{path}");
        answer(self.signed(method, &path).json(&body)).await
    }
}

fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

const REDIRECT: &str = "https://pitangui.amazon.com/api/skill/link/M1";

#[tokio::test]
async fn a_client_lives_from_its_creation_to_its_end() {
    let cloud = Cloud::lamp("", "").await;
    let new = json!({ "name": "My Skill", "type": "web", "redirect_uri": REDIRECT });
    let made = cloud.clients(Method::POST, "", new).await;
    assert_eq!(made.status, 200);
    let mut client = read(&made)["client"].take();
    let secret = client.as_object_mut().unwrap().remove("secret").unwrap();
    let is_hex = |digit: char| digit.is_ascii_hexdigit();
    assert!(
        secret
            .as_str()
            .is_some_and(|secret| secret.len() == 40 && secret.chars().all(is_hex))
    );
    let expected = json!({
        "name": "My Skill",
        "type": "web",
        "redirect_uri": REDIRECT,
        "id": "my-skill-1001",
    });
    assert_eq!(client, expected);

    let list = cloud.clients(Method::GET, "", Value::Null).await;
    assert_eq!(
        (list.status.as_u16(), read(&list)),
        (200, json!({ "ok": true, "clients": [expected] }))
    );

    let other = json!({ "name": "Other", "redirect_uri": "https://example.com/" });
    let changed = cloud.clients(Method::PUT, "/my-skill-1001", other).await;
    let renamed = json!({
        "ok": true,
        "client": { "name": "Other", "type": "web", "redirect_uri": REDIRECT, "id": "my-skill-1001" },
    });
    assert_eq!((changed.status.as_u16(), read(&changed)), (200, renamed));

    let gone = cloud
        .clients(Method::DELETE, "/my-skill-1001", Value::Null)
        .await;
    assert_eq!(gone, says(204, ""));
    let list = cloud.clients(Method::GET, "", Value::Null).await;
    assert_eq!(read(&list), json!({ "ok": true, "clients": [] }));
}

#[tokio::test]
async fn what_is_no_client_is_refused() {
    let cloud = Cloud::lamp("", "").await;
    let web =
        |redirect_uri: &str| json!({ "name": "x", "type": "web", "redirect_uri": redirect_uri });
    let uri = "a redirect_uri is an absolute https URI without a fragment; \
               http will do on this machine's loopback interface";
    let cases = [
        (
            (Method::POST, "", json!({ "type": "installed" })),
            400,
            "name is required",
        ),
        (
            (Method::POST, "", json!({ "name": "", "type": "installed" })),
            400,
            "name is required",
        ),
        (
            (Method::POST, "", json!({ "name": "x" })),
            400,
            "type must be one of: installed, web",
        ),
        (
            (Method::POST, "", json!({ "name": "x", "type": "app" })),
            400,
            "type must be one of: installed, web",
        ),
        (
            (Method::POST, "", json!({ "name": "x", "type": "web" })),
            400,
            "redirect_uri is required for clients of type web",
        ),
        ((Method::POST, "", web("http://example.com/")), 400, uri),
        (
            (Method::POST, "", web("http://127.0.0.1.example.com/")),
            400,
            uri,
        ),
        ((Method::POST, "", web("/callback")), 400, uri),
        (
            (Method::POST, "", web("https://example.com/#top")),
            400,
            uri,
        ),
        ((Method::POST, "", web("https://exam ple.com/")), 400, uri),
        (
            (
                Method::POST,
                "",
                json!({ "name": "x", "type": "web", "redirect_uri": [REDIRECT] }),
            ),
            400,
            uri,
        ),
        (
            (Method::PUT, "/nobody", json!({ "name": "x" })),
            404,
            "Client not found",
        ),
        (
            (Method::PUT, "/particle", json!({ "name": "x" })),
            404,
            "Client not found",
        ),
        (
            (Method::DELETE, "/nobody", Value::Null),
            404,
            "Client not found",
        ),
        (
            (Method::DELETE, "/particle", Value::Null),
            404,
            "Client not found",
        ),
        // There is no such request, either.
        ((Method::GET, "/nobody", Value::Null), 404, "Not Found"),
    ];
    for ((method, path, body), status, error) in cases {
        let answer = cloud.clients(method.clone(), path, body.clone()).await;
        let expected = says(status, &json!({ "ok": false, "error": error }).to_string());
        assert_eq!(answer, expected, "{method} {path} {body}");
    }
    let product = cloud.get("/v1/products/1234/clients").await;
    assert_eq!(product.status, 404);
    for uri in [
        "http://localhost:1/",
        "http://[::1]/x",
        "http://127.0.0.1:9124/x?y=1",
    ] {
        assert_eq!(
            cloud.clients(Method::POST, "", web(uri)).await.status,
            200,
            "{uri}"
        );
    }
}

#[tokio::test]
async fn only_the_owner_sees_and_changes_them() {
    let cloud = Cloud::lamp("", "").await;
    for (method, path) in [
        (Method::GET, "/v1/clients"),
        (Method::POST, "/v1/clients"),
        (Method::PUT, "/v1/clients/x"),
        (Method::DELETE, "/v1/clients/x"),
    ] {
        let request = cloud.unsigned(method.clone(), path).bearer_auth("guess");
        assert_eq!(
            answer(request).await,
            says(401, TOKEN_INVALID),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_home_has_clients_from_the_start() {
    let cloud = Cloud::lamp(
        r#"
        [[client]]
        id = "skill-1"
        secret = "one"
        name = "A skill"
        redirect_uri = ["https://a.example/", "https://b.example/"]

        [[client]]
        id = "my-tool-1001"
        secret = "two"
        type = "installed"
        "#,
        "",
    )
    .await;
    let list = cloud.clients(Method::GET, "", Value::Null).await;
    let uris = ["https://a.example/", "https://b.example/"];
    let expected = json!([
        { "name": "A skill", "type": "web", "redirect_uri": uris, "id": "skill-1" },
        { "name": "my-tool-1001", "type": "installed", "id": "my-tool-1001" },
    ]);
    assert_eq!(read(&list)["clients"], expected);
    // Its id is taken.
    let new = json!({ "name": "my tool", "type": "installed" });
    let made = cloud.clients(Method::POST, "", new).await;
    assert_eq!(read(&made)["client"]["id"], "my-tool-1002");
}

#[tokio::test]
async fn a_switch_lets_answers_travel_in_the_clear() {
    let new = |uri: &str| json!({ "name": "Old", "type": "web", "redirect_uri": uri });
    let plain = new("http://skill.example/callback");
    for (switch, status) in [("", 400), ("oauth.plain_redirects = true", 200)] {
        let cloud = Cloud::home(switch).await;
        let made = cloud.clients(Method::POST, "", plain.clone()).await;
        assert_eq!(made.status, status, "{}", made.body);
        let none = cloud.clients(Method::POST, "", new("skill")).await;
        assert_eq!(none.status, 400, "{}", none.body);
    }
}
