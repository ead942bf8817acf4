//! A customer's browser: Chromium without a window, which sees nothing but this machine.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use thirtyfour::common::capabilities::desiredcapabilities::CapabilitiesHelper as _;
use thirtyfour::extensions::query::ElementQueryable as _;
use thirtyfour::{By, ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// For a page to come, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);
const OFTEN: Duration = Duration::from_millis(50);

/// The programs that are Chromium, and the one that drives it.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const DRIVER: &str = "chromedriver";

/// So often the driver is started.
const ATTEMPTS: u32 = 3;

/// Chromium, where it is installed.
#[derive(Debug)]
pub(crate) struct Chromium {
    browser: PathBuf,
    driver: PathBuf,
}

/// One that runs, and is gone when this is dropped.
pub(crate) struct Browser {
    // Dropped in this order: the session ends before the driver that keeps it, and the folder goes last.
    session: WebDriver,
    _driver: Child,
    _output: Lines<BufReader<ChildStdout>>,
    _home: TempDir,
}

impl Chromium {
    /// The one on the PATH. Without it the test says so and passes, except where `CI` is set and `WITHOUT_BROWSER` is not.
    pub(crate) fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let find = |name: &str| {
            let mut places = env::split_paths(&path).map(|folder| folder.join(name));
            places.find(|place| place.is_file())
        };
        let browser = BROWSERS.iter().find_map(|name| find(name));
        if let (Some(browser), Some(driver)) = (browser, find(DRIVER)) {
            return Some(Self { browser, driver });
        }
        let mend = "Debian's packages chromium and chromium-driver";
        assert!(
            env::var_os("CI").is_none()
                || env::var("WITHOUT_BROWSER").is_ok_and(|it| !it.is_empty()),
            "a browser has to link an account where CI is set: it takes {mend}"
        );
        // Not `println!`: the test runner would keep that to itself.
        let _ = writeln!(
            io::stderr(),
            "SKIPPED: no browser links an account, since there is none: it takes {mend}"
        );
        None
    }

    /// Starts the driver, which on a busy machine may end before it has said where it listens.
    async fn driven(&self, home: &Path) -> (Child, Lines<BufReader<ChildStdout>>, u16) {
        let mut said = String::new();
        for _ in 0..ATTEMPTS {
            let complaints = home.join("complaints");
            let mut driver = Command::new(&self.driver)
                .arg("--port=0")
                .env_clear()
                .env("HOME", home)
                .env("TMPDIR", home)
                .env("PATH", env::var_os("PATH").unwrap_or_default())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(File::create(&complaints).unwrap())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            let mut output = BufReader::new(driver.stdout.take().unwrap()).lines();
            while let Some(line) = output.next_line().await.unwrap() {
                if let Some((_, port)) = line.split_once("successfully on port ") {
                    let port = port.trim_end_matches('.').parse().unwrap();
                    return (driver, output, port);
                }
                said += &format!("{line}\n");
            }
            let status = driver.wait().await.unwrap();
            said += &format!("{}{status}\n", fs::read_to_string(complaints).unwrap());
        }
        panic!("the browser's driver ended {ATTEMPTS} times before it listened: {said}")
    }

    /// Starts it in a home of its own. Of all hosts it finds those of the rules only.
    pub(crate) async fn start(&self, host_resolver_rules: &str) -> Browser {
        let home = tempfile::tempdir().unwrap();
        let (driver, output, port) = self.driven(home.path()).await;
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities
            .set_binary(self.browser.to_str().unwrap())
            .unwrap();
        let profile = home.path().join("profile");
        for argument in [
            "--headless=new",
            // As root there is none, and the only pages it opens are those of this test.
            "--no-sandbox",
            // Containers have little shared memory.
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-extensions",
            "--disable-sync",
            "--metrics-recording-only",
            "--no-first-run",
            "--no-default-browser-check",
            "--no-proxy-server",
            "--remote-debugging-pipe",
            &format!("--user-data-dir={}", profile.display()),
            &format!(
                "--host-resolver-rules={host_resolver_rules}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
            ),
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        // The simulators' certificates are of authorities that they make as they start.
        capabilities.accept_insecure_certs(true).unwrap();
        // Plain HTTP, but the client is made for TLS, too. An error says that there is a provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let session = WebDriver::builder(format!("http://127.0.0.1:{port}"), capabilities)
            .client(http)
            .await
            .unwrap();
        Browser {
            session,
            _driver: driver,
            _output: output,
            _home: home,
        }
    }
}

impl Browser {
    pub(crate) async fn open(&self, url: &str) {
        self.session.goto(url).await.unwrap();
    }

    /// Types into the field that has this label.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let field = format!("//input[@id = //label[. = '{label}']/@for]");
        let field = self.find(By::XPath(field)).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    pub(crate) async fn press(&self, button: &str) {
        let button = self.find(By::XPath(format!("//button[. = '{button}']")));
        button.await.click().await.unwrap();
    }

    /// Waits for the page whose heading starts like this.
    pub(crate) async fn sees(&self, heading: &str) {
        let heading = format!("//h1[starts-with(., '{heading}')]");
        self.find(By::XPath(heading)).await;
    }

    /// The text of what a selector finds.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let found = self.find(By::Css(selector)).await;
        found.text().await.unwrap()
    }

    /// Where it is.
    pub(crate) async fn address(&self) -> String {
        self.session.current_url().await.unwrap().into()
    }

    async fn find(&self, by: By) -> thirtyfour::WebElement {
        let query = self.session.query(by.clone()).wait(PATIENCE, OFTEN);
        match query.first().await {
            Ok(element) => element,
            Err(error) => {
                let page = self.session.source().await.unwrap_or_default();
                panic!("{by:?}: {error}: {page}")
            }
        }
    }

    pub(crate) async fn close(self) {
        self.session.quit().await.unwrap();
    }
}

/// A driver that says this for a start, and then what one says that listens.
fn driver(folder: &Path, failures: u32) -> Chromium {
    let driver = folder.join("driver");
    let script = format!(
        "#!/bin/sh\necho >> tries\nif [ \"$(wc -l < tries)\" -gt {failures} ]; then\n\
         echo 'ChromeDriver was started successfully on port 4711.'\nelse echo 'cannot bind' >&2; exit 7; fi\n"
    );
    let script = script.replace("tries", folder.join("tries").to_str().unwrap());
    fs::write(&driver, script).unwrap();
    fs::set_permissions(&driver, fs::Permissions::from_mode(0o700)).unwrap();
    Chromium {
        browser: "/nowhere".into(),
        driver,
    }
}

#[tokio::test]
async fn a_driver_that_ends_is_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let chromium = driver(folder.path(), ATTEMPTS - 1);
    let (_driver, _output, port) = chromium.driven(folder.path()).await;
    assert_eq!(port, 4711);
}

#[tokio::test]
#[should_panic(expected = "cannot bind")]
async fn what_the_driver_says_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let _ = driver(folder.path(), ATTEMPTS).driven(folder.path()).await;
}
