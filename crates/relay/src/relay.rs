//! Event in, answer out.

use std::time::SystemTime;

use aws_lambda_events::lambda_function_urls::{
    LambdaFunctionUrlRequest, LambdaFunctionUrlResponse,
};
use function_log::Level;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};

use crate::query::{self, Parameter};
use crate::record::{ErrorCode, Link, Page, Record};
use crate::redirect::{Foreign, Host, Vendor};
use crate::refusal::Refusal;
use crate::settings::AuthorizeUrl;
use crate::state::Origin;

/// Their prefix makes browsers refuse one that another host, or plain HTTP, tries to set. The second has what the first
/// has no room for.
const COOKIES: [&str; 2] = ["__Host-ps", "__Host-ps2"];
/// Ends a first cookie that has a second. No packed state has it.
const MORE: char = '.';
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";
/// How long a customer may take to log in, in seconds.
const PATIENCE: u32 = 600;
/// Browsers drop a cookie of more than 4,096 bytes without a word. The longest state that is taken fits into two.
const LONGEST_COOKIE: usize = 4000;

/// No browser needs to load, keep or frame anything of a relay, nor tell the next page where it came from: the address holds
/// a code.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
];

/// The relay of one vendor's skills.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Whose customers are sent back.
    pub vendor: Vendor,
    /// Where they are sent to.
    pub authorize_url: AuthorizeUrl,
}

/// What a request leads to.
#[derive(Clone, Debug)]
pub struct Answer {
    /// For the browser.
    pub response: LambdaFunctionUrlResponse,
    /// For the log.
    pub record: Record,
}

/// What comes of a request, before it is written down.
enum Outcome {
    /// The relay is there.
    Here,
    /// The customer goes on.
    Sent {
        link: Link,
        host: Host,
        error: Option<ErrorCode>,
        location: String,
        cookies: Vec<String>,
    },
    /// The customer stays here.
    Refused {
        reason: Refusal,
        error: Option<ErrorCode>,
    },
}

impl From<Refusal> for Outcome {
    fn from(reason: Refusal) -> Self {
        let error = None;
        Self::Refused { reason, error }
    }
}

impl Relay {
    /// Answers the event of a function URL.
    #[must_use]
    pub fn answer(&self, event: &str) -> Answer {
        let Ok(request) = serde_json::from_str::<LambdaFunctionUrlRequest>(event) else {
            return answer(Page::Other, false, Refusal::NotARequest.into());
        };
        let page = match request.raw_path.as_deref() {
            Some("/authorize") => Page::Authorize,
            Some("/callback") => Page::Callback,
            Some("/healthz") => Page::Healthz,
            Some(_) | None => Page::Other,
        };
        let method = request.request_context.http.method.as_deref();
        let is = |wanted: Method| method == Some(wanted.as_str());
        let query = request.raw_query_string.as_deref().unwrap_or_default();
        let outcome = if page == Page::Other {
            Err(Refusal::NoSuchPage)
        } else if !is(Method::GET) && !is(Method::HEAD) {
            Err(Refusal::MethodNotAllowed)
        } else {
            match page {
                Page::Authorize => self.authorize(&request, query),
                Page::Callback => self.callback(&request, query),
                Page::Healthz | Page::Other => Ok(Outcome::Here),
            }
        };
        let outcome = outcome.unwrap_or_else(Outcome::from);
        answer(page, is(Method::HEAD), outcome)
    }

