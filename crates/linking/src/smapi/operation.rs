//! What is asked of SMAPI, as a request and as a command of `ask`.

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::DEVELOPMENT;
use super::error::Error;
use crate::account_linking::AccountLinkingRequest;
use crate::id::{SkillId, VendorId};
use crate::manifest::Manifest;

/// One thing to ask for.
#[derive(Debug)]
pub(super) enum Operation<'a> {
    Vendors,
    Skills {
        vendor: &'a VendorId,
        next: Option<String>,
    },
    Create {
        vendor: &'a VendorId,
        manifest: &'a Manifest,
    },
    Status {
        skill: &'a SkillId,
    },
    Manifest {
        skill: &'a SkillId,
    },
    PutManifest {
        skill: &'a SkillId,
        manifest: &'a Manifest,
        etag: Option<&'a str>,
    },
    AccountLinking {
        skill: &'a SkillId,
        stage: &'a str,
    },
    PutAccountLinking {
        skill: &'a SkillId,
        request: &'a AccountLinkingRequest,
        etag: Option<&'a str>,
    },
    DeleteAccountLinking {
        skill: &'a SkillId,
    },
    Enablement {
        skill: &'a SkillId,
    },
    Disable {
        skill: &'a SkillId,
    },
    Credentials {
        skill: &'a SkillId,
    },
    Delete {
        skill: &'a SkillId,
    },
}

impl Operation<'_> {
    /// What is done, in words that fit behind "Alexa refuses to".
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Vendors => "list the developers you act for",
            Self::Skills { .. } => "list the skills",
            Self::Create { .. } => "make the skill",
            Self::Status { .. } => "tell the skill's status",
            Self::Manifest { .. } => "tell the skill's manifest",
            Self::PutManifest { .. } => "take the skill's manifest",
            Self::AccountLinking { .. } => "tell the account linking",
            Self::PutAccountLinking { .. } => "take the account linking",
            Self::DeleteAccountLinking { .. } => "end the account linking",
            Self::Enablement { .. } => "tell whether the skill is enabled",
            Self::Disable { .. } => "disable the skill",
            Self::Credentials { .. } => "tell the skill's messaging client",
            Self::Delete { .. } => "delete the skill",
        }
    }

    pub(super) fn method(&self) -> Method {
        match self {
            Self::Vendors
            | Self::Skills { .. }
            | Self::Status { .. }
            | Self::Manifest { .. }
            | Self::AccountLinking { .. }
            | Self::Enablement { .. }
            | Self::Credentials { .. } => Method::GET,
            Self::Create { .. } => Method::POST,
            Self::PutManifest { .. } | Self::PutAccountLinking { .. } => Method::PUT,
            Self::DeleteAccountLinking { .. } | Self::Disable { .. } | Self::Delete { .. } => {
                Method::DELETE
            }
        }
    }

    fn skill(&self) -> Option<&SkillId> {
        match self {
            Self::Vendors | Self::Skills { .. } | Self::Create { .. } => None,
            Self::Status { skill }
            | Self::Manifest { skill }
            | Self::PutManifest { skill, .. }
            | Self::AccountLinking { skill, .. }
            | Self::PutAccountLinking { skill, .. }
            | Self::DeleteAccountLinking { skill }
            | Self::Enablement { skill }
            | Self::Disable { skill }
            | Self::Credentials { skill }
            | Self::Delete { skill } => Some(skill),
        }
    }

    /// What stands behind the skill in the path, and whether that is a matter of the stage.
    fn part(&self) -> (bool, Option<&'static str>) {
        match self {
            Self::Vendors | Self::Skills { .. } | Self::Create { .. } | Self::Delete { .. } => {
                (false, None)
            }
            Self::Status { .. } => (false, Some("status")),
            Self::Credentials { .. } => (false, Some("credentials")),
            Self::Manifest { .. } | Self::PutManifest { .. } => (true, Some("manifest")),
            Self::AccountLinking { .. }
            | Self::PutAccountLinking { .. }
            | Self::DeleteAccountLinking { .. } => (true, Some("accountLinkingClient")),
            Self::Enablement { .. } | Self::Disable { .. } => (true, Some("enablement")),
        }
    }

    /// The stage that is asked, where that matters.
    fn stage(&self) -> &str {
        match self {
            Self::AccountLinking { stage, .. } => stage,
            _ => DEVELOPMENT,
        }
    }

    pub(super) fn path(&self) -> Vec<&str> {
        let mut path = vec!["v1"];
        let Some(skill) = self.skill() else {
            path.push(match self {
                Self::Vendors => "vendors",
                _ => "skills",
            });
            return path;
        };
        path.extend(["skills", skill.as_str()]);
        let (staged, part) = self.part();
        if staged {
            path.extend(["stages", self.stage()]);
        }
        path.extend(part);
        path
    }

    pub(super) fn query(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Skills { vendor, next } => {
                let next = next.iter().map(|next| ("nextToken", next.as_str()));
                [("vendorId", vendor.as_str())]
                    .into_iter()
                    .chain(next)
                    .collect()
            }
            Self::Status { .. } => vec![("resource", "manifest")],
            _ => Vec::new(),
        }
    }

    pub(super) fn etag(&self) -> Option<&str> {
        match self {
            Self::PutManifest { etag, .. } | Self::PutAccountLinking { etag, .. } => *etag,
            _ => None,
        }
    }

    /// The body, in which there may be a secret.
    pub(super) fn body(&self) -> Result<Option<String>, Error> {
        let body = match self {
            Self::Create { vendor, manifest } => {
                let Json::Object(mut body) = to_value(manifest)? else {
                    return Err(Error::Unreadable { what: self.name() });
                };
                body.insert("vendorId".to_owned(), json!(vendor));
                Json::Object(body)
            }
            Self::PutManifest { manifest, .. } => to_value(manifest)?,
            Self::PutAccountLinking { request, .. } => to_value(request)?,
            _ => return Ok(None),
        };
        Ok(Some(body.to_string()))
    }

    /// The command of `ask` with its options, apart from the one for the body.
    pub(super) fn command(&self) -> Vec<&str> {
        let name = match self {
            Self::Vendors => "get-vendor-list",
            Self::Skills { .. } => "list-skills-for-vendor",
            Self::Create { .. } => "create-skill-for-vendor",
            Self::Status { .. } => "get-skill-status",
            Self::Manifest { .. } => "get-skill-manifest",
            Self::PutManifest { .. } => "update-skill-manifest",
            Self::AccountLinking { .. } => "get-account-linking-info",
            Self::PutAccountLinking { .. } => "update-account-linking-info",
            Self::DeleteAccountLinking { .. } => "delete-account-linking-info",
            Self::Enablement { .. } => "get-skill-enablement-status",
            Self::Disable { .. } => "delete-skill-enablement",
            Self::Credentials { .. } => "get-skill-credentials",
            Self::Delete { .. } => "delete-skill",
        };
        let mut command = vec!["smapi", name];
        if let Some(skill) = self.skill() {
            command.extend(["--skill-id", skill.as_str()]);
        }
        if self.part().0 {
            command.extend(["--stage", self.stage()]);
        }
        match self {
            Self::Skills {
                next: Some(next), ..
            } => command.extend(["--next-token", next]),
            Self::Status { .. } => command.extend(["--resource", "manifest"]),
            _ => {}
        }
        if let Some(etag) = self.etag() {
            command.extend(["--if-match", etag]);
        }
        command
    }

    /// The option of `ask` that takes the body.
    pub(super) fn body_option(&self) -> Option<&'static str> {
        match self {
            Self::Create { .. } | Self::PutManifest { .. } => Some("--manifest"),
            Self::PutAccountLinking { .. } => Some("--account-linking-request"),
            _ => None,
        }
    }

    /// Reads the body of an answer.
    pub(super) fn parse<T: DeserializeOwned>(&self, body: Json) -> Result<T, Error> {
        serde_json::from_value(body).map_err(|_| Error::Unreadable { what: self.name() })
    }
}

