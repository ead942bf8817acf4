//! The tools of Amazon and AWS as subprocesses: in bounded time, without a shell, and with their complaints read.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader,
};
use tokio::process::Command;

/// What is more than this is no answer that is expected.
const MAXIMUM_OUTPUT: u64 = 8 << 20;

/// Long enough for an interpreter to start on a busy machine and to ask its service.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// The settings that are secrets, by whose they are. A tool is given no others than those it needs: what it runs in turn,
/// such as the build scripts of all that is built, is given them, too.
const SECRETS: [(Owner, &[&str]); 3] = [
    (
        Owner::Alexa,
        &[
            "ASK_ACCESS_TOKEN",
            "ASK_LWA_CLIENT_CONFIRMATION",
            "ASK_REFRESH_TOKEN",
        ],
    ),
    (
        Owner::Aws,
        &[
            // No secret, but of no use without the other, and AWS's libraries take offence at that.
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
        ],
    ),
    (
        Owner::Particle,
        &["PARTICLE_ACCESS_TOKEN", "PARTICLE_CLIENT_SECRET"],
    ),
];

/// Whose a secret is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Owner {
    /// For Amazon's developer site.
    Alexa,
    /// For AWS.
    Aws,
    /// For Particle. No tool needs any.
    Particle,
}

/// A tool, and how it is had.
#[derive(Clone, Debug)]
pub struct Tool {
    /// What is run.
    pub program: OsString,
    /// What it is called.
    pub name: &'static str,
    /// How it is installed.
    pub install: &'static str,
}

/// One run of a tool to be. Its `Debug` leaves out what the tool reads.
#[derive(Clone)]
pub struct Run<'a> {
    /// The tool.
    pub tool: &'a Tool,
    /// The arguments. No secret may be among them: others can see them.
    pub arguments: Vec<OsString>,
    /// Settings beside those that this process has.
    pub environment: Vec<(&'static str, OsString)>,
    /// Whose secrets it is given of those that this process has.
    pub secrets: &'static [Owner],
    /// What it reads. Secrets may be here.
    pub input: Vec<u8>,
    /// How long it may take.
    pub limit: Duration,
}

/// What a tool said that did what it should. Its `Debug` leaves that out, since there may be a secret in it.
#[derive(Clone)]
pub struct Output {
    /// Its result.
    pub stdout: String,
    /// Its remarks.
    pub stderr: String,
}

/// Why a tool did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It is not installed.
    #[error("`{tool}` is not installed, or not on the PATH: {install}")]
    Missing {
        /// The tool.
        tool: &'static str,
        /// How it is installed.
        install: &'static str,
    },
    /// It cannot be run.
    #[error("`{command}` cannot be run: {problem}")]
    Broken {
        /// What was to be run.
        command: String,
        /// What the system says.
        problem: io::Error,
    },
    /// It took too long, and was ended.
    #[error("`{command}` did not end within {} s", limit.as_secs())]
    TimedOut {
        /// What was run.
        command: String,
        /// How long was waited.
        limit: Duration,
    },
    /// It is installed, and breaks before it does anything.
    #[error("`{tool}` does not start ({problem}); install it like this: {install}")]
    Crashed {
        /// The tool.
        tool: &'static str,
        /// What its interpreter says.
        problem: String,
        /// How it is installed.
        install: &'static str,
    },
    /// It failed.
    #[error("`{command}` failed: {complaint}")]
    Failed {
        /// What was run.
        command: String,
        /// What it wrote.
        complaint: String,
    },
}

impl fmt::Debug for Run<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Run")
            .field("command", &self.command())
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Output").finish_non_exhaustive()
    }
}

impl<'a> Run<'a> {
    /// A run with these arguments, which is given no secrets.
    pub fn of<A: Into<OsString>>(tool: &'a Tool, arguments: impl IntoIterator<Item = A>) -> Self {
        Self {
            tool,
            arguments: arguments.into_iter().map(Into::into).collect(),
            environment: Vec::new(),
            secrets: &[],
            input: Vec::new(),
            limit: PATIENCE,
        }
    }

