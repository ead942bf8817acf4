//! The file that says what was chosen and made, so that a plain `up` goes on with it, and `down` finds everything.
//!
//! It holds names and addresses, and of the secret a [fingerprint](linking::fingerprint) alone.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use linking::fingerprint::Fingerprint;
use linking::id::{ClientId, SkillId, VendorId};
use linking::particle::under_way::UnderWay;
use linking::region::Region;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// The version of the file that this program writes.
const VERSION: u32 = 1;

/// What was made.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct State {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vendor: Option<VendorId>,
    /// The number of the account with the stacks, and the name of the user who has the OAuth client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aws_account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) particle_user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) skill: Option<SkillId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stack: Option<String>,
    /// In the order in which they were named: the first one has the relay.
    #[serde(default)]
    pub(crate) regions: Vec<Region>,
    /// Those that were left out later, and whose stack may still stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) left_out: Vec<Region>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) relay: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) architecture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<KeptClient>,
    /// OAuth clients that nobody uses any more, and that are still to be deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) orphans: Vec<ClientId>,
    /// The OAuth client that may be there without this program having heard of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) under_way: Option<UnderWay>,
}

impl State {
    /// Gives up the OAuth client, which is deleted when nobody uses it, and gives it back if it is to stay.
    pub(crate) fn give_up_client(&mut self) -> Option<ClientId> {
        let KeptClient { id, adopted, .. } = self.client.take()?;
        if adopted {
            return Some(id);
        }
        self.orphans.push(id);
        None
    }

    /// Whether this is an OAuth client of this set-up, as it was noted.
    pub(crate) fn knows_client(&self, id: &str) -> bool {
        let kept = self.client.iter().map(|client| &client.id);
        let mut known = kept.chain(&self.orphans);
        known.any(|known| known.as_str() == id)
    }

    /// Notes which regions are served now; `down` still has to find the stacks of the others.
    pub(crate) fn serve(&mut self, regions: &[Region]) {
        let known = self.regions.drain(..).chain(self.left_out.drain(..));
        self.left_out = known.filter(|region| !regions.contains(region)).collect();
        self.regions = regions.to_vec();
    }

    /// Whether there is a stack, or may be one.
    pub(crate) fn has_stacks(&self) -> bool {
        !(self.regions.is_empty() && self.left_out.is_empty())
    }

    /// Whether there is an OAuth client, or may be one.
    pub(crate) fn has_clients(&self) -> bool {
        self.client.is_some() || !self.orphans.is_empty() || self.under_way.is_some()
    }
}

/// The OAuth client at Particle.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeptClient {
    pub(crate) id: ClientId,
    /// Of the secret that Alexa was told; `None` where this program never saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<Fingerprint>,
    /// Whether Alexa was told of it. Before that the client is worth nothing: its secret is shown but once.
    pub(crate) linked: bool,
    /// Whether it was there before: who knows what else uses it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) adopted: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands on what it writes by reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

impl KeptClient {
    /// Whether Alexa was told this secret of this client, where that is known.
    pub(crate) fn was_told(&self, id: &str, secret: &SecretString) -> Option<bool> {
        let is_this = self.linked && self.id.as_str() == id;
        let fingerprint = self.fingerprint.as_ref().filter(|_| is_this)?;
        Some(fingerprint.fits(secret))
    }
}

/// The file and what is in it.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    pub(crate) state: State,
    /// Locked as long as it is open.
    _lock: Option<File>,
}

