//! The skill under the programs that stand in for Lambda on a developer's machine: `cargo lambda watch`, and the SAM
//! CLI, which runs the package in a container. Both get every event, and answer as the library does.
//!
//! They need these programs, a package and a container engine, so they run where they are asked for:
//!
//! ```sh
//! cargo test --test skill emulators::cargo_lambda -- --ignored
//! sam build       # where a Rust target for arm64 is missing, with --parameter-overrides Architecture=x86_64
//! .ci/engine cargo test --test skill emulators::sam -- --ignored --test-threads 1
//! ```

use std::cell::RefCell;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use particle_simulator::{Builder, Certificate, Home, Simulator};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::world::{World, event, event_names, events, stable};

/// For one answer, and for the end of a program that was told to end.
const PATIENCE: Duration = Duration::from_secs(60);
/// For a program that compiles the skill before it answers.
const BUILD_PATIENCE: Duration = Duration::from_secs(1200);

/// What containers of `.ci/engine` call this machine.
const THIS_MACHINE: &str = "host.containers.internal";

#[tokio::test]
#[ignore = "needs cargo-lambda"]
async fn cargo_lambda_invoke_answers_as_the_library_does() {
    let twins = Twins::start(Simulator::builder(Home::sample())).await;
    let port = free_port();
    let address = [
        "--invoke-address".to_owned(),
        Ipv4Addr::LOCALHOST.to_string(),
        "--invoke-port".to_owned(),
        port.to_string(),
    ];
    let mut watch = Command::new("cargo");
    watch
        .args(["lambda", "watch", "--ignore-changes", "--bin", "skill"])
        .args(&address)
        .env("PARTICLE_API_URL", twins.simulator.url());
    // What cargo tells the tests of their package would have the build scripts of others run anew, and then again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            watch.env_remove(&*name);
        }
    }
    let server = Server::start(watch, "starting Runtime server").await;

    let began = Instant::now();
    let names = event_names();
    for (name, patience) in names.iter().zip(
        [BUILD_PATIENCE]
            .into_iter()
            .chain(std::iter::repeat(PATIENCE)),
    ) {
        let mut invoke = Command::new("cargo");
        invoke
            .args(["lambda", "invoke", "skill"])
            .args(&address)
            .arg("--data-file")
            .arg(file_of(name));
        let answer = output(invoke, patience).await;
        twins.compare(name, &answer).await;
    }
    server.stop().await;
    report(
        "cargo lambda watch, cargo lambda invoke",
        names.len(),
        began,
    );
}

/// A container for each event, as it is typed.
#[tokio::test]
#[ignore = "needs the SAM CLI, a package, and a container engine: .ci/engine"]
async fn sam_local_invoke_answers_as_the_library_does() {
    let package = Package::copy("invoke");
    let began = Instant::now();
    let names = event_names();
    let left = RefCell::new(names.iter());
    let next = || left.borrow_mut().next();
    let invoke = async |name: &String, address: Ipv4Addr| {
        let twins =
            Twins::start(Simulator::builder(Home::sample()).tls(Certificate::Trusted)).await;
        let mut invoke = package.local("invoke", &twins.simulator);
        invoke
            .arg("SkillFunction")
            .arg("--event")
            .arg(file_of(name))
            // SAM takes a port at random that is free when it looks, so those that look at once look at different addresses.
            .args(["--container-host", &address.to_string()])
            .args(["--container-host-interface", &address.to_string()]);
        let answer = output(invoke, PATIENCE).await;
        twins.compare(name, &answer).await;
    };
    // The first one alone: it puts the emulator into the image, for all.
    invoke(next().unwrap(), Ipv4Addr::LOCALHOST).await;
    // Half of the time is spent waiting.
    let at_once = 2 * std::thread::available_parallelism().unwrap().get();
    join_all((0..at_once).map(async |number| {
        let address = Ipv4Addr::new(127, 0, 0, u8::try_from(number).unwrap() + 2);
        while let Some(name) = next() {
            invoke(name, address).await;
        }
    }))
    .await;
    report("sam local invoke, a container for each", names.len(), began);
}

/// One container for all events, as an instance in production.
#[tokio::test]
#[ignore = "needs the SAM CLI, a package, and a container engine: .ci/engine"]
async fn sam_local_start_lambda_answers_as_the_library_does() {
    let twins = Twins::start(Simulator::builder(Home::sample()).tls(Certificate::Trusted)).await;
    let package = Package::copy("start-lambda");
    let port = free_port();
    let mut start = package.local("start-lambda", &twins.simulator);
    start
        .args(["--port", &port.to_string()])
        .args(["--warm-containers", "EAGER"]);
    let server = Server::start(start, "Running on").await;

    let began = Instant::now();
    let names = event_names();
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    for name in &names {
        let url = format!("http://127.0.0.1:{port}/2015-03-31/functions/SkillFunction/invocations");
        let request = Request::post(url).body(event(name).into()).unwrap();
        let answer = async { client.request(request).await.unwrap().collect().await };
        let answer = timeout(PATIENCE, answer).await.expect(name).unwrap();
        twins.compare(name, &answer.to_bytes()).await;
    }
    server.stop().await;
    report("sam local start-lambda, one container", names.len(), began);
}

