//! The binary, run as a user would, in a home directory of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

/// One run to be, with nothing in its environment that is not put there.
pub(crate) struct Program {
    command: Command,
    input: String,
    folder: TempDir,
    secrets: Vec<String>,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A simulator that runs until it is dropped.
pub(crate) struct Simulator {
    child: Child,
    lines: BufReader<ChildStdout>,
    pub(crate) url: String,
    pub(crate) token: String,
    /// All that it told of itself.
    pub(crate) place: Json,
}

impl Program {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_particle-alexa"));
        command
            .env_clear()
            .env("HOME", folder.path())
            .current_dir(folder.path())
            .args(arguments);
        Self {
            command,
            input: String::new(),
            folder,
            secrets: Vec::new(),
        }
    }

    /// Types this.
    pub(crate) fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// Puts a file where the program runs, which is its home directory, too.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        let path: PathBuf = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Runs at home in this folder, which is there after the run, too.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.env("HOME", folder).current_dir(folder);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Gives it a token in the environment.
    pub(crate) fn token(self, token: &str) -> Self {
        self.secret(token).variable("PARTICLE_ACCESS_TOKEN", token)
    }

    /// Names something that it must not print.
    pub(crate) fn secret(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn run(mut self) -> Outcome {
        let mut child = self.start();
        let mut input = child.stdin.take().unwrap();
        // A program that does not read its input closes it early.
        let _ = input.write_all(self.input.as_bytes());
        drop(input);
        let output = child.wait_with_output().unwrap();
        let outcome = Outcome {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        for secret in &self.secrets {
            let told = outcome.stdout.contains(secret) || outcome.stderr.contains(secret);
            assert!(!told, "{secret} is told in {outcome:?}");
        }
        for text in [&outcome.stdout, &outcome.stderr] {
            assert!(!text.contains('\u{1b}'), "colours in a pipe: {text:?}");
        }
        outcome
    }

    pub(crate) fn start(&mut self) -> Child {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

impl Outcome {
    /// Each line of the result as JSON.
    pub(crate) fn json_lines(&self) -> Vec<Json> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

impl Simulator {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(options: &[&str]) -> Self {
        let arguments = ["simulate", "--json", "--listen", "127.0.0.1:0"];
        let mut program = Program::new(&[&arguments, options].concat());
        let mut child = program.start();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let place: Json = serde_json::from_str(&line).unwrap();
        Self {
            child,
            lines,
            url: place["url"].as_str().unwrap().to_owned(),
            token: place["token"].as_str().unwrap().to_owned(),
            place,
        }
    }

    /// So many requests that it got.
    pub(crate) fn requests(&mut self, count: usize) -> Vec<Json> {
        let lines = self.lines.by_ref().lines().take(count);
        lines
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address at which nothing answers.
pub(crate) fn deserted() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
