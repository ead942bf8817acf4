//! AWS Secrets Manager, as far as it is needed here: a secret is read, and one is written.
//!
//! Two calls of JSON, signed by AWS's own crate for that, and sent by the client that speaks to Particle and Alexa. The SDK
//! would be a second client with a second connection pool, and two and a half times as many crates.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use linking::http::{self, Answer, Http};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use url::Url;

/// How often something is tried that failed for no reason of ours.
const ATTEMPTS: u32 = 3;

/// It answers in milliseconds, or not at all.
const PATIENCE: Duration = Duration::from_secs(10);

/// A secret's ARN.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(into = "String", try_from = "String")]
pub struct SecretArn {
    text: String,
    region: String,
}

/// A text that is no [`SecretArn`]. It is not told which: it may be the secret itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "a secret is named by its ARN, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-xxxxxx, and never given itself"
)]
pub struct InvalidSecretArn;

impl FromStr for SecretArn {
    type Err = InvalidSecretArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split(':').collect();
        let [
            "arn",
            "aws",
            "secretsmanager",
            region,
            account,
            "secret",
            name,
        ] = parts.as_slice()
        else {
            return Err(InvalidSecretArn);
        };
        // The region becomes part of a host's name.
        let is_region =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let valid = !region.is_empty()
            && region.bytes().all(is_region)
            && account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && !name.is_empty();
        if !valid {
            return Err(InvalidSecretArn);
        }
        Ok(Self {
            text: text.to_owned(),
            region: (*region).to_owned(),
        })
    }
}

impl TryFrom<String> for SecretArn {
    type Error = InvalidSecretArn;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<SecretArn> for String {
    fn from(arn: SecretArn) -> Self {
        arn.text
    }
}

impl fmt::Display for SecretArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Why a secret was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none of that name.
    #[error("there is no secret {0}")]
    NotFound(SecretArn),
    /// The function's role does not allow it.
    #[error(
        "the function may not {what} the secret {arn}: its role lacks the permission, or that for the key of the secret"
    )]
    Denied {
        /// What was asked for.
        what: &'static str,
        /// Of which secret.
        arn: SecretArn,
    },
    /// There is a version of that name, which holds something else.
    #[error("somebody else has written the secret {0} meanwhile; try again")]
    Taken(SecretArn),
    /// It was refused.
    #[error("Secrets Manager refuses to {what} the secret {arn}: {code}")]
    Refused {
        /// What was asked for.
        what: &'static str,
        /// Of which secret.
        arn: SecretArn,
        /// Why, in one word.
        code: String,
    },
    /// The service failed.
    #[error("Secrets Manager failed to {what} the secret {arn} (status {status}); try again")]
    Unavailable {
        /// What was asked for.
        what: &'static str,
        /// Of which secret.
        arn: SecretArn,
        /// The status.
        status: u16,
    },
    /// The request could not be signed.
    #[error("a call of Secrets Manager cannot be signed: {0}")]
    Unsigned(String),
    /// There was no answer.
    #[error(transparent)]
    Http(#[from] http::Error),
}

impl Error {
    /// Whether another time may be better.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Http(_))
    }
}

/// Secrets Manager, for the function's role.
#[derive(Clone, Debug)]
pub struct SecretsManager {
    /// The client.
    pub http: Http,
    /// Where it is, unless it is AWS's own.
    pub endpoint: Option<Url>,
    /// The role's.
    pub credentials: Credentials,
    /// Between two tries.
    pub pause: Duration,
}

#[derive(Clone, Copy)]
enum Operation {
    Get,
    Put,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "GetSecretValue",
            Self::Put => "PutSecretValue",
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Get => "read",
            Self::Put => "write",
        }
    }
}

/// What a secret holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Value {
    /// The text.
    pub secret_string: SecretString,
    /// What this version of it is called.
    pub version_id: String,
}

impl SecretsManager {
    /// What a secret holds.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says; a secret without a value is [`Error::NotFound`].
    pub async fn read(&self, arn: &SecretArn) -> Result<Value, Error> {
        let body = json!({ "SecretId": arn });
        let answer = self.call(Operation::Get, arn, &body).await?;
        answer.json().ok_or_else(|| Error::Refused {
            what: "read",
            arn: arn.clone(),
            code: "it holds no text".to_owned(),
        })
    }

