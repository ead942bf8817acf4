//! `up`: everything that a skill needs, made and joined.
//!
//! ```text
//! $ particle-alexa up
//!   sign-ins   AWS account 123456789012, Alexa developer Maker Inc. (M2ABCDEFGHIJKL), Particle user maker@example.com
//!   skill      made "My Particle Home", amzn1.ask.skill.01234567-89ab-cdef-0123-456789abcdef
//!   stack      alexa-for-particle in us-east-1: deployed
//!   endpoint   changed: apis.smartHome.endpoint.uri
//!   client     made alexa-for-particle-1234 for https://….lambda-url.us-east-1.on.aws/callback
//!   linking    set: authorizationUrl, accessTokenUrl, clientId, scopes, domains, …, scope profile
//!   doctor     33 checks passed, 3 had nothing to look at
//!
//! What is left is yours to do: in the Alexa app, whose language must be one of the skill's, open
//! More, Skills & Games, Your Skills, Dev, My Particle Home. Enable it, log in at Particle and allow it.
//! Then say: Alexa, discover devices.
//! ```
//!
//! A second run finds nothing to do and says so, line by line. Where it breaks off, it goes on the next time.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use linking::check::{Finding, Mode, Status, Wanted, findings, unseen};
use linking::id::{SkillId, VendorId};
use linking::probe::TokenRequest;

use super::Verdict;
use super::doctor;
use crate::output::{self, LOUD, styled};
use crate::progress;
use crate::setup::artifact;
use crate::setup::gathering::{self, Look};
use crate::setup::options::PlaceArguments;
use crate::setup::parameters;
use crate::setup::services::{self, Services};
use crate::setup::state::StateFile;
use crate::setup::steps::{Code, Outcome, Plan, Up};
use crate::setup::{Done, Report};

/// Make the skill, deploy its function, and join both with Particle, so that all that is left is to enable it.
///
/// Sign in first: at AWS (`aws configure`, or `aws sso login`), at Amazon's developer site (`ask configure`), and at
/// Particle (`particle login`). Nothing that is as it should be is changed, so it can be run again, and goes on where it
/// broke off.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa up --dry-run                     says what would be done
  particle-alexa up                               for the Americas
  particle-alexa up --region eu --set AlarmEmail=you@example.com
  particle-alexa up --regions na,eu,fe            three functions, one skill; the next `up` knows them
  particle-alexa up --artifact packaged.yaml      of functions that are built already

In continuous integration ASK_ACCESS_TOKEN, or ASK_REFRESH_TOKEN with ASK_LWA_CLIENT_ID and ASK_LWA_CLIENT_CONFIRMATION,
stand for `ask configure`, and PARTICLE_ACCESS_TOKEN for `particle login`.

Exit status: 0 it is done; 1 it is, and `doctor` still finds a mistake; 2 it could not be done.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// Say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Replace the OAuth client at Particle: every user must link again
    #[arg(long)]
    rotate: bool,
    /// What the skill is called in the Alexa app
    #[arg(long, value_parser = name)]
    name: Option<String>,
    /// Go on with this skill instead of making one
    #[arg(long, value_name = "ID")]
    skill: Option<SkillId>,
    /// The developer at Amazon, where you act for several
    #[arg(long, value_name = "ID", env = "ASK_VENDOR_ID", hide_env_values = true)]
    vendor: Option<VendorId>,
    /// Whether one relay serves the users of all three regions; without it, only those of the first region can link. What was
    /// chosen before stays, and at first it is on
    #[arg(long, value_name = "on|off", value_parser = ["on", "off"])]
    relay: Option<String>,
    /// The template of the functions
    #[arg(long, value_name = "FILE", default_value = "template.yaml")]
    template: PathBuf,
    /// A template whose functions are built already; nothing is built then
    #[arg(long, value_name = "FILE", conflicts_with = "template")]
    artifact: Option<PathBuf>,
    /// The processor that the functions are built for: arm64, or x86_64. What was chosen before stays
    #[arg(long, value_name = "NAME", value_parser = ["arm64", "x86_64"])]
    architecture: Option<String>,
    /// A parameter of the template; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parameters::parse)]
    parameters: Vec<(String, String)>,
}

/// Alexa takes no empty one.
fn name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() {
        return Err("the app needs something to show");
    }
    Ok(name.to_owned())
}

/// What is told on the screen.
#[derive(Debug)]
pub(crate) struct Screen;

