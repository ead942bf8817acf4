//! What a running process uses, as Linux tells it in `/proc`.

use std::fs;

use anyhow::Context as _;

/// A process by its id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// The most memory it ever had, in KiB.
    pub(crate) fn peak_kib(self) -> anyhow::Result<u64> {
        self.status("VmHWM")
    }

    /// The memory that it has, in KiB.
    pub(crate) fn resident_kib(self) -> anyhow::Result<u64> {
        self.status("VmRSS")
    }

    /// Its open files and connections.
    pub(crate) fn descriptors(self) -> anyhow::Result<usize> {
        let folder = format!("/proc/{}/fd", self.0);
        Ok(fs::read_dir(&folder).with_context(|| folder)?.count())
    }

    fn status(self, field: &str) -> anyhow::Result<u64> {
        let file = format!("/proc/{}/status", self.0);
        let text = fs::read_to_string(&file)
            .with_context(|| format!("{file}: memory is measured on Linux only"))?;
        kib(&text, field).with_context(|| format!("{file} has no {field}"))
    }
}

/// A field such as `VmHWM:     5032 kB`.
fn kib(status: &str, field: &str) -> Option<u64> {
    let mut lines = status.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(name, _)| *name == field)?;
    value.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_linux_writes() {
        let status = "Name:\tskill\nVmPeak:\t   90000 kB\nVmHWM:\t    5032 kB\nThreads:\t1\n";
        assert_eq!(kib(status, "VmHWM"), Some(5032));
        assert_eq!(kib(status, "Threads"), None);
        assert_eq!(kib(status, "VmRSS"), None);
    }
}
