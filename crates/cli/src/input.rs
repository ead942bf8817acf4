//! Files that are given as arguments, `-` among them.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;

/// A text and what to call it in a message.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Input {
    /// Reads a file, or standard input for `-`.
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let is_standard = file == Path::new("-");
        let name = if is_standard {
            "standard input".to_owned()
        } else {
            file.display().to_string()
        };
        let text = if is_standard {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        } else {
            std::fs::read_to_string(file)
        };
        let text = text.with_context(|| format!("cannot read {name}"))?;
        Ok(Self { name, text })
    }
}
