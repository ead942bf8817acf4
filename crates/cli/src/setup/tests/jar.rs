//! A browser tells cookies apart by host and path, and not by port. On this machine the relay, Alexa and every Particle
//! simulator are one host.

use std::collections::BTreeMap;

use particle_simulator::{Home, Simulator as Cloud};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Url};

use super::desk::Desk;

/// A browser with one jar for this machine.
struct Browser {
    http: Client,
    /// By path and name.
    cookies: BTreeMap<(String, String), String>,
}

/// What it shows, or where it is sent on.
struct Page {
    url: Url,
    location: Option<String>,
    body: String,
}

impl Browser {
    fn new() -> Self {
        // An error says that one is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            http: Client::builder().redirect(Policy::none()).build().unwrap(),
            cookies: BTreeMap::new(),
        }
    }

    async fn load(&mut self, method: Method, url: &str, form: String) -> Page {
        let url: Url = url.parse().unwrap();
        let path = url.path().to_owned();
        let sent = self
            .cookies
            .iter()
            .filter(|((at, _), _)| path.starts_with(at));
        let sent: Vec<String> = sent
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let request = self.http.request(method, url.clone());
        let request = request.header(COOKIE, sent.join("; "));
        let kind = "application/x-www-form-urlencoded";
        let request = request.header("content-type", kind).body(form);
        let answer = request.send().await.unwrap();
        for cookie in answer.headers().get_all(SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let location = answer.headers().get(LOCATION);
        Page {
            url,
            location: location.map(|place| place.to_str().unwrap().to_owned()),
            body: answer.text().await.unwrap(),
        }
    }

    fn keep(&mut self, cookie: &str) {
        let mut parts = cookie.split(';').map(str::trim);
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attributes: Vec<&str> = parts.collect();
        let path = attributes
            .iter()
            .find_map(|part| part.strip_prefix("Path="));
        let key = (path.unwrap().to_owned(), name.to_owned());
        if attributes.contains(&"Max-Age=0") {
            self.cookies.remove(&key);
        } else {
            self.cookies.insert(key, value.to_owned());
        }
    }

    /// Follows redirects for as long as they lead to this machine; the last page has a form, or leads elsewhere.
    async fn open(&mut self, url: &str) -> Page {
        let mut page = self.load(Method::GET, url, String::new()).await;
        while let Some(next) = page
            .location
            .clone()
            .filter(|next| next.starts_with("http://127.0.0.1"))
        {
            page = self.load(Method::GET, &next, String::new()).await;
        }
        page
    }

    /// Fills in the page, and goes where that leads.
    async fn send(&mut self, page: &Page, fields: &str) -> Page {
        let between = |start: &str| {
            let (_, rest) = page.body.split_once(start).unwrap();
            rest.split_once('"').unwrap().0
        };
        let action = page.url.join(between("action=\"")).unwrap();
        let form = format!("ticket={}&{fields}", between("name=\"ticket\" value=\""));
        let page = self.load(Method::POST, action.as_str(), form).await;
        match &page.location {
            Some(next) if next.starts_with("http://127.0.0.1") => self.open(next).await,
            Some(_) | None => page,
        }
    }

    /// Signs in and decides.
    async fn decide(&mut self, page: &Page, decision: &str) -> Page {
        let fields = "username=maker%40example.com&password=particle";
        let page = self.send(page, fields).await;
        self.send(&page, &format!("decision={decision}")).await
    }
}

#[tokio::test]
async fn one_jar_does_for_the_relay_and_for_every_simulator() {
    let desk = Desk::sound().await;
    let skill = desk.skill();
    let mut browser = Browser::new();
    // Somebody signs in at another simulator, and has its cookie.
    let home =
        "[[client]]\nid = 'other-1'\nsecret = 'hush'\nredirect_uri = 'http://127.0.0.1:9/other'";
    let other = Cloud::start(Home::parse(home).unwrap()).await.unwrap();
    let asks = other.authorization_urls().remove(0);
    let elsewhere = browser.open(&asks).await;

    // The customer links with Alexa, through the relay, and denies: that is what takes the relay's cookie.
    let customer = desk.alexa.customer().build().unwrap();
    let page = browser
        .open(&customer.enable(skill.as_str()).unwrap())
        .await;
    let names: Vec<&(String, String)> = browser.cookies.keys().collect();
    assert_eq!(
        names,
        [
            &("/".to_owned(), "__Host-ps".to_owned()),
            &("/oauth".to_owned(), "particle-session".to_owned())
        ]
    );
    let denied = browser.decide(&page, "deny").await.location.unwrap();
    let failure = customer.returned(&denied).await.unwrap_err();
    assert!(failure.to_string().contains("access_denied"), "{failure}");

    // Then they allow it, while the page of the other simulator is still open and goes on.
    let page = browser
        .open(&customer.enable(skill.as_str()).unwrap())
        .await;
    let allowed = browser.decide(&page, "allow").await.location.unwrap();
    customer.returned(&allowed).await.unwrap();
    assert!(customer.is_linked(skill.as_str()));
    let page = browser
        .send(&elsewhere, "username=maker%40example.com&password=particle")
        .await;
    assert!(page.body.contains("value=\"allow\""), "{}", page.body);
}
