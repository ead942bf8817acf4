//! Who is signed in everywhere, and for which developer; and what else has to be there before anything is made.

use anyhow::{anyhow, bail};
use linking::aws::Aws;
use linking::smapi::Vendor;

use super::{Code, Up};

impl<A: Aws> Up<'_, A> {
    /// Who is signed in everywhere. All that is missing, tools too, is said at once.
    pub(super) async fn sign_ins(&mut self) -> anyhow::Result<Vendor> {
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
            Ok(vendors) => self.vendor(vendors),
            Err(error) => Err(anyhow!(error)),
        };
        let mut others: Vec<String> = tools.iter().map(ToString::to_string).collect();
        let writable = self.file.is_writable();
        others.extend(writable.err().map(|error| format!("{error:#}")));
        match (aws, vendor, user) {
            (Ok(aws), Ok(vendor), Ok(user)) if others.is_empty() => {
                self.done(
                    "sign-ins",
                    format!(
                        "AWS account {}, Alexa developer {} ({}), Particle user {}",
                        aws.account, vendor.name, vendor.id, user.username
                    ),
                )?;
                Ok(vendor)
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

    /// The developer to whom the skill belongs.
    fn vendor(&self, vendors: Vec<Vendor>) -> anyhow::Result<Vendor> {
        let wanted = self
            .plan
            .vendor
            .as_ref()
            .or(self.file.state.vendor.as_ref());
        let names: Vec<String> = vendors
            .iter()
            .map(|vendor| format!("{} ({})", vendor.id, vendor.name))
            .collect();
        let names = names.join(", ");
        let mut found: Vec<Vendor> = vendors
            .into_iter()
            .filter(|vendor| wanted.is_none_or(|wanted| vendor.id == *wanted))
            .collect();
        match (found.pop(), found.is_empty(), wanted) {
            (Some(vendor), true, _) => Ok(vendor),
            (Some(_), false, _) => {
                bail!("you act for several developers at Amazon: {names}; name one with --vendor")
            }
            (None, _, Some(wanted)) => {
                bail!("you do not act for the developer {wanted} at Amazon, but for {names}")
            }
            (None, _, None) => bail!(
                "you are no developer at Amazon yet: register at https://developer.amazon.com/alexa"
            ),
        }
    }
}