    /// Alexa sends a customer to the login: on to Particle, with all that Alexa said but for where to come back to.
    fn authorize(
        &self,
        request: &LambdaFunctionUrlRequest,
        query: &str,
    ) -> Result<Outcome, Refusal> {
        let redirect = only(query, "redirect_uri")?.ok_or(Refusal::NoRedirect)?;
        let host = self.vendor.host_of(&redirect.decoded());
        let host = host.map_err(|foreign| match foreign {
            Foreign::Vendor => Refusal::RedirectOfAnotherVendor,
            Foreign::Host => Refusal::RedirectNotAlexas,
        })?;
        let state = only(query, "state")?.map(|state| state.raw().as_bytes().to_vec());
        let origin = Origin { host, state };
        let packed = origin.pack().map_err(|_| Refusal::StateTooLong)?;
        let callback = format!("{}/callback", base_url(request).ok_or(Refusal::NoDomain)?);

        let others = query::parameters(query)
            .filter(|parameter| !parameter.is("redirect_uri") && !parameter.is("state"))
            .map(Parameter::written);
        let own = [
            format!("redirect_uri={}", query::encoded(&callback)),
            format!("state={packed}"),
        ];
        let parameters: Vec<_> = others.chain(own).collect();
        let location = format!("{}?{}", self.authorize_url, parameters.join("&"));
        Ok(Outcome::Sent {
            link: Link::Started,
            host,
            error: None,
            location,
            cookies: remember(&packed),
        })
    }

    /// Particle sends the customer back: on to Alexa, with the code or the error.
    fn callback(
        &self,
        request: &LambdaFunctionUrlRequest,
        query: &str,
    ) -> Result<Outcome, Refusal> {
        // Before the code: Particle's denial has one, `code=500`.
        let mut parameters = query::parameters(query);
        let error = parameters.find(|parameter| parameter.is("error"));
        let error = error.map(|error| ErrorCode::named(&error.decoded()));
        let told = match error {
            Some(error) => format!("error={}", error.name()),
            None => {
                let code = only(query, "code")?.filter(|code| !code.raw().is_empty());
                let code = code.ok_or(Refusal::NoCode)?;
                format!("code={}", query::kept(code.raw().as_bytes()))
            }
        };
        let link = match error {
            Some(_) => Link::Denied,
            None => Link::Returned,
        };
        // A denial of Particle's has no state.
        let state = only(query, "state")?.and_then(|state| Origin::unpack(&state.decoded()));
        let Some(Origin { host, state }) = state.or_else(|| remembered(request)) else {
            let reason = Refusal::StateLost;
            return Ok(Outcome::Refused { reason, error });
        };
        let state = state.map(|state| format!("state={}&", query::kept(&state)));
        let location = format!(
            "{}?{}{told}",
            self.vendor.redirect_uri(host),
            state.unwrap_or_default()
        );
        Ok(Outcome::Sent {
            link,
            host,
            error,
            location,
            cookies: forget(),
        })
    }
}

/// The parameter of this name, which may not be there twice: nobody could tell which of them the next server takes.
fn only<'a>(query: &'a str, name: &str) -> Result<Option<Parameter<'a>>, Refusal> {
    let mut named = query::parameters(query).filter(|parameter| parameter.is(name));
    let first = named.next();
    match named.next() {
        None => Ok(first),
        Some(_) => Err(Refusal::RepeatedParameter),
    }
}

/// Has the browser keep a packed state, in as many cookies as it takes. One of an earlier attempt is taken back: it would
/// be taken for a part of this one.
fn remember(packed: &str) -> Vec<String> {
    let [name, second] = COOKIES;
    let keep = |name, value| format!("{name}={value}; Max-Age={PATIENCE}; {ATTRIBUTES}");
    match packed.split_at_checked(LONGEST_COOKIE) {
        None | Some((_, "")) => vec![keep(name, packed.to_owned()), no_cookie(second)],
        Some((begin, end)) => vec![
            keep(name, format!("{begin}{MORE}")),
            keep(second, end.to_owned()),
        ],
    }
}

/// What the browser kept.
fn remembered(request: &LambdaFunctionUrlRequest) -> Option<Origin> {
    let [name, second] = COOKIES;
    cookies(request, name).find_map(|value| match value.strip_suffix(MORE) {
        None => Origin::unpack(value),
        Some(begin) => {
            let mut ends = cookies(request, second);
            ends.find_map(|end| Origin::unpack(&format!("{begin}{end}")))
        }
    })
}

