//! `simulate`: the simulated Particle cloud by itself, or with a simulated Alexa.

mod alexa;

use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use comfy_table::ColumnConstraint;
use particle_simulator::{Certificate, Dialect, Home, Request, Simulator};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use self::alexa::Alexa;
use super::Verdict;
use crate::home;
use crate::names::one_of;
use crate::output::{self, BAD, GOOD, LOUD, QUIET, styled};
use crate::table;

/// Run the simulated Particle cloud by itself, and show each request it gets.
///
/// Point any Particle client at it: this skill with PARTICLE_API_URL, the Particle CLI with a profile, curl. It listens
/// on this machine only, and runs until Ctrl-C. `particle-alexa fault` makes it fail. With --alexa the developer's side
/// of Alexa is there, too, to try `up`, `doctor` and `down` and to link an account; when it ends, all of it is forgotten.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa simulate
  particle-alexa simulate --listen 127.0.0.1:0         on a free port
  particle-alexa simulate --print-home > home.toml     a file to start from
  particle-alexa simulate --home home.toml
  particle-alexa simulate --tls --ca-file ca.pem       over https, with a certificate of its own
  particle-alexa simulate --tls --ca-file ca.pem --certificate expired
  particle-alexa simulate --alexa                      Alexa's side, too
  particle-alexa simulate --json                       where it is and each request, a JSON object a line")]
pub(crate) struct Arguments {
    /// Where to listen, on this machine
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9123")]
    listen: SocketAddr,
    /// Simulate the home in this file instead of the sample
    #[arg(long, value_name = "FILE")]
    home: Option<PathBuf>,
    /// Print the file of the sample home, and do nothing else
    #[arg(long, conflicts_with_all = ["home", "listen", "tls", "dialect", "alexa", "json"])]
    print_home: bool,
    /// Serve https, with a certificate made for this run
    #[arg(long, requires = "ca_file")]
    tls: bool,
    /// Write the certificate of the authority to trust to this file, as PEM
    #[arg(long, value_name = "FILE", requires = "tls")]
    ca_file: Option<PathBuf>,
    /// Which certificate: a trusted one, or one that clients must refuse
    #[arg(
        long,
        value_name = "KIND",
        default_value_t,
        requires = "tls",
        value_parser = one_of::<Certificate>()
    )]
    certificate: Certificate,
    /// Offer HTTP/2 beside HTTP/1.1
    #[arg(long, requires = "tls")]
    http2: bool,
    /// Word failures in this dialect instead of the home's
    #[arg(long, value_parser = one_of::<Dialect>())]
    dialect: Option<Dialect>,
    /// Simulate Alexa's side, too: skill management, Login with Amazon and the app. Where to listen, on this machine
    #[arg(
        long,
        value_name = "ADDRESS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "127.0.0.1:9124"
    )]
    alexa: Option<SocketAddr>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A request to one of the two.