    /// What was run, as a person would type it.
    #[must_use]
    pub fn command(&self) -> String {
        let mut command = self.tool.name.to_owned();
        for argument in &self.arguments {
            let argument = argument.to_string_lossy();
            command.push(' ');
            let plain = |character: char| {
                character.is_ascii_alphanumeric() || "-_./:=@,+%~".contains(character)
            };
            if !argument.is_empty() && argument.chars().all(plain) {
                command.push_str(&argument);
            } else {
                command.push_str(&format!("'{}'", argument.replace('\'', r"'\''")));
            }
        }
        command
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// Whatever [`Failure`] says.
    pub async fn finish(self) -> Result<Output, Failure> {
        self.tell(&|_| ()).await
    }

    /// Runs it to its end, and tells each line of its result and its remarks as it comes.
    ///
    /// # Errors
    /// Whatever [`Failure`] says.
    pub async fn tell(self, line: &(dyn Fn(&str) + Sync)) -> Result<Output, Failure> {
        let command = self.command();
        let broken = |problem| Failure::Broken {
            command: command.clone(),
            problem,
        };
        let mut tool = Command::new(&self.tool.program);
        let withheld = SECRETS
            .iter()
            .filter(|(owner, _)| !self.secrets.contains(owner));
        for name in withheld.flat_map(|(_, names)| *names) {
            tool.env_remove(name);
        }
        let mut child = tool
            .args(&self.arguments)
            .envs(self.environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|problem| match problem.kind() {
                io::ErrorKind::NotFound => Failure::Missing {
                    tool: self.tool.name,
                    install: self.tool.install,
                },
                _ => broken(problem),
            })?;
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let work = async {
            let write = async {
                if let Some(mut stdin) = stdin {
                    // A tool that does not read its input closes it early, and says itself what is wrong.
                    let _ = stdin.write_all(&self.input).await;
                }
            };
            let ((), stdout, stderr) = tokio::join!(write, read(stdout, line), read(stderr, line));
            let status = child.wait().await.map_err(broken)?;
            let (stdout, stderr) = (stdout.map_err(broken)?, stderr.map_err(broken)?);
            if status.success() {
                return Ok(Output { stdout, stderr });
            }
            let complaint = [&stderr, &stdout]
                .into_iter()
                .map(|text| text.trim())
                .find(|text| !text.is_empty())
                .map_or_else(|| status.to_string(), str::to_owned);
            Err(Failure::Failed {
                command: command.clone(),
                complaint,
            })
        };
        match tokio::time::timeout(self.limit, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::TimedOut {
                command: command.clone(),
                limit: self.limit,
            }),
        }
    }
}

async fn read(
    stream: Option<impl AsyncRead + Unpin>,
    tell: &(dyn Fn(&str) + Sync),
) -> io::Result<String> {
    let mut text = String::new();
    if let Some(stream) = stream {
        let mut lines = BufReader::new(stream.take(MAXIMUM_OUTPUT));
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).await? > 0 {
            let read = String::from_utf8_lossy(&line);
            tell(read.trim_end());
            text.push_str(&read);
            line.clear();
        }
    }
    Ok(text)
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn shell() -> Tool {
        Tool {
            program: "sh".into(),
            name: "sh",
            install: "it comes with the system",
        }
    }

    fn run<'a>(tool: &'a Tool, script: &str) -> Run<'a> {
        Run::of(tool, ["-c", script])
    }

    #[tokio::test]
    async fn a_tool_reads_its_input_and_tells_line_by_line() {
        let tool = shell();
        let mut run = run(&tool, "cat; echo beside >&2; printf $GIVEN");
        run.input = b"one\ntwo\n".to_vec();
        run.environment.push(("GIVEN", "three".into()));
        assert!(!format!("{run:?}").contains("two"));
        let told = Mutex::new(Vec::new());
        let output = run
            .tell(&|line| told.lock().unwrap().push(line.to_owned()))
            .await
            .unwrap();
        assert_eq!(output.stdout, "one\ntwo\nthree");
        assert_eq!(output.stderr, "beside\n");
        assert!(!format!("{output:?}").contains("one"));
        let mut told = told.into_inner().unwrap();
        told.sort();
        assert_eq!(told, ["beside", "one", "three", "two"]);
    }

    #[tokio::test]
    async fn a_tool_that_is_not_there_is_named_with_how_to_get_it() {
        let tool = Tool {
            program: "no-such-tool-on-any-machine".into(),
            name: "ask",
            install: "README says how",
        };
        let failure = Run::of(&tool, ["--version"]).finish().await.unwrap_err();
        assert_eq!(
            failure.to_string(),
            "`ask` is not installed, or not on the PATH: README says how"
        );
    }

    #[tokio::test]
    async fn what_a_failed_tool_said_is_told_with_the_command() {
        let tool = shell();
        for (script, told) in [
            ("echo result; echo wrong >&2; exit 3", "wrong"),
            ("echo result; exit 3", "result"),
            ("exit 3", "exit status: 3"),
        ] {
            let failure = run(&tool, script).finish().await.unwrap_err();
            assert_eq!(
                failure.to_string(),
                format!("`sh -c '{script}'` failed: {told}")
            );
        }
    }

    #[tokio::test]
    async fn a_tool_that_does_not_end_is_ended() {
        let tool = shell();
        let mut run = run(&tool, "exec sleep 600");
        run.limit = Duration::from_millis(100);
        let failure = run.finish().await.unwrap_err();
        assert!(matches!(failure, Failure::TimedOut { .. }), "{failure:?}");
    }

    #[test]
    fn a_command_can_be_copied() {
        let tool = shell();
        let run = Run::of(&tool, ["a b", "--x=1", "", "it's"]);
        assert_eq!(run.command(), r"sh 'a b' --x=1 '' 'it'\''s'");
    }
}
