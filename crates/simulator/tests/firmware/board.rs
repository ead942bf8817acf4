//! A sketch of the folder `firmware`, compiled for this machine.

use std::{
    env,
    ffi::OsString,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A running sketch; see `firmware/host/main.cpp`.
pub(crate) struct Board {
    process: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    _folder: TempDir,
}

impl Board {
    /// Compiles and starts a sketch.
    ///
    /// Without a compiler there is no board: this says so, and fails where `CI` is set.
    pub(crate) fn start(sketch: &str) -> Option<Self> {
        let compiler = env::var_os("CXX").unwrap_or_else(|| OsString::from("c++"));
        if let Err(error) = Command::new(&compiler).arg("--version").output() {
            skip(&format!("{} does not start: {error}", compiler.display()));
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join(sketch);
        let host = firmware().join("host");
        let compiled = Command::new(compiler)
            .args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-I"])
            .arg(&host)
            // The compiler does not know the extension `.ino`.
            .args(["-x", "c++"])
            .arg(firmware().join(sketch).join(format!("{sketch}.ino")))
            .arg(host.join("main.cpp"))
            .arg("-o")
            .arg(&program)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&compiled.stderr);
        assert!(compiled.status.success(), "{errors}");

        let mut process = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Some(Self {
            commands: process.stdin.take().unwrap(),
            answers: BufReader::new(process.stdout.take().unwrap()),
            process,
            _folder: folder,
        })
    }

    /// Gives a command and waits for the answer.
    pub(crate) fn obey(&mut self, command: &str) -> Value {
        writeln!(self.commands, "{command}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert!(answer.get("error").is_none(), "{command}: {answer}");
        answer
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn firmware() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../firmware")
}

fn skip(reason: &str) {
    assert!(
        env::var_os("CI").is_none(),
        "the sketches are to be compiled where CI is set, but {reason}"
    );
    // Not `println!`: the test runner would keep that to itself.
    let _ = writeln!(
        io::stderr(),
        "SKIPPED: the sketches of firmware/ are not compiled: {reason}"
    );
}
