//! As much of a browser as it takes to link an account: cookies, forms, and redirects that are looked at.

use reqwest::{
    StatusCode,
    header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE},
    redirect::Policy,
};

use crate::client::Cloud;

pub(crate) struct Browser<'a> {
    cloud: &'a Cloud,
    http: reqwest::Client,
    cookie: Option<String>,
}

/// What it shows.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(cloud: &'a Cloud) -> Self {
        // An error says that one is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            cloud,
            http: reqwest::Client::builder()
                .redirect(Policy::none())
                .build()
                .unwrap(),
            cookie: None,
        }
    }

    /// Opens the page where one signs in.
    pub(crate) async fn open(&mut self, parameters: &[(&str, &str)]) -> Page {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        let url = format!("{}/oauth/authorize?{query}", self.cloud.simulator.url());
        self.load(self.http.get(url)).await
    }

    /// Fills in a page, and sends it.
    pub(crate) async fn send(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let (action, ticket) = (page.between("action=\"", "\""), page.ticket());
        let url = format!("{}{action}", self.cloud.simulator.url());
        let mut form = vec![("ticket", ticket)];
        form.extend_from_slice(fields);
        let request = self.http.post(url).form(&form);
        self.load(request).await
    }

    /// The page where one agrees, after the owner's name and password.
    pub(crate) async fn sign_in(&mut self, parameters: &[(&str, &str)]) -> Page {
        let page = self.open(parameters).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let owner = [("username", "maker@example.com"), ("password", "particle")];
        self.send(&page, &owner).await
    }

    /// Where the browser goes in the end.
    pub(crate) async fn decide(&mut self, parameters: &[(&str, &str)], decision: &str) -> String {
        let page = self.sign_in(parameters).await;
        assert_eq!(page.status, 200, "{}", page.body);
        self.send(&page, &[("decision", decision)]).await.location()
    }

    async fn load(&mut self, mut request: reqwest::RequestBuilder) -> Page {
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let response = request.send().await.unwrap();
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        Page {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.text().await.unwrap(),
        }
    }
}

impl Page {
    pub(crate) fn location(&self) -> String {
        assert_eq!(self.status, 302, "{}", self.body);
        let location = self.headers.get(LOCATION).unwrap();
        location.to_str().unwrap().to_owned()
    }

    pub(crate) fn ticket(&self) -> &str {
        self.between("name=\"ticket\" value=\"", "\"")
    }

    /// What the page says of the answer before.
    pub(crate) fn alert(&self) -> &str {
        self.between("<p role=\"alert\">", "</p>")
    }

    pub(crate) fn heading(&self) -> &str {
        self.between("<h1>", "</h1>")
    }

    pub(crate) fn between(&self, start: &str, end: &str) -> &str {
        let found = self.body.split_once(start);
        assert!(found.is_some(), "there is no {start} in {}", self.body);
        let (_, rest) = found.unwrap();
        rest.split_once(end).unwrap().0
    }
}
