//! `doctor`: what is wrong with linking, and what mends it.
//!
//! ```text
//! $ particle-alexa doctor
//! PASS  skill               amzn1.ask.skill.… is as it was last saved
//! PASS  trigger             the function admits this skill and no other
//! FAIL  redirect-uri        https://layla.amazon.com/api/skill/link/M2ABCDEFGHIJKL
//!         expected  to the letter: https://….lambda-url.us-east-1.on.aws/callback
//!         mend      particle-alexa up --rotate   (users must link again)
//! SKIP  client-secret       the client's secret is kept nowhere; set PARTICLE_CLIENT_SECRET to have it tried
//!
//! 1 check failed, 33 passed, 2 had nothing to look at
//! ```

use std::collections::BTreeSet;

use anstyle::Style;
use anyhow::bail;
use clap::Args;
use linking::check::{
    ADVICE, Advice, Finding, Mode, Service, Status, Unseen, Wanted, findings, unseen,
};
use linking::id::SkillId;
use linking::probe::TokenRequest;
use serde::Serialize;

use super::Verdict;
use crate::output::{self, BAD, GOOD, LOUD, QUIET, WARNING, styled};
use crate::progress;
use crate::setup::gathering::{self, Asked, Look};
use crate::setup::options::{PlaceArguments, Repeated};
use crate::setup::services::{self, Services};
use crate::setup::state::StateFile;

/// Look whether accounts can be linked and devices found, and say of each mistake what mends it.
///
/// Looks at the skill, the functions, the OAuth client and the login page. Nothing is changed. If PARTICLE_CLIENT_SECRET
/// has the client's secret, it is tried with one request for tokens at Particle; it is printed nowhere.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa doctor
  particle-alexa doctor --skill amzn1.ask.skill.…     of a skill that `up` did not make
  particle-alexa doctor --advice                      and what no check can see
  particle-alexa doctor --json | jq -r '.findings[] | select(.status == \"fail\").mend'

What cannot be looked at, because a sign-in or a right is missing, a service fails, or nothing is there yet, is skipped.

Exit status: 0 no check failed; 1 one did; 2 none did, but there is no skill to look at, or something that is there could
not be looked at.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// The skill, where it is not the one that `up` made
    #[arg(long, value_name = "ID")]
    skill: Option<SkillId>,
    /// The accounts are those of a product's customers, whom its own login page knows
    #[arg(long)]
    customers: bool,
    /// Explain, too, what no check can see
    #[arg(long)]
    advice: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The check on which all others of the skill depend.
const SKILL: &str = "skill";

#[derive(Serialize)]
struct Report<'a> {
    findings: &'a [Finding],
    /// What could not be looked at, although something is there.
    unseen: &'a [Unseen],
    advice: &'a [Advice],
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    let file = StateFile::read(&arguments.place.state)?;
    let regions = arguments.place.regions(&file.state);
    let stack = arguments.place.stack(&file.state);
    let mut again = arguments.place.repeated(&file.state);
    if let Some(skill) = arguments.skill.as_ref()
        && file.state.skill.as_ref() != Some(skill)
    {
        // `up` gives no set-up to another skill.
        if file.state.has_stacks() || file.state.has_clients() {
            again.place = " --state FILE --stack NAME".to_owned();
        }
        again.place.insert_str(0, &format!(" --skill {skill}"));
    }
    let services = Services::find(arguments.place.cloud)?;
    let look = Look {
        wanted: Wanted {
            regions,
            proactive: false,
            mode: if arguments.customers {
                Mode::Product
            } else {
                Mode::Maker
            },
            particle_url: services.particle_url.clone(),
        },
        stack,
        skill: arguments.skill.or_else(|| file.state.skill.clone()),
        state: &file.state,
        secret: services::secret(),
    };
    let run = TokenRequest::of_this_run();
    let facts = {
        let _waiting =
            progress::waiting_for("Looking at the skill, the functions and the OAuth client");
        gathering::facts(&services, look, Asked::NotYet(run)).await
    };
    let (mut findings, unseen) = (findings(&facts), unseen(&facts));
    repeat(&mut findings, &again);
    if arguments.json {
        output::json(&Report {
            findings: &findings,
            unseen: &unseen,
            advice: ADVICE,
        })?;
    } else {
        print_all(&findings)?;
        output::line("")?;
        output::line(summary(&findings, &unseen))?;
        if arguments.advice {
            advise()?;
        }
    }
    if findings
        .iter()
        .any(|finding| finding.status == Status::Fail)
    {
        return Ok(Verdict::Bad);
    }
    // Without the skill next to nothing has been looked at, and that is no good news.
    if findings
        .iter()
        .any(|finding| finding.id == SKILL && finding.status == Status::Skip)
    {
        bail!("the skill could not be looked at; each check says what is missing");
    }
    if !unseen.is_empty() {
        let services: BTreeSet<Service> = unseen.iter().map(|unseen| unseen.service).collect();
        let services: Vec<String> = services.iter().map(ToString::to_string).collect();
        bail!(
            "not all that is at {} could be looked at; each check says what is missing",
            services.join(" and at ")
        );
    }
    Ok(Verdict::Good)
}

