//! Particle's own JavaScript client against the simulator.
//!
//! The client is installed with npm into a folder that is gone afterwards. Without node, npm or a
//! network there is nothing to check with: the test says so and passes, except where `CI` is set.

use std::{
    ffi::OsStr,
    io::{self, Write as _},
    path::Path,
    process::Output,
};

use particle_simulator::{Home, Simulator};
use tokio::process::Command;

const CLIENT: &str = "particle-api-js@12.0.3";

#[tokio::test]
async fn particles_own_client_works() {
    for tool in ["npm", "node"] {
        if let Err(error) = run(tool, ["--version"], Path::new(".")).await {
            return skip(&format!("there is no {tool}: {error}"));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let quietly = [
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        CLIENT,
    ];
    let installed = run("npm", quietly, folder.path()).await.unwrap();
    if !installed.status.success() {
        let errors = String::from_utf8_lossy(&installed.stderr);
        return skip(&format!("npm cannot install it: {errors}"));
    }

    let simulator = Simulator::start(Home::sample()).await.unwrap();
    let url = simulator.url();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/particle-api-js/check.mjs");
    let arguments = [
        script.as_os_str(),
        OsStr::new(&url),
        folder.path().as_os_str(),
    ];
    let checked = run("node", arguments, folder.path()).await.unwrap();
    println!("{}", String::from_utf8_lossy(&checked.stdout));
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    assert_eq!(simulator.variable("big_lamp", "power"), Some(true.into()));
}

fn skip(reason: &str) {
    assert!(
        std::env::var_os("CI").is_none(),
        "{CLIENT} is to be checked where CI is set, but {reason}"
    );
    // Not `println!`: the test runner would keep that to itself.
    let _ = writeln!(io::stderr(), "SKIPPED: the check with {CLIENT}: {reason}");
}

async fn run<A: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = A>,
    folder: &Path,
) -> io::Result<Output> {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .kill_on_drop(true)
        .output()
        .await
}