/// The values of the cookies of this name.
fn cookies<'a>(
    request: &'a LambdaFunctionUrlRequest,
    wanted: &'a str,
) -> impl Iterator<Item = &'a str> {
    let cookies = request.cookies.iter().flatten();
    let pairs = cookies.flat_map(|cookies| cookies.split(';'));
    pairs.filter_map(move |pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted).then_some(value)
    })
}

fn forget() -> Vec<String> {
    COOKIES.map(no_cookie).into()
}

fn no_cookie(name: &str) -> String {
    format!("{name}=; Max-Age=0; {ATTRIBUTES}")
}

/// The relay's own address.
///
/// Lambda writes `domainName` itself: it is the name of the function URL, `<id>.lambda-url.<region>.on.aws`. The `Host`
/// header, which is the client's, stands elsewhere in the event and is not looked at. Only on this very machine, where
/// something else plays Lambda, is it plain HTTP.
fn base_url(request: &LambdaFunctionUrlRequest) -> Option<String> {
    let domain = request.request_context.domain_name.as_deref()?;
    let (host, port) = match domain.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (domain, None),
    };
    let is_label = |label: &str| {
        let is_one = |one: u8| one.is_ascii_alphanumeric() || one == b'-';
        !label.is_empty() && label.bytes().all(is_one)
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    if !host.split('.').all(is_label) || !port.is_none_or(is_port) {
        return None;
    }
    let scheme = match host {
        "localhost" | "127.0.0.1" => "http",
        _ => "https",
    };
    Some(format!("{scheme}://{domain}"))
}

/// Writes an outcome down, for the browser and for the log.
fn answer(page: Page, head: bool, outcome: Outcome) -> Answer {
    let mut headers =
        HeaderMap::from_iter(HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    let mut response = LambdaFunctionUrlResponse::default();
    let mut record = Record {
        timestamp: SystemTime::now(),
        level: Level::Info,
        page,
        status: StatusCode::OK.as_u16(),
        link: None,
        redirect_host: None,
        error: None,
        reason: None,
    };
    let mut body = |text: String, kind| {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        (!head).then_some(text)
    };
    match outcome {
        Outcome::Here => {
            response.body = body("ok\n".to_owned(), "text/plain; charset=utf-8");
        }
        Outcome::Sent {
            link,
            host,
            error,
            location,
            cookies,
        } => {
            // Nothing can be wrong with it: what no header may hold has been escaped.
            headers.extend(
                HeaderValue::try_from(location).map(|location| (header::LOCATION, location)),
            );
            response.cookies = cookies;
            record.status = StatusCode::FOUND.as_u16();
            record.link = Some(link);
            record.redirect_host = Some(host.name());
            record.error = error;
        }
        Outcome::Refused { reason, error } => {
            response.body = body(reason.page(), "text/html; charset=utf-8");
            if reason == Refusal::MethodNotAllowed {
                headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            }
            record.status = reason.status().as_u16();
            // Anybody on the Internet can ask for anything; a customer of Alexa's asks for these two.
            record.link = match (page, error) {
                (Page::Authorize | Page::Callback, None) => Some(Link::Refused),
                (Page::Authorize | Page::Callback, Some(_)) => Some(Link::Denied),
                (Page::Healthz | Page::Other, _) => None,
            };
            record.error = error;
            record.reason = Some(reason);
        }
    }
    record.level = level(&record);
    response.status_code = record.status.into();
    response.headers = headers;
    Answer { response, record }
}

fn level(record: &Record) -> Level {
    match (record.link, record.reason, record.error) {
        (_, Some(Refusal::NoDomain), _) => Level::Error,
        // A customer may say no.
        (Some(Link::Denied), None, Some(ErrorCode::AccessDenied)) => Level::Info,
        (Some(Link::Denied | Link::Refused), _, _) => Level::Warn,
        (Some(Link::Started | Link::Returned) | None, _, _) => Level::Info,
    }
}