impl StateFile {
    /// Reads it; where there is none, nothing was made.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        Self::with(path, None)
    }

    fn with(path: &Path, lock: Option<File>) -> anyhow::Result<Self> {
        let state = match fs::read_to_string(path) {
            Ok(text) => parse(&text).with_context(|| format!("cannot use {}", path.display()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => State {
                version: VERSION,
                ..State::default()
            },
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        Ok(Self {
            path: path.to_owned(),
            state,
            _lock: lock,
        })
    }

    /// Reads it, and keeps it from every other `up` and `down` until this one is done.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        Self::with(path, lock(path)?)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether anything is noted.
    pub(crate) fn is_empty(&self) -> bool {
        let nothing = State {
            version: VERSION,
            ..State::default()
        };
        self.state == nothing
    }

    /// Writes it, the whole of it or nothing.
    pub(crate) fn save(&self) -> anyhow::Result<()> {
        self.write()
            .with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Whether it could be written, without writing it.
    pub(crate) fn is_writable(&self) -> anyhow::Result<()> {
        let parents = self.path.ancestors().skip(1);
        let mut folders = parents.map(|folder| match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        });
        let folder = folders.find(|folder| folder.exists());
        let folder = folder.unwrap_or(Path::new("."));
        let trial = folder.join(".particle-alexa.trial");
        File::create(&trial)
            .and_then(|_| fs::remove_file(&trial))
            .with_context(|| format!("cannot write {}", self.path.display()))
    }

    fn write(&self) -> anyhow::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let beside = beside(&self.path, ".new");
        let mut file = File::create(&beside)?;
        file.write_all(serde_json::to_string_pretty(&self.state)?.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        Ok(())
    }

    /// Removes it, since nothing is left that it could name.
    pub(crate) fn remove(&self) -> anyhow::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", self.path.display()))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// The file beside this one whose name is longer by this.
fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    name.into()
}

/// For whoever finds it.
const ABOUT_THE_LOCK: &[u8] =
    b"`particle-alexa up` and `down` lock this file while they work. It holds nothing.\n";

/// The lock of this note, in a file that stays: whoever took it away might take it from somebody else.
fn lock(note: &Path) -> anyhow::Result<Option<File>> {
    let path = beside(note, ".lock");
    let folder = note.parent().map_or(Ok(()), fs::create_dir_all);
    let Ok(mut file) = folder.and_then(|()| File::create(&path)) else {
        // That nothing can be written there is told with all else that is missing.
        return Ok(None);
    };
    match file.try_lock() {
        Ok(()) => {
            file.write_all(ABOUT_THE_LOCK)
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(Some(file))
        }
        Err(TryLockError::WouldBlock) => bail!(
            "another `up` or `down` is at work with {}, and holds {}: wait until it is done",
            note.display(),
            path.display()
        ),
        // Some file systems of networks have no locks.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

fn parse(text: &str) -> anyhow::Result<State> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let Versioned { version } = serde_json::from_str(text)?;
    if version != VERSION {
        bail!("it is of version {version}, and this program knows version {VERSION} only");
    }
    Ok(serde_json::from_str(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/state.json");
        let mut file = StateFile::read(&path).unwrap();
        assert!(file.is_empty());
        file.state.regions = vec![Region::Europe];
        file.state.client = Some(KeptClient {
            id: "alexa-1234".parse().unwrap(),
            fingerprint: Some(Fingerprint::of(&"recognizable".into()).unwrap()),
            linked: true,
            adopted: false,
        });
        file.save().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("recognizable"), "{text}");
        let again = StateFile::read(&path).unwrap();
        assert_eq!(again.state, file.state);
        assert!(!again.is_empty());
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        again.remove().unwrap();
        again.remove().unwrap();
        assert!(StateFile::read(&path).unwrap().is_empty());
    }

    #[test]
    fn one_at_a_time_has_it_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/state.json");
        let first = StateFile::open(&path).unwrap();
        let refused = StateFile::open(&path).unwrap_err().to_string();
        let lock = folder.path().join("new/state.json.lock");
        for words in [
            "another `up` or `down` is at work",
            path.to_str().unwrap(),
            lock.to_str().unwrap(),
        ] {
            assert!(refused.contains(words), "{refused}");
        }
        // Who only looks is not kept from it, nor is another set-up.
        StateFile::read(&path).unwrap();
        for other in ["other.json", "state.toml"] {
            StateFile::open(&path.with_file_name(other)).unwrap();
        }
        drop(first);
        StateFile::open(&path).unwrap();
    }

    /// Nothing is written over it but the note itself.
    #[test]
    fn a_note_may_have_any_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["state", "my.lock", "my.new", "my.json.new"] {
            let path = folder.path().join(name);
            let mut file = StateFile::open(&path).unwrap();
            file.state.stack = Some("lights".to_owned());
            file.save().unwrap();
            let noted = file.state.clone();
            drop(file);
            assert_eq!(StateFile::open(&path).unwrap().state, noted, "{name}");
        }
    }

    #[test]
    fn a_file_that_is_not_understood_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        for (text, told) in [
            ("{", "EOF"),
            (r#"{"version": 2}"#, "it is of version 2"),
            (r#"{"version": 1, "skil": "x"}"#, "unknown field"),
            (r#"{"version": 1, "skill": "x"}"#, "`x` is no skill id"),
        ] {
            fs::write(&path, text).unwrap();
            let error = format!("{:#}", StateFile::read(&path).unwrap_err());
            assert!(
                error.contains("state.json") && error.contains(told),
                "{error}"
            );
        }
    }
}
