//! `fault`: what goes wrong in a simulator that runs.

mod control;

use std::time::Duration;

use anyhow::bail;
use clap::{Args, Subcommand};
use comfy_table::{Cell, Color};
use particle_simulator::{Certificate, Dialect, Fault, Kind, When};

use self::control::{Control, Place, Setting, State};
use super::Verdict;
use crate::names::one_of;
use crate::output;
use crate::table;

/// Make a running simulator fail, as real clouds and devices do, and stop it.
///
/// The simulator is `particle-alexa simulate`, or any other of this project that runs on this machine.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa simulate                                      in another terminal
  particle-alexa fault set porch silent
  particle-alexa fault set --cloud rate-limited --only function --times 2
  particle-alexa fault list
  particle-alexa fault clear
  particle-alexa fault dialect legacy
  particle-alexa fault certificate expired")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    order: Order,
    #[command(flatten)]
    place: Place,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Order {
    List(List),
    Set(Set),
    Clear(Clear),
    Dialect(Wording),
    Certificate(Proof),
}

/// Show which faults are set.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa fault list
  particle-alexa fault list --json | jq -r '.devices[].name'")]
struct List {}

/// Set a fault of a device or of the whole cloud, in place of the one it has.
#[derive(Args, Debug)]
#[command(
    override_usage = "particle-alexa fault set [OPTIONS] <DEVICE> <FAULT>\n       \
                      particle-alexa fault set [OPTIONS] --cloud <FAULT>",
    after_help = set_help()
)]
struct Set {
    /// The device that fails, by name or id, unless it is the cloud; and what goes wrong, such as `silent` or
    /// `slow=300ms`
    // Not two arguments: before an option, clap would take the device for the fault.
    #[arg(required = true, num_args = 1..=2, value_names = ["DEVICE", "FAULT"])]
    words: Vec<String>,
    /// The whole cloud fails
    #[arg(long)]
    cloud: bool,
    /// Strike only requests of this kind, or of these, with commas between them
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = one_of::<Kind>())]
    only: Vec<Kind>,
    /// Strike only the next so many requests
    #[arg(long, value_name = "NUMBER")]
    times: Option<u32>,
    /// Lift the fault after this time, such as `10s`
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    lasting: Option<Duration>,
}

/// Lift the fault of a device or of the cloud, or all faults where neither is named.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa fault clear                  all of them
  particle-alexa fault clear porch
  particle-alexa fault clear --cloud")]
struct Clear {
    /// The device that works again, by name or id
    #[arg(conflicts_with = "cloud")]
    device: Option<String>,
    /// Lift the cloud's own fault
    #[arg(long)]
    cloud: bool,
}

/// Choose how the cloud words its failures, or show how it does.
///
/// What was recorded of Particle's cloud and what its documentation says disagree. The dialects are current, as recorded
/// since 2023, documented, and legacy, as recorded in 2015 and 2016.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa fault dialect
  particle-alexa fault dialect legacy")]
struct Wording {
    /// The dialect
    #[arg(value_parser = one_of::<Dialect>())]
    dialect: Option<Dialect>,
}

/// Choose which certificate new connections are shown, or say which.
///
/// A simulator that serves https has four: a trusted one, and three that every client has to refuse. A connection that there
/// is stays as it is.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa simulate --tls --ca-file ca.pem                         in another terminal
  particle-alexa fault certificate untrusted --ca-file ca.pem --url https://127.0.0.1:9123
  particle-alexa fault certificate trusted --ca-file ca.pem --url https://127.0.0.1:9123")]
struct Proof {
    /// The certificate
    #[arg(value_parser = one_of::<Certificate>())]
    certificate: Option<Certificate>,
}