impl Report for Screen {
    fn done(&mut self, done: Done) -> anyhow::Result<()> {
        Ok(output::labelled(done.step, &done.text)?)
    }

    fn waiting_for(&self, what: &str) -> indicatif::ProgressBar {
        progress::waiting_for(what.to_owned())
    }
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    let mut file = match arguments.dry_run {
        true => StateFile::read(&arguments.place.state)?,
        false => StateFile::open(&arguments.place.state)?,
    };
    let regions = arguments.place.regions(&file.state);
    let stack = arguments.place.stack(&file.state);
    let secret = services::secret();
    let code = code(arguments.artifact, arguments.template)?;
    let (Code::Source { template, .. } | Code::Built(template)) = &code;
    let parameters: BTreeMap<_, _> = arguments.parameters.into_iter().collect();
    let again = arguments.place.repeated(&file.state);
    let services = Services::find(arguments.place.cloud)?;
    let named = parameters.iter();
    let named = named.map(|(name, value)| (name.as_str(), value.as_str()));
    let cloud = ("ParticleApiUrl", services.particle_url.as_str());
    parameters::check(template, named.chain([cloud]))?;
    let plan = Plan {
        regions: regions.clone(),
        stack: stack.clone(),
        name: arguments.name,
        skill: arguments.skill,
        vendor: arguments.vendor,
        relay: arguments.relay.map(|relay| relay == "on"),
        architecture: arguments.architecture,
        rotate: arguments.rotate,
        dry_run: arguments.dry_run,
        code,
        parameters,
        secret: secret.clone(),
    };
    let up = Up {
        services: &services,
        plan: &plan,
        file: &mut file,
        report: &mut Screen,
    };
    let outcome = up.run(TokenRequest::of_this_run()).await?;
    let Some(Outcome {
        name,
        secret,
        asked,
    }) = outcome
    else {
        return Ok(Verdict::Good);
    };
    let look = Look {
        wanted: Wanted {
            regions,
            proactive: false,
            mode: Mode::Maker,
            particle_url: services.particle_url.clone(),
        },
        stack,
        skill: file.state.skill.clone(),
        state: &file.state,
        secret,
    };
    let facts = {
        let _waiting = progress::waiting_for("Looking whether everything is as it should be");
        gathering::facts(&services, look, asked).await
    };
    let enabled = facts.enabled.as_ref().is_ok_and(|enabled| *enabled);
    let mut findings = findings(&facts);
    doctor::repeat(&mut findings, &again);
    // That nobody has enabled it yet is no mistake here: it is what comes next.
    findings.retain(|finding| finding.id != "enabled" || finding.status < Status::Warn);
    let told: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.status >= Status::Warn)
        .collect();
    Screen.done(Done {
        step: "doctor",
        text: doctor::summary(&findings, &unseen(&facts)),
    })?;
    if !told.is_empty() {
        output::line("")?;
        for finding in &told {
            doctor::print(finding)?;
        }
    }
    output::line("")?;
    output::line(output::wrapped(&what_is_left(&name, enabled), ""))?;
    let failed = told.iter().any(|finding| finding.status == Status::Fail);
    Ok(Verdict::good_if(!failed))
}

fn code(artifact: Option<PathBuf>, template: PathBuf) -> anyhow::Result<Code> {
    let file = artifact.as_ref().unwrap_or(&template);
    std::fs::metadata(file).with_context(|| {
        let mend = match artifact {
            Some(_) => {
                "--artifact takes a template whose functions are built already, such as .aws-sam/build/template.yaml"
            }
            None => "run this in the folder of the project, or name the template with --template",
        };
        format!("{} is not here: {mend}", file.display())
    })?;
    Ok(match artifact {
        Some(built) => {
            artifact::check(&built)?;
            Code::Built(built)
        }
        None => Code::Source {
            template,
            folder: ".aws-sam/build".into(),
        },
    })
}

fn what_is_left(name: &str, enabled: bool) -> String {
    if enabled {
        return "You have enabled the skill. If you have linked your account, too, say: Alexa, discover devices.".to_owned();
    }
    format!(
        "What is left is yours to do: in the Alexa app, whose language must be one of the skill's, open {}. Enable it, log \
         in at Particle and allow it. Then say: Alexa, discover devices.",
        styled(
            LOUD,
            format!("More, Skills & Games, Your Skills, Dev, {name}")
        )
    )
}
