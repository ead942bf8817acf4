//! (e) The package as it is deployed: a zip with the program in it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::Serialize;

use crate::program::{NODE_HANDLER, Programs};
use crate::subject::Who;

/// How large it is, in bytes.
#[derive(Debug, Serialize)]
pub(crate) struct Size {
    pub(crate) who: Who,
    pub(crate) program: u64,
    pub(crate) zip: u64,
}

/// What a zip holds beside one compressed file: its header, its entry in the directory, and the end of that; and twice its
/// name.
const FRAME: u64 = 30 + 46 + 22 + 2 * "bootstrap".len() as u64;

pub(super) fn measure(programs: &Programs) -> anyhow::Result<Vec<Size>> {
    let mut files = vec![
        (Who::Skill, programs.skill.as_path()),
        (Who::Floor, programs.floor.as_path()),
    ];
    files.extend(
        programs
            .node
            .is_some()
            .then_some((Who::Node, Path::new(NODE_HANDLER))),
    );
    files
        .into_iter()
        .map(|(who, file)| {
            let program =
                fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            Ok(Size {
                who,
                program: program.len().try_into()?,
                zip: FRAME + deflated(&program)?,
            })
        })
        .collect()
}

/// How many bytes are left of these.
fn deflated(bytes: &[u8]) -> io::Result<u64> {
    let mut encoder = DeflateEncoder::new(Count(0), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.0)
}

/// Bytes that nobody needs but to know how many they were.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_is_left() {
        // Measured with zlib at level 9: a long repetition is a few dozen bytes.
        let left = deflated(&[b'a'; 10_000]).unwrap();
        assert!((10..60).contains(&left), "{left}");
        // What is no repetition stays, and a little is added.
        let mut random = fastrand::Rng::with_seed(1);
        let noise: Vec<u8> = (0..10_000).map(|_| random.u8(..)).collect();
        let left = deflated(&noise).unwrap();
        assert!((10_000..10_100).contains(&left), "{left}");
    }
}