    /// Writes a new version of a secret, named so. The same again is the same version.
    ///
    /// # Errors
    /// Whatever [`enum@Error`] says; that the name is that of another text is [`Error::Taken`].
    pub async fn write(
        &self,
        arn: &SecretArn,
        value: &SecretString,
        version: &str,
    ) -> Result<(), Error> {
        let body = json!({
            "SecretId": arn,
            "ClientRequestToken": version,
            "SecretString": value.expose_secret(),
        });
        self.call(Operation::Put, arn, &body).await.map(drop)
    }

    /// Asks, and asks again where that may help; all calls do the same when they are repeated.
    async fn call(
        &self,
        operation: Operation,
        arn: &SecretArn,
        body: &Json,
    ) -> Result<Answer, Error> {
        let body = body.to_string();
        let what = operation.what();
        let mut attempt = 1;
        loop {
            let answer = self.send(operation, arn, body.clone()).await?;
            let status = answer.status.as_u16();
            if answer.status.is_success() {
                return Ok(answer);
            }
            let code = code(&answer);
            let passing = status == 429 || status >= 500 || code == "ThrottlingException";
            if passing && attempt < ATTEMPTS {
                attempt += 1;
                tokio::time::sleep(self.pause).await;
                continue;
            }
            let arn = arn.clone();
            return Err(match code.as_str() {
                _ if passing => Error::Unavailable { what, arn, status },
                "ResourceNotFoundException" => Error::NotFound(arn),
                "ResourceExistsException" => Error::Taken(arn),
                "AccessDeniedException" | "DecryptionFailure" | "EncryptionFailure" => {
                    Error::Denied { what, arn }
                }
                _ => Error::Refused { what, arn, code },
            });
        }
    }

    async fn send(
        &self,
        operation: Operation,
        arn: &SecretArn,
        body: String,
    ) -> Result<Answer, Error> {
        let url = match &self.endpoint {
            Some(url) => url.clone(),
            None => format!("https://secretsmanager.{}.amazonaws.com/", arn.region)
                .parse()
                .map_err(|problem: url::ParseError| Error::Unsigned(problem.to_string()))?,
        };
        let target = format!("secretsmanager.{}", operation.name());
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", target.as_str()),
        ];
        let unsigned = |problem: &dyn fmt::Display| Error::Unsigned(problem.to_string());
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&arn.region)
            .name("secretsmanager")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|problem| unsigned(&problem))?
            .into();
        let signable = SignableRequest::new(
            "POST",
            url.as_str(),
            headers.iter().copied(),
            SignableBody::Bytes(body.as_bytes()),
        )
        .map_err(|problem| unsigned(&problem))?;
        let (instructions, _) = sign(signable, &parameters)
            .map_err(|problem| unsigned(&problem))?
            .into_parts();
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .copied()
            .chain(instructions.headers())
            .collect();
        Ok(self.http.post(url, &headers, body, PATIENCE).await?)
    }
}

/// What a refusal is called. Its message is not told: it may quote what was sent.
fn code(answer: &Answer) -> String {
    let body: Json = answer.json().unwrap_or_default();
    let kind = body
        .get("__type")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let name = kind.rsplit('#').next().unwrap_or_default();
    let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_word {
        name.to_owned()
    } else {
        format!("status {}, without a reason", answer.status.as_u16())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_named_and_not_given() {
        let good = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:particle/token-AbCdEf";
        let arn: SecretArn = good.parse().unwrap();
        assert_eq!(
            (arn.region.as_str(), arn.to_string()),
            ("eu-west-1", good.to_owned())
        );
        for bad in [
            "recognizable",
            "",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:",
            "arn:aws:secretsmanager::123456789012:secret:recognizable",
            "arn:aws:secretsmanager:evil.example/:123456789012:secret:recognizable",
            "arn:aws:secretsmanager:eu-west-1:1:secret:recognizable",
            "arn:aws:ssm:eu-west-1:123456789012:secret:recognizable",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a:recognizable",
        ] {
            let refused = bad.parse::<SecretArn>().unwrap_err().to_string();
            assert!(!refused.contains("recognizable"), "{refused}");
        }
    }
}