fn report(program: &str, events: usize, began: Instant) {
    let seconds = began.elapsed().as_secs();
    // Not `println!`: the test runner would keep that to itself.
    let _ = writeln!(
        std::io::stdout(),
        "{program}: {events} events, answered as by the library, in {seconds} s"
    );
}

/// Two homes alike: one for the emulated function, one for the library.
struct Twins {
    simulator: Simulator,
    world: World,
}

impl Twins {
    async fn start(simulator: Builder) -> Self {
        Self {
            simulator: simulator.start().await.unwrap(),
            world: World::sample().await,
        }
    }

    /// Has the library answer too. Both have to say the same, and to have asked the cloud for the same.
    async fn compare(&self, name: &str, answer: &[u8]) {
        let Ok(answer) = serde_json::from_slice::<Json>(answer) else {
            panic!("{name}: no JSON: {}", String::from_utf8_lossy(answer));
        };
        let (expected, _) = self.world.send_file(name).await;
        assert_eq!(stable(answer), stable(expected), "{name}");
        // The calls of one directive may go out together.
        let sorted = |simulator: &Simulator| {
            let requests = simulator.take_requests();
            let mut requests: Vec<String> = requests.iter().map(ToString::to_string).collect();
            requests.sort();
            requests
        };
        assert_eq!(
            sorted(&self.simulator),
            sorted(&self.world.simulator),
            "{name}"
        );
    }
}

/// What `sam build` made, where the authorities of simulators can be added to it.
struct Package {
    folder: PathBuf,
    image: String,
}

impl Package {
    fn copy(to: &str) -> Self {
        let Ok(image) = std::env::var("SAM_IMAGE") else {
            panic!("no SAM_IMAGE names an image: .ci/engine makes one");
        };
        let built = Path::new(env!("CARGO_MANIFEST_DIR")).join(".aws-sam/build");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("package-{to}"));
        let _ = std::fs::remove_dir_all(&folder);
        copy_folder(&built, &folder).unwrap_or_else(|error| {
            panic!("{}: {error}; `sam build` makes it", built.display());
        });
        Self { folder, image }
    }

    /// `sam local` with what every command needs, and the function pointed at this simulator.
    fn local(&self, command: &str, simulator: &Simulator) -> Command {
        let url = simulator.url();
        let (_, port) = url.rsplit_once(':').unwrap();
        let authority = format!("authority-{port}.pem");
        let file = self.folder.join("SkillFunction").join(&authority);
        std::fs::write(file, simulator.certificate_authority()).unwrap();
        let architecture = match std::env::consts::ARCH {
            "aarch64" => "arm64",
            other => other,
        };
        let parameters = [
            format!("Architecture={architecture}"),
            format!("ParticleApiUrl=https://{THIS_MACHINE}:{port}"),
            format!("ParticleCaFile=/var/task/{authority}"),
        ];
        let mut sam = Command::new("sam");
        sam.args(["local", command])
            // It takes all that follows it for a parameter, until the next option.
            .arg("--parameter-overrides")
            .args(parameters)
            .args(["--skip-pull-image", "--invoke-image", &self.image])
            .arg("--template")
            .arg(self.folder.join("template.yaml"))
            // It has no credentials, and need not look for those of a virtual machine in Amazon's cloud.
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("SAM_CLI_TELEMETRY", "0");
        sam
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to)?;
        } else {
            std::fs::copy(from, to)?;
        }
    }
    Ok(())
}

fn file_of(name: &str) -> PathBuf {
    events().join(format!("{name}.json"))
}

/// Free when it is looked for; these programs take no port that the system chooses.
fn free_port() -> u16 {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    TcpListener::bind(any).unwrap().local_addr().unwrap().port()
}

/// What a program writes on its standard output.
async fn output(mut command: Command, patience: Duration) -> Vec<u8> {
    command.kill_on_drop(true).stdin(Stdio::null());
    let Ok(output) = timeout(patience, command.output()).await else {
        panic!("{command:?}: not done within {patience:?}");
    };
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{said}",
        output.status
    );
    output.stdout
}

/// A program that serves until it is interrupted.
struct Server {
    child: Child,
    written: watch::Receiver<String>,
}

impl Server {
    /// Starts one, and waits until it has written this.
    async fn start(mut command: Command, ready: &str) -> Self {
        let child = command
            .kill_on_drop(true)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (sender, written) = watch::channel(String::new());
        tokio::spawn(lines(child.stdout.take().unwrap(), sender.clone()));
        tokio::spawn(lines(child.stderr.take().unwrap(), sender));
        let mut server = Self { child, written };
        let is_ready = server.written.wait_for(|written| written.contains(ready));
        let is_ready = timeout(PATIENCE, is_ready)
            .await
            .is_ok_and(|ready| ready.is_ok());
        assert!(
            is_ready,
            "{command:?} did not start: {}",
            *server.written.borrow()
        );
        server
    }

    /// Does what Ctrl-C does.
    async fn stop(mut self) {
        let id = self
            .child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        kill_process(id.unwrap(), Signal::INT).unwrap();
        let ended = timeout(PATIENCE, self.child.wait()).await;
        assert!(ended.is_ok(), "it goes on: {}", *self.written.borrow());
    }
}

async fn lines(stream: impl AsyncRead + Unpin, written: watch::Sender<String>) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        written.send_modify(|written| {
            written.push_str(&line);
            written.push('\n');
        });
    }
}
