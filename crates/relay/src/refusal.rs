//! Why a request leads nowhere, and the page that says so.
//!
//! A page repeats nothing of its request, so there is nothing in it to escape.

use http::StatusCode;
use serde::Serialize;

/// Why a request leads nowhere.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    /// An event that is no HTTP request.
    NotARequest,
    /// Neither GET nor HEAD.
    MethodNotAllowed,
    /// A path that the relay does not have.
    NoSuchPage,
    /// An event that does not tell the relay's own name.
    NoDomain,
    /// No redirect URI at all.
    NoRedirect,
    /// A redirect URI that is not Alexa's.
    RedirectNotAlexas,
    /// A redirect URI of Alexa's, for the skills of another developer.
    RedirectOfAnotherVendor,
    /// A parameter that may be there once is there again, or as a list.
    RepeatedParameter,
    /// A state longer than [`MAXIMUM`](crate::state::MAXIMUM).
    StateTooLong,
    /// Neither a code nor an error.
    NoCode,
    /// Nothing that says where the customer came from.
    StateLost,
}

impl Refusal {
    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoDomain => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotARequest
            | Self::NoRedirect
            | Self::RedirectNotAlexas
            | Self::RedirectOfAnotherVendor
            | Self::RepeatedParameter
            | Self::StateTooLong
            | Self::NoCode
            | Self::StateLost => StatusCode::BAD_REQUEST,
        }
    }

    /// What a person can do about it.
    const fn words(self) -> &'static str {
        match self {
            Self::NotARequest => "This was no HTTP request.",
            Self::MethodNotAllowed => "This address can only be looked at (GET).",
            Self::NoSuchPage => "There is no such page.",
            Self::NoDomain => {
                "The relay was not told its own address, so nobody could come back to it. It must be called by its \
                 function URL."
            }
            Self::NoRedirect => {
                "This address is for the Alexa app, which says where to come back to. To link an account, open the \
                 skill in the Alexa app and choose Enable."
            }
            Self::RedirectNotAlexas => {
                "The address to come back to is not one of Alexa's. To link an account, open the skill in the Alexa \
                 app and choose Enable."
            }
            Self::RedirectOfAnotherVendor => {
                "The skill belongs to another developer account than this relay. If it is yours: give the stack that \
                 account's vendor id in its parameter AlexaVendorId."
            }
            Self::RepeatedParameter => {
                "The address holds something twice that may be there once. Open the skill in the Alexa app and choose \
                 Enable again."
            }
            Self::StateTooLong => {
                "The address is longer than Alexa's ever are. Open the skill in the Alexa app and choose Enable again."
            }
            Self::NoCode => {
                "Particle sent you back without a word. Open the skill in the Alexa app and choose Enable again."
            }
            Self::StateLost => {
                "You were sent back here, but it is not known any more from where you came: the login took longer \
                 than ten minutes, or ended in another browser. Open the skill in the Alexa app and choose Enable \
                 again."
            }
        }
    }

    /// The page that says so.
    #[must_use]
    pub fn page(self) -> String {
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>The account was not linked</title>\n</head>\n<body>\n\
             <h1>The account was not linked</h1>\n<p>{}</p>\n</body>\n</html>\n",
            self.words()
        )
    }
}