fn to_value(body: &impl serde::Serialize) -> Result<Json, Error> {
    serde_json::to_value(body).map_err(|_| Error::Unreadable {
        what: "write the request",
    })
}

#[cfg(test)]
mod tests {
    use crate::region::Region;

    use super::*;

    #[test]
    fn requests_and_commands_ask_for_the_same() {
        let skill: SkillId = "amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef"
            .parse()
            .unwrap();
        let vendor: VendorId = "M2ABCDEFGHIJKL".parse().unwrap();
        let manifest = Manifest::new(None, &[Region::NorthAmerica]);
        let (skill, vendor, manifest) = (&skill, &vendor, &manifest);
        for (operation, request, command) in [
            (
                Operation::Vendors,
                "GET v1/vendors",
                "smapi get-vendor-list",
            ),
            (
                Operation::Skills {
                    vendor,
                    next: Some("n".to_owned()),
                },
                "GET v1/skills?vendorId=M2ABCDEFGHIJKL&nextToken=n",
                "smapi list-skills-for-vendor --next-token n",
            ),
            (
                Operation::Create { vendor, manifest },
                "POST v1/skills",
                "smapi create-skill-for-vendor",
            ),
            (
                Operation::Status { skill },
                "GET v1/skills/ID/status?resource=manifest",
                "smapi get-skill-status --skill-id ID --resource manifest",
            ),
            (
                Operation::PutManifest {
                    skill,
                    manifest,
                    etag: Some("e"),
                },
                "PUT v1/skills/ID/stages/development/manifest",
                "smapi update-skill-manifest --skill-id ID --stage development --if-match e",
            ),
            (
                Operation::AccountLinking {
                    skill,
                    stage: "live",
                },
                "GET v1/skills/ID/stages/live/accountLinkingClient",
                "smapi get-account-linking-info --skill-id ID --stage live",
            ),
            (
                Operation::Disable { skill },
                "DELETE v1/skills/ID/stages/development/enablement",
                "smapi delete-skill-enablement --skill-id ID --stage development",
            ),
            (
                Operation::Credentials { skill },
                "GET v1/skills/ID/credentials",
                "smapi get-skill-credentials --skill-id ID",
            ),
            (
                Operation::Delete { skill },
                "DELETE v1/skills/ID",
                "smapi delete-skill --skill-id ID",
            ),
        ] {
            let query: Vec<String> = operation
                .query()
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let query = if query.is_empty() {
                String::new()
            } else {
                format!("?{}", query.join("&"))
            };
            let asked = format!(
                "{} {}{query}",
                operation.method(),
                operation.path().join("/")
            );
            assert_eq!(asked.replace(skill.as_str(), "ID"), request);
            let typed = operation.command().join(" ");
            assert_eq!(typed.replace(skill.as_str(), "ID"), command);
            assert_eq!(
                operation.body().unwrap().is_some(),
                operation.body_option().is_some()
            );
        }
    }
}
