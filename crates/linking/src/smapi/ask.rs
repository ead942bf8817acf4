//! SMAPI through Amazon's command line, `ask`, whoever is signed in there.

use std::ffi::OsString;

use serde::Deserialize;
use serde_json::Value as Json;

use super::Answer;
use super::error::Error;
use super::operation::Operation;
use crate::process::{Failure, Owner, Run, Tool};

/// The body comes this way, so that a secret is in no argument and in no file.
const STANDARD_INPUT: &str = "file:/dev/stdin";

/// How it is installed so that it starts, as README has it.
///
/// Left alone, npm takes the newest release of antlr4ts, with which `ask` breaks. Named beside it, the one that is
/// named serves both.
const INSTALL: &str = "`npm install --global --prefix ~/.local ask-cli@2.30.7 antlr4ts@0.5.0-alpha.4`, with \
                       ~/.local/bin at the beginning of the PATH; then `ask configure`";

/// Amazon's command line.
#[derive(Clone, Debug)]
pub struct Ask {
    tool: Tool,
}

impl Default for Ask {
    fn default() -> Self {
        Self::at("ask".into())
    }
}

/// What `ask --full-response` prints.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FullResponse {
    #[serde(default)]
    body: Json,
    #[serde(default)]
    headers: Json,
    status_code: u16,
}

impl Ask {
    /// The program at this path.
    #[must_use]
    pub fn at(program: OsString) -> Self {
        Self {
            tool: Tool {
                program,
                name: "ask",
                install: INSTALL,
            },
        }
    }

    pub(super) async fn call(&self, operation: &Operation<'_>) -> Result<Answer, Error> {
        let mut run = Run::of(&self.tool, operation.command());
        if let (Some(option), Some(body)) = (operation.body_option(), operation.body()?) {
            run.arguments.extend([option.into(), STANDARD_INPUT.into()]);
            run.input = body.into_bytes();
        }
        run.arguments.push("--full-response".into());
        // AWS's, too: without them it does not look at its own.
        run.secrets = &[Owner::Alexa, Owner::Aws];
        // It would ask the registry of npm each time, and print what it found among the answers.
        run.environment
            .push(("ASK_SKIP_NEW_VERSION_REMINDER", "true".into()));
        let (status, complaint) = match run.finish().await {
            Ok(output) => {
                let Ok(response) = serde_json::from_str::<FullResponse>(&output.stdout) else {
                    return Err(Error::Unreadable {
                        what: operation.name(),
                    });
                };
                let etag = response.headers.get("etag").and_then(Json::as_str);
                return Ok(Answer {
                    status: response.status_code,
                    etag: etag.map(str::to_owned),
                    body: response.body,
                    retry_after: None,
                });
            }
            Err(Failure::Failed { command, complaint }) => match status_in(&complaint) {
                Some(status) => (status, complaint),
                None if is_signed_out(&complaint) => (401, complaint),
                None if let Some(problem) = crash_in(&complaint) => {
                    return Err(Failure::Crashed {
                        tool: self.tool.name,
                        problem: problem.to_owned(),
                        install: self.tool.install,
                    }
                    .into());
                }
                None => {
                    return Err(Failure::Failed {
                        command,
                        complaint: message_of(&complaint),
                    }
                    .into());
                }
            },
            Err(failure) => return Err(failure.into()),
        };
        // `ask` drops the body of a refusal, and the reasons with it.
        let body = if status == 400 {
            serde_json::json!({ "message": format!(
                "{}. `ask` does not tell Alexa's reasons; with ASK_ACCESS_TOKEN set (`ask util generate-lwa-tokens`) they are shown",
                message_of(&complaint)
            )})
        } else {
            Json::Null
        };
        Ok(Answer {
            status,
            body,
            etag: None,
            retry_after: None,
        })
    }
}

/// The status that a complaint of `ask` names.
fn status_in(complaint: &str) -> Option<u16> {
    let (_, after) = complaint.split_once("status code ")?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// What node says of a program that it cannot run: the line above its stack. What `ask` says of itself begins otherwise.
fn crash_in(complaint: &str) -> Option<&str> {
    let mut lines = complaint.lines().map(str::trim);
    if complaint.contains("[Error]:") {
        return None;
    }
    let mut above = lines.next()?;
    for line in lines {
        if line.starts_with("at ") {
            return Some(above);
        }
        above = line;
    }
    None
}

fn is_signed_out(complaint: &str) -> bool {
    [
        "cli_config",
        "ask configure",
        "Can't resolve profile",
        "invalid_grant",
    ]
    .iter()
    .any(|sign| complaint.contains(sign))
}

/// The message of a complaint, without the lines of the program that it came from.
fn message_of(complaint: &str) -> String {
    let text = complaint.trim().trim_start_matches("[Error]:").trim_start();
    let message = serde_json::from_str::<Json>(text).ok().and_then(|error| {
        let message = error.get("message")?.as_str()?;
        Some(
            message
                .trim_start_matches("Call to service failed: ")
                .to_owned(),
        )
    });
    message.unwrap_or_else(|| text.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &str = r#"[Error]: {
  "message": "Call to service failed: The request to https://api.amazonalexa.com/v1/vendors failed. Client Error: AxiosError: Request failed with status code 401",
  "stack": "Error: Call to service failed: …",
  "detail": {}
}"#;

    #[test]
    fn complaints_are_read() {
        assert_eq!(status_in(REFUSED), Some(401));
        assert_eq!(
            message_of(REFUSED),
            "The request to https://api.amazonalexa.com/v1/vendors failed. Client Error: AxiosError: Request failed \
             with status code 401"
        );
        for (complaint, signed_out) in [
            (
                r#"[Error]: {"message": "File /home/me/.ask/cli_config not exists."}"#,
                true,
            ),
            (
                r#"[Error]: Can't resolve profile [default] as it doesn't exist. Please run "ask configure"."#,
                true,
            ),
            ("[Error]: connect ECONNREFUSED 127.0.0.1:1", false),
        ] {
            assert_eq!(status_in(complaint), None);
            assert_eq!(is_signed_out(complaint), signed_out, "{complaint}");
        }
        assert_eq!(message_of("[Error]: one\n  at two"), "one");
    }

    #[test]
    fn a_program_that_breaks_is_told_from_one_that_fails() {
        const BROKEN: &str = "/x/node_modules/src/tree/xpath/XPathLexer.ts:18
export class XPathLexer extends Lexer {
                                ^
TypeError: Class extends value undefined is not a constructor or null
    at Object.<anonymous> (/x/node_modules/src/tree/xpath/XPathLexer.ts:18:33)
    at Module._compile (node:internal/modules/cjs/loader:1521:14)";
        for (complaint, crash) in [
            (
                BROKEN,
                Some("TypeError: Class extends value undefined is not a constructor or null"),
            ),
            (REFUSED, None),
            ("[Error]: one\n  at two", None),
            ("one\ntwo", None),
            ("", None),
        ] {
            assert_eq!(crash_in(complaint), crash, "{complaint}");
        }
    }
}
