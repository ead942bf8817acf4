//! A function's process.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::process::Stdio;
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::server::Instance;
use crate::{Failure, RuntimeApi};

/// What Lambda sets for a function beside `AWS_LAMBDA_RUNTIME_API` and the function's own variables.
const ENVIRONMENT: [(&str, &str); 16] = [
    ("AWS_DEFAULT_REGION", "us-east-1"),
    ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_FUNCTION_NAME", "skill"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
    ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
    ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
    ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/skill"),
    ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
    (
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "1970/01/01/skill[1]00000000000000000000000000000000",
    ),
    ("AWS_REGION", "us-east-1"),
    ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
    ("LAMBDA_TASK_ROOT", "/var/task"),
    ("LANG", "en_US.UTF-8"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin"),
    ("TZ", ":UTC"),
];

/// A process that serves a [`RuntimeApi`]; it is killed when this is dropped.
#[derive(Debug)]
pub struct Function {
    id: Option<u32>,
    output: watch::Receiver<Output>,
    stop: oneshot::Sender<()>,
    watch: JoinHandle<()>,
}

/// What a function has written, line by line.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// Its log.
    pub stdout: Vec<String>,
    /// What is no log record, such as a panic's message.
    pub stderr: Vec<String>,
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.stdout.iter().chain(&self.stderr) {
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}

impl Function {
    /// Starts `program` with the environment that Lambda gives, of this process's own nothing, and `variables`.
    ///
    /// If it ends, every event that waits for it in `api` fails with [`Failure::Ended`].
    ///
    /// # Errors
    ///
    /// When there is no such program.
    pub fn start<K: AsRef<OsStr>, V: AsRef<OsStr>>(
        api: &RuntimeApi,
        program: impl AsRef<OsStr>,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> io::Result<Self> {
        Self::start_with(api, program, [""; 0], variables)
    }

    /// Does the same with arguments, as a program that interprets the function needs them.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_with<A: AsRef<OsStr>, K: AsRef<OsStr>, V: AsRef<OsStr>>(
        api: &RuntimeApi,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = A>,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> io::Result<Self> {
        let child = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(ENVIRONMENT)
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // If the async runtime itself ends, nobody is left to do it.
            .kill_on_drop(true)
            .spawn()?;
        let id = child.id();
        let (written, output) = watch::channel(Output::default());
        let (stop, stopped) = oneshot::channel();
        let watch = tokio::spawn(watch(child, stopped, written, Arc::clone(&api.instance)));
        Ok(Self {
            id,
            output,
            stop,
            watch,
        })
    }

    /// The process's id, by which the system tells what the process uses.
    pub fn id(&self) -> Option<u32> {
        self.id
    }

    /// Stops the process where it is, as Lambda does between two events; the kernel goes on and takes what arrives.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn freeze(&self) -> io::Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets a frozen process go on.
    ///
    /// # Errors
    ///
    /// When it has ended.
    pub fn thaw(&self) -> io::Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        let id = self.id.and_then(|id| i32::try_from(id).ok());
        // The id of a process that has ended may be another's by now.
        match id.and_then(Pid::from_raw) {
            Some(id) if !self.watch.is_finished() => Ok(kill_process(id, signal)?),
            Some(_) | None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Waits until it has written a line that contains `text`, or has ended, and returns what it wrote so far.
    pub async fn written(&self, text: &str) -> Output {
        let mut output = self.output.clone();
        let has = |lines: &[String]| lines.iter().any(|line| line.contains(text));
        // The writing side goes when the process does, and leaves what was read.
        let _ = output
            .wait_for(|output| has(&output.stdout) || has(&output.stderr))
            .await;
        output.borrow().clone()
    }

    /// Kills it, and returns all it has written.
    pub async fn stop(self) -> Output {
        drop(self.stop);
        // The watch ends when both streams do; were it cancelled, what was read is still the answer.
        let _ = self.watch.await;
        self.output.borrow().clone()
    }
}

async fn watch(
    mut child: Child,
    stop: oneshot::Receiver<()>,
    output: watch::Sender<Output>,
    instance: Arc<Instance>,
) {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let end = async {
        tokio::select! {
            status = child.wait() => status,
            // Dropping the `Function` is what stops it, so there is never a message.
            _ = stop => match child.start_kill() {
                Ok(()) => child.wait().await,
                Err(error) => Err(error),
            },
        }
    };
    let (status, (), ()) = tokio::join!(
        end,
        lines(stdout, |line| output
            .send_modify(|output| output.stdout.push(line))),
        lines(stderr, |line| output
            .send_modify(|output| output.stderr.push(line))),
    );
    let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    let output = output.borrow().clone();
    instance.fail(Failure::Ended { status, output });
}

async fn lines(stream: Option<impl AsyncRead + Unpin>, mut each: impl FnMut(String)) {
    let Some(stream) = stream else { return };
    let mut stream = BufReader::new(stream).split(b'\n');
    while let Ok(Some(line)) = stream.next_segment().await {
        each(String::from_utf8_lossy(&line).into_owned());
    }
}