fn style(status: Status) -> Style {
    match status {
        Status::Pass => GOOD,
        Status::Skip => QUIET,
        Status::Warn => WARNING,
        Status::Fail => BAD,
    }
}

/// All checks. Those that could not look for one and the same reason are told as one.
fn print_all(findings: &[Finding]) -> anyhow::Result<()> {
    let skipped = |finding: &&Finding| finding.status == Status::Skip;
    let mut told: Vec<&str> = Vec::new();
    for finding in findings {
        if !skipped(&finding) {
            print(finding)?;
            continue;
        }
        if told.contains(&finding.seen.as_str()) {
            continue;
        }
        print(finding)?;
        told.push(&finding.seen);
        let same = findings.iter().filter(skipped);
        let same = same.filter(|other| other.seen == finding.seen && other.id != finding.id);
        let others: Vec<&str> = same.map(|other| other.id).collect();
        if !others.is_empty() {
            let others = format!("also      {}", others.join(", "));
            output::line(output::wrapped(&others, "        "))?;
        }
    }
    Ok(())
}

/// Says in each mend what has to be said again.
pub(crate) fn repeat(findings: &mut [Finding], again: &Repeated) {
    for mend in findings.iter_mut().filter_map(|it| it.mend.as_mut()) {
        *mend = again.within(mend);
    }
}

/// One check, in one line if it passed.
pub(crate) fn print(finding: &Finding) -> anyhow::Result<()> {
    let Finding {
        id, status, seen, ..
    } = finding;
    let status = styled(style(*status), status);
    output::line(format_args!("{status}  {id:<19} {seen}"))?;
    let expected = finding.expected.as_ref().map(|text| ("expected", text));
    let mend = finding.mend.as_ref().map(|text| ("mend", text));
    for (label, text) in expected.into_iter().chain(mend) {
        output::line(format_args!("        {label:<9} {text}"))?;
    }
    Ok(())
}

/// How many came out how.
pub(crate) fn summary(findings: &[Finding], unseen: &[Unseen]) -> String {
    let is_kept_out = |finding: &Finding| unseen.iter().any(|unseen| unseen.reason == finding.seen);
    let parts = [
        (Status::Fail, false, "failed"),
        (Status::Warn, false, "warned"),
        (Status::Pass, false, "passed"),
        (Status::Skip, true, "could not look"),
        (Status::Skip, false, "had nothing to look at"),
    ];
    let mut told = Vec::new();
    for (status, kept_out, verb) in parts {
        let alike = findings.iter().filter(|finding| finding.status == status);
        let alike = alike.filter(|finding| is_kept_out(finding) == kept_out);
        let count = alike.count();
        let checks = match (told.is_empty(), count) {
            (true, 1) => " check",
            (true, _) => " checks",
            (false, _) => "",
        };
        if count > 0 {
            told.push(format!("{count}{checks} {verb}"));
        }
    }
    told.join(", ")
}

fn advise() -> anyhow::Result<()> {
    for advice in ADVICE {
        output::line("")?;
        output::line(styled(
            LOUD,
            output::wrapped(&format!("If {}:", advice.symptom), ""),
        ))?;
        output::line(output::wrapped(advice.text, "  "))?;
    }
    Ok(())
}
