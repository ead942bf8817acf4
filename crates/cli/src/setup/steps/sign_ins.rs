//! Who is signed in everywhere, and for which developer; and what else has to be there before anything is made.

use anyhow::{anyhow, bail};
use linking::aws::Aws;
use linking::smapi::Vendor;

use super::{Code, Up};
use crate::setup::accounts::{self, Accounts};

/// Who is signed in.
pub(super) struct SignedIn {
    /// The developer whose skill it is.
    pub(super) vendor: Vendor,
    pub(super) accounts: Accounts,
}

impl<A: Aws> Up<'_, A> {
    /// Who is signed in everywhere. All that is missing, tools too, is said at once.
    pub(super) async fn sign_ins(&mut self) -> anyhow::Result<SignedIn> {
        let services = self.services;
        let building = matches!(self.plan.code, Code::Source { .. });
        let (aws, vendors, user, tools) = {
            let _waiting = self.report.waiting_for("Looking who is signed in");
            let user = async {
                match &services.particle {
                    Ok(particle) => particle.user().await.map_err(|error| error.to_string()),
                    Err(why) => Err(why.clone()),
                }
            };
            tokio::join!(
                services.aws.identity(),
                services.smapi.vendors(),
                user,
                services.aws.missing_tools(building)
            )
        };
        let vendor = match vendors {
            Ok(vendors) => {
                let noted = self.file.state.vendor.as_ref();
                accounts::vendor(vendors, self.plan.vendor.as_ref(), noted)
            }
            Err(error) => Err(anyhow!(error)),
        };
        let mut others: Vec<String> = tools.iter().map(ToString::to_string).collect();
        let writable = self.file.is_writable();
        others.extend(writable.err().map(|error| format!("{error:#}")));
        match (aws, vendor, user) {
            (Ok(aws), Ok(vendor), Ok(user)) if others.is_empty() => {
                let accounts = Accounts {
                    aws: Some(aws.account.clone()),
                    particle: Some(user.username.clone()),
                };
                accounts.check(self.file)?;
                self.done(
                    "sign-ins",
                    format!(
                        "AWS account {}, Alexa developer {} ({}), Particle user {}",
                        aws.account, vendor.name, vendor.id, user.username
                    ),
                )?;
                Ok(SignedIn { vendor, accounts })
            }
            (aws, vendor, user) => {
                let problems = [
                    aws.err().map(|error| error.to_string()),
                    vendor.err().map(|error| format!("{error:#}")),
                    user.err(),
                ];
                let problems: Vec<String> = problems
                    .into_iter()
                    .flatten()
                    .chain(others)
                    .map(|problem| format!("- {}", problem.replace('\n', "\n  ")))
                    .collect();
                bail!(
                    "this is missing, and nothing was changed:\n{}",
                    problems.join("\n")
                )
            }
        }
    }
}