fn set_help() -> String {
    let names: Vec<_> = Fault::all().iter().map(Fault::to_string).collect();
    let options = textwrap::Options::new(output::width())
        .initial_indent("  ")
        .subsequent_indent("  ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let names = textwrap::fill(&names.join(", "), options);
    format!(
        "Faults, each explained in the simulator's README:\n{names}\n\n\
         Examples:\n  \
           particle-alexa fault set porch offline\n  \
           particle-alexa fault set desk_lamp reset-after --only function --times 1\n  \
           particle-alexa fault set --cloud slow=2s\n  \
           particle-alexa fault set --cloud 'slow={{ median = \"200ms\", p99 = \"2s\" }}'\n  \
           particle-alexa fault set --cloud refused --for 10s"
    )
}

fn duration(text: &str) -> Result<Duration, humantime::DurationError> {
    humantime::parse_duration(text)
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    let control = Control::of(&arguments.place)?;
    let state = match &arguments.order {
        Order::List(List {}) => control.state().await?,
        Order::Set(set) => {
            let (device, setting) = set.read()?;
            put(&control, device, setting).await?
        }
        Order::Clear(clear) => {
            let everywhere = clear.device.is_none() && !clear.cloud;
            let path = if everywhere {
                vec!["faults"]
            } else {
                path(clear.device.as_deref())
            };
            // Whatever else runs there is told nothing.
            control.state().await?;
            control.delete(&path).await?;
            control.state().await?
        }
        Order::Dialect(Wording { dialect }) => {
            // Whatever else runs there is told nothing.
            let mut state = control.state().await?;
            if let Some(dialect) = dialect {
                state.settings.dialect = *dialect;
                control.put(&["settings"], &state.settings).await?;
            }
            let words = format!(
                "Failures are worded in the {} dialect.",
                state.settings.dialect
            );
            return tell(&state, &words, arguments.json);
        }
        Order::Certificate(Proof { certificate }) => {
            let mut state = control.state().await?;
            if certificate.is_some() {
                state.settings.certificate = *certificate;
                control.put(&["settings"], &state.settings).await?;
            }
            let words = match state.settings.certificate {
                Some(shown) => format!("New connections are shown the {shown} certificate."),
                None => "It serves http, and shows no certificate.".to_owned(),
            };
            return tell(&state, &words, arguments.json);
        }
    };
    if arguments.json {
        output::json(&state.faults())?;
    } else {
        print(&state)?;
    }
    Ok(Verdict::Good)
}

/// Tells of a setting.
fn tell(state: &State, words: &str, json: bool) -> anyhow::Result<Verdict> {
    if json {
        output::json(&state.settings)?;
    } else {
        output::line(words)?;
    }
    Ok(Verdict::Good)
}

/// Sets a fault, and says what is wrong then.
async fn put(control: &Control, device: Option<&str>, setting: Setting) -> anyhow::Result<State> {
    // Whatever else runs there is told nothing.
    let before = control.state().await?;
    control.put(&path(device), &setting).await?;
    if setting.fault == Fault::Refused {
        // Nobody can ask now.
        let fault = Some(setting);
        return Ok(State { fault, ..before });
    }
    control.state().await
}

/// Where a fault is set.
fn path(device: Option<&str>) -> Vec<&str> {
    match device {
        Some(device) => vec!["devices", device, "fault"],
        None => vec!["fault"],
    }
}

impl Set {
    /// The device, if it is not the cloud, and what befalls it.
    fn read(&self) -> anyhow::Result<(Option<&str>, Setting)> {
        let (device, fault) = match (self.words.as_slice(), self.cloud) {
            ([device, fault], false) => (Some(device.as_str()), fault),
            ([fault], true) => (None, fault),
            _ => bail!(
                "name a device and a fault, or --cloud and a fault: \
                 `fault set porch silent`, `fault set --cloud silent`"
            ),
        };
        let mut when = When::default().only(self.only.iter().copied());
        if let Some(times) = self.times {
            when = when.times(times);
        }
        if let Some(time) = self.lasting {
            when = when.lasting(time);
        }
        let fault = fault.parse()?;
        Ok((device, Setting { fault, when }))
    }
}

fn print(state: &State) -> anyhow::Result<()> {
    let faults = state.faults();
    if faults.is_empty() {
        return Ok(output::line("Nothing is wrong: no fault is set.")?);
    }
    let mut table = table::of_columns(["Where", "Fault", "When"]);
    for (place, setting) in faults.rows() {
        table.add_row([
            Cell::new(place),
            Cell::new(setting.fault.to_string()).fg(Color::Red),
            Cell::new(setting.when.to_string()),
        ]);
    }
    Ok(output::line(table.trim_fmt())?)
}
