//! Where the figures come from: without this they say little.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use serde::Serialize;

/// The machine and the day.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) date: String,
    processor: String,
    processors: usize,
    architecture: &'static str,
    system: String,
    /// How many processes wanted a processor before the run began, on average: above zero, somebody else was at work.
    load: Option<String>,
    rustc: Option<String>,
    pub(crate) node: Option<String>,
}

impl Machine {
    pub(crate) fn look(node: Option<&Path>) -> Self {
        let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let read = |file| fs::read_to_string(file).ok();
        Self {
            date: now,
            processor: read("/proc/cpuinfo")
                .and_then(|text| value_of(&text, "model name"))
                .unwrap_or_else(|| "an unknown processor".to_owned()),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            architecture: std::env::consts::ARCH,
            system: read("/proc/sys/kernel/osrelease").map_or_else(
                || std::env::consts::OS.to_owned(),
                |release| format!("{} {}", std::env::consts::OS, release.trim()),
            ),
            load: read("/proc/loadavg").and_then(|text| Some(text.split(' ').next()?.to_owned())),
            rustc: version(Path::new("rustc")),
            node: node.and_then(version),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            date,
            processor,
            processors,
            architecture,
            system,
            ..
        } = self;
        write!(
            f,
            "{date}; {processors} × {processor} ({architecture}), {system}"
        )?;
        if let Some(load) = &self.load {
            write!(f, ", load {load}")?;
        }
        if let Some(rustc) = &self.rustc {
            write!(f, "; {rustc}")?;
        }
        match &self.node {
            Some(node) => write!(f, "; Node {node}"),
            None => Ok(()),
        }
    }
}

/// The first `name : value` of a text.
fn value_of(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}

fn version(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_value_among_others() {
        let text = "processor\t: 0\nmodel name\t: Quick: one\nmodel name\t: Other\n";
        assert_eq!(value_of(text, "model name").unwrap(), "Quick: one");
        assert_eq!(value_of(text, "model"), None);
    }
}