enum Asked {
    Particle(Request),
    Alexa(alexa_simulator::Request),
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    if arguments.print_home {
        output::line(Home::SAMPLE.trim_end())?;
        return Ok(Verdict::Good);
    }
    let home = home::read(arguments.home.as_deref())?;
    let simulator = start(home, &arguments).await?;
    if let Some(file) = &arguments.ca_file {
        std::fs::write(file, simulator.certificate_authority())
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    let mut requests = simulator.subscribe();
    let mut alexa = match arguments.alexa {
        Some(address) => Some(Alexa::start(address, &simulator).await?),
        None => None,
    };
    if arguments.json {
        let mut place = json!({
            "url": simulator.url(),
            "token": simulator.token(),
            "devices": simulator.devices(),
        });
        if let (Some(alexa), Some(fields)) = (&alexa, place.as_object_mut()) {
            fields.insert("alexa".to_owned(), alexa.place());
        }
        output::json_line(&place)?;
    } else {
        welcome(&simulator, alexa.as_ref(), &arguments)?;
    }
    loop {
        let asked = tokio::select! {
            request = requests.recv() => request.map(Asked::Particle),
            request = asked(alexa.as_mut()) => request.map(Asked::Alexa),
            end = tokio::signal::ctrl_c() => {
                end?;
                // Below the terminal's own ^C.
                output::remark("")?;
                return Ok(Verdict::Good);
            }
        };
        match asked {
            Ok(Asked::Particle(request)) if arguments.json => output::json_line(&request)?,
            Ok(Asked::Alexa(request)) if arguments.json => {
                output::json_line(&json!({ "alexa": request }))?;
            }
            Ok(Asked::Particle(request)) => {
                let refused = request.return_value.is_some_and(|returned| returned < 0);
                log(&request, request.status.filter(|_| !refused))?;
            }
            Ok(Asked::Alexa(request)) => log(&request, request.status)?,
            Err(RecvError::Lagged(missed)) => {
                output::remark(format_args!("{missed} requests came too fast to be shown"))?;
            }
            Err(RecvError::Closed) => return Ok(Verdict::Good),
        }
    }
}

/// What Alexa is asked next, if she is there.
async fn asked(alexa: Option<&mut Alexa>) -> Result<alexa_simulator::Request, RecvError> {
    match alexa {
        Some(alexa) => alexa.asked().await,
        None => std::future::pending().await,
    }
}

async fn start(home: Home, arguments: &Arguments) -> anyhow::Result<Simulator> {
    let address = arguments.listen;
    let mut simulator = Simulator::builder(home).address(address);
    if arguments.tls {
        simulator = simulator.tls(arguments.certificate);
    }
    if arguments.http2 {
        simulator = simulator.http2();
    }
    let simulator = bound("--listen ", address, simulator.start().await)?;
    if let Some(dialect) = arguments.dialect {
        simulator.set_dialect(dialect);
    }
    Ok(simulator)
}

/// What listens at this address, or why nothing does.
fn bound<T>(option: &str, address: SocketAddr, started: io::Result<T>) -> anyhow::Result<T> {
    match started {
        Ok(started) => Ok(started),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "{address} is in use, perhaps by another simulator; \
             `{option}{}:0` takes a free port",
            address.ip()
        ),
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address}")),
    }
}

fn welcome(
    simulator: &Simulator,
    alexa: Option<&Alexa>,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let ca_file = arguments.ca_file.as_deref();
    let (url, token) = (simulator.url(), simulator.token());
    output::line(format_args!(
        "A simulated Particle cloud at {}\n",
        styled(LOUD, &url)
    ))?;
    if arguments.certificate != Certificate::Trusted {
        output::line(format_args!(
            "Its certificate is {}: clients have to refuse it.\n",
            styled(BAD, arguments.certificate)
        ))?;
    }
    let mut table = table::of_columns(["Device", "Id", "Firmware", "Online"]);
    // An id is there to be copied.
    if let Some(ids) = table.column_mut(1) {
        ids.set_constraint(ColumnConstraint::ContentWidth);
    }
    for device in simulator.devices() {
        table.add_row([
            device.name.unwrap_or_default().into(),
            device.id.into(),
            device.firmware.into(),
            table::online(Some(device.online)),
        ]);
    }
    output::line(table.trim_fmt())?;
    output::line("\nIts token is no secret. To use it:\n")?;
    output::line(format_args!("  export PARTICLE_API_URL={url}"))?;
    if let Some(file) = ca_file {
        let file = std::path::absolute(file)?;
        output::line(format_args!("  export PARTICLE_CA_FILE={}", file.display()))?;
    }
    output::line(format_args!("  export PARTICLE_ACCESS_TOKEN={token}\n"))?;
    output::line("  particle-alexa devices")?;
    let trust = if ca_file.is_some() {
        "--cacert \"$PARTICLE_CA_FILE\" "
    } else {
        ""
    };
    output::line(format_args!(
        "  curl {trust}-H \"Authorization: Bearer $PARTICLE_ACCESS_TOKEN\" \\"
    ))?;
    output::line("      $PARTICLE_API_URL/v1/devices\n")?;
    let urls = simulator.authorization_urls();
    if !urls.is_empty() {
        output::line("To sign in for an OAuth client, open in a browser:\n")?;
        for url in urls {
            output::line(format_args!("  {url}"))?;
        }
        output::line("")?;
    }
    if let Some(alexa) = alexa {
        alexa.welcome()?;
    }
    Ok(output::line(styled(
        QUIET,
        "Requests appear here; Ctrl-C ends it.",
    ))?)
}

fn log(request: &impl Display, good_status: Option<u16>) -> anyhow::Result<()> {
    let good = good_status.is_some_and(|status| status < 400);
    let style = if good { GOOD } else { BAD };
    Ok(output::line(format_args!(
        "{} {request}",
        styled(style, "●")
    ))?)
}
