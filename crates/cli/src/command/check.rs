//! `check`: a description, before it goes into a device's notes.

use std::path::PathBuf;

use alexa_for_particle::description::Mistake;
use alexa_for_particle::endpoint::{Resolved, Source, Told};
use alexa_for_particle::particle::Device;
use alexa_for_particle::profile::Profiles;
use alexa_for_particle::skill::Discovery;
use clap::Args;
use serde::Deserialize as _;
use serde_json::{Value as Json, json};

use super::Verdict;
use crate::diagnostic::{self, Place, mistake};
use crate::explanation;
use crate::input::Input;
use crate::output::{self, GOOD, LOUD, WARNING, styled, wrapped};
use crate::utterance;
use crate::warning::{self, Warning};

/// Check a description, as it stands in a device's notes, or a file of profiles, and point at mistakes.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  particle-alexa check lamp.toml
  particle-alexa check devices.toml       the profiles of a deployment
  pbpaste | particle-alexa check -

A warning is of what Alexa takes, and its user has trouble with: a name that wakes her, or two of the same.

Exit status: 0 it is fine, but for warnings; 1 it has mistakes, or is no description; 2 it could not be read.")]
pub(crate) struct Arguments {
    /// The description, or `-` for standard input
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Verdict> {
    let Input { name, text } = Input::read(&arguments.file)?;
    let is_profile = |line: &str| line.trim_start().starts_with("[[profile");
    if text.lines().any(is_profile) {
        return profiles(&name, text, arguments.json);
    }
    let device = device_with_notes(&text)?;
    let mut resolved = Resolved::of(&device, Told::Nothing, &Profiles::default());
    if resolved.source != Source::Notes {
        resolved.mistakes.push(no_description(&text));
    }
    let good = resolved.mistakes.is_empty();
    if arguments.json {
        print_json(device, resolved, &text)?;
    } else {
        print(&name, &device, &resolved)?;
        for Warning {
            text: what,
            name: about,
        } in warnings(device, resolved)?
        {
            let shown = about.and_then(|about| diagnostic::warning(&what, &about, &text, &name));
            match shown {
                Some(shown) => output::line(format_args!("{shown}\n"))?,
                None => output::line(styled(WARNING, wrapped(&what, "")))?,
            }
        }
    }
    Ok(Verdict::good_if(good))
}

/// Checks a file of profiles.
fn profiles(name: &str, text: String, json: bool) -> anyhow::Result<Verdict> {
    let profiles = Profiles::read(text.leak());
    let count = profiles.len();
    if json {
        output::json(&json!({ "profiles": count, "mistakes": profiles.mistakes }))?;
    } else {
        for found in &profiles.mistakes {
            output::line(format_args!("{}\n", mistake(found, name)))?;
        }
        if profiles.mistakes.is_empty() {
            let tick = styled(GOOD, "✓");
            output::line(format_args!("{tick} {name} is fine; its profiles: {count}"))?;
        }
    }
    Ok(Verdict::good_if(profiles.mistakes.is_empty()))
}

/// Some device: what a description says holds for any.
fn device_with_notes(notes: &str) -> anyhow::Result<Device> {
    let device =
        json!({ "id": "000000000000000000000000", "name": "the device's name", "notes": notes });
    Ok(Device::deserialize(device)?)
}

fn no_description(text: &str) -> Mistake {
    Mistake {
        line: 1,
        column: 1,
        length: 1,
        message: "no line starts with [alexa] or [[alexa]], so there is no description".to_owned(),
        text: text.lines().next().unwrap_or_default().to_owned(),
    }
}

fn print(name: &str, device: &Device, resolved: &Resolved) -> anyhow::Result<()> {
    for found in &resolved.mistakes {
        output::line(format_args!("{}\n", mistake(found, name)))?;
    }
    if resolved.mistakes.is_empty() {
        output::line(format_args!(
            "{} {name} is fine. Alexa discovers:\n",
            styled(GOOD, "✓")
        ))?;
    } else if !resolved.endpoints.is_empty() {
        output::line("Without what is wrong, Alexa discovers:\n")?;
    }
    for endpoint in &resolved.endpoints {
        let told = explanation::as_told(endpoint, device)?;
        output::line(format_args!(
            "{} ({})",
            styled(LOUD, &told.friendly_name),
            told.category()
        ))?;
        output::labelled("say", &utterance::say(&told))?;
        output::labelled_code("bindings", &explanation::bindings(&endpoint.capabilities)?)?;
        output::line("")?;
    }
    Ok(())
}

/// What the endpoints of one description will trouble their user with.
fn warnings(device: Device, resolved: Resolved) -> anyhow::Result<Vec<Warning>> {
    warning::all(&Discovery {
        devices: vec![(device, resolved)],
        unreadable: 0,
        disregarded: 0,
    })
}

fn print_json(device: Device, resolved: Resolved, text: &str) -> anyhow::Result<()> {
    let mut endpoints = Vec::new();
    for endpoint in &resolved.endpoints {
        let bindings = endpoint
            .capabilities
            .iter()
            .map(|capability| Ok((capability.entry().key.to_owned(), capability.description()?)))
            .collect::<anyhow::Result<Json>>()?;
        endpoints.push(json!({
            "id": endpoint.id.part,
            "name": endpoint.name,
            "categories": endpoint.discovery(&device).display_categories,
            "bindings": bindings,
        }));
    }
    let mistakes = resolved.mistakes.clone();
    let warnings = warnings(device, resolved)?.into_iter().map(|warning| {
        let place = warning.name.and_then(|name| Place::of_name(&name, text));
        json!({ "message": warning.text, "place": place })
    });
    let warnings: Json = warnings.collect();
    output::json(&json!({ "endpoints": endpoints, "mistakes": mistakes, "warnings": warnings }))
}
