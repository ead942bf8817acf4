//! The programs that are measured, built as they are deployed.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use serde::Deserialize;

use crate::cli::Common;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The handler for Node.
pub(crate) const NODE_HANDLER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node/handler.mjs");

const RELEASE: &[&str] = &["--release"];

/// Nobody will look into it with a debugger, and what one needs is most of such a program.
const UNOPTIMIZED: &[&str] = &[
    "--config",
    "profile.dev.debug=false",
    "--config",
    "profile.dev.strip=\"symbols\"",
];

/// Where the programs are.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    pub(crate) skill: PathBuf,
    pub(crate) floor: PathBuf,
    /// Node itself, where there is one.
    pub(crate) node: Option<PathBuf>,
}

impl Programs {
    /// Builds what is not given.
    pub(crate) fn find(common: &Common, floor: Option<&Path>) -> anyhow::Result<Self> {
        Ok(Self {
            skill: skill(common)?,
            floor: match floor {
                Some(file) => given(file)?,
                None => build("floor", "floor", common.debug)?,
            },
            node: on_path("node"),
        })
    }
}

/// The skill, built if none is given.
pub(crate) fn skill(common: &Common) -> anyhow::Result<PathBuf> {
    match &common.skill {
        Some(file) => given(file),
        None => build("alexa-for-particle", "skill", common.debug),
    }
}

/// The file of an event in the project.
pub(crate) fn events() -> PathBuf {
    Path::new(WORKSPACE).join("events")
}

fn given(file: &Path) -> anyhow::Result<PathBuf> {
    // A name without a folder would be looked for on the path.
    file.canonicalize()
        .with_context(|| format!("no program at {}", file.display()))
}

/// Builds one package by itself: built with others, its dependencies would have the features that those ask for.
fn build(package: &str, program: &str, debug: bool) -> anyhow::Result<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
    }

    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // What cargo says of this package to this program: a build script that looks at it would build anew each time.
    for (name, _) in env::vars_os() {
        let ours = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if ours {
            command.env_remove(name);
        }
    }
    let output = command
        .current_dir(WORKSPACE)
        .args(["build", "--locked", "--package", package, "--bin", program])
        .args(if debug { UNOPTIMIZED } else { RELEASE })
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("`cargo build --package {package}` failed");
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok()?.executable)
        .next_back()
        .with_context(|| format!("`cargo build --package {package}` made no program"))
}

fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
