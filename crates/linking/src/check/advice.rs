//! What no check can see.

use serde::Serialize;

/// A mistake that only a person can see, and what to do about it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Advice {
    /// The row of the list of mistakes.
    pub row: u8,
    /// What people see.
    pub symptom: &'static str,
    /// What to do.
    pub text: &'static str,
}

/// All of it.
pub const ADVICE: &[Advice] = &[
    Advice {
        row: 13,
        symptom: "you sent a code to /oauth/token by hand, and it was refused",
        text: "a code works once, and lives for about 30 seconds; Alexa has used it. Never replay one. \"The grant type is \
               unauthorised\" is another mistake: the client's type (see `client-type`)",
    },
    Advice {
        row: 20,
        symptom: "the login page is blank, loops, or its pop-up never comes",
        text: "the app's browser cannot do all: link at https://alexa.amazon.com or in the phone's own browser. The relay's \
               log shows a link that started and never came back",
    },
    Advice {
        row: 26,
        symptom: "you have a code, and take it for a token",
        text: "Alexa exchanges it by herself; there is nothing to do with it",
    },
    Advice {
        row: 27,
        symptom: "the console asks for the URL of a privacy policy",
        text: "only a published skill needs one; in development leave it empty",
    },
    Advice {
        row: 28,
        symptom: "a guide shows fields that the console does not have",
        text: "consoles change: go by what this program says, which is what Alexa and Particle have now",
    },
    Advice {
        row: 33,
        symptom: "`ask deploy` says: Skill api domain \"smartHome\" cannot be enabled",
        text: "that is so for every smart home skill: enable it in the Alexa app",
    },
    Advice {
        row: 35,
        symptom: "the link worked for weeks, and then died",
        text: "access tokens live for 90 days; if Particle does not renew one, Alexa asks the user to link again. The alarm \
               UnauthorizedAlarm tells of many at once",
    },
];
