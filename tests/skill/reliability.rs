//! What Alexa is told under every fault there is: the tables of `docs/reliability.md` are the data of these tests.
//!
//! `UPDATE=1 cargo test --test skill reliability` writes into the document what the skill does, to be judged before it is
//! committed. What no table may say, whatever the skill does, is in [`Seen::judge`].

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use particle_simulator::{Call, Certificate, Fault, Home, Request, Simulator, Target, When};
use serde_json::{Value as Json, json};

use crate::world::{World, outcome, properties};

/// What does not hang must not come to it, on the busiest machine.
const DEADLINE: Duration = Duration::from_secs(15);

/// What hangs takes all of this. It has to get as far as that first.
const WAIT: Duration = Duration::from_secs(5);

/// What a busy machine may add. The cloud itself would let one wait for 30 seconds.
const SLACK: Duration = Duration::from_secs(6);

/// How many directives are under way together: of those that wait for their deadline, and of the others.
const AT_ONCE: [usize; 2] = [48, 8];

const LAMP: &str = "desk_lamp";

const DISCOVER: &str = "Discovery.Discover";
const TURN_ON: &str = "PowerController.TurnOn";
const ADJUST: &str = "BrightnessController.AdjustBrightness";
const REPORT: &str = "Alexa.ReportState";
const ACCEPT_GRANT: &str = "Authorization.AcceptGrant";

/// The columns of the first table.
const DIRECTIVES: [&str; 5] = [DISCOVER, TURN_ON, ADJUST, REPORT, ACCEPT_GRANT];

/// Those of the second: one read, one read of one variable, and one call of a function.
const FIRST_CALLS: [&str; 3] = [DISCOVER, "Alexa.ReportState.one-variable", TURN_ON];

static HOME: LazyLock<Home> = LazyLock::new(Home::sample);

/// What is wrong with the cloud.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Always(Fault),
    Once(Fault),
    Certificate(Certificate),
}

/// What the directive's first call goes out on. It must make no difference.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Connection {
    New,
    Used,
    UsedHttp2,
}

impl Trouble {
    /// The first cell of its row.
    fn name(self) -> String {
        match self {
            Self::Always(fault) | Self::Once(fault) => format!("`{fault}`"),
            Self::Certificate(Certificate::Untrusted) => "certificate of a stranger".to_owned(),
            Self::Certificate(Certificate::WrongName) => "certificate for another host".to_owned(),
            Self::Certificate(Certificate::Expired) => "certificate out of date".to_owned(),
            // It serves as the row without a fault.
            Self::Certificate(Certificate::Trusted) => "none".to_owned(),
        }
    }

    /// The connections that a directive is tried on.
    fn connections(self, event: &str) -> &'static [Connection] {
        match self {
            Self::Certificate(_) => &[Connection::New],
            // It makes no call.
            _ if event == ACCEPT_GRANT => &[Connection::New],
            Self::Always(_) | Self::Once(_) => {
                &[Connection::New, Connection::Used, Connection::UsedHttp2]
            }
        }
    }

    /// Whether one has to wait for the deadline.
    fn hangs(self) -> bool {
        use Fault::{Drip, Silent, StaleOnline};
        matches!(
            self,
            Self::Always(Silent | StaleOnline | Drip) | Self::Once(Silent | StaleOnline | Drip)
        )
    }

    fn deadline(self) -> Duration {
        if self.hangs() { WAIT } else { DEADLINE }
    }

    /// A world that has it.
    async fn world(self, connection: Connection) -> World {
        let home = Simulator::builder(HOME.clone());
        let home = match (self, connection) {
            (Self::Certificate(certificate), _) => home.tls(certificate),
            (_, Connection::UsedHttp2) => home.tls(Certificate::Trusted).http2(),
            (_, Connection::New | Connection::Used) => home,
        };
        let world = World::of(home).await.within(self.deadline());
        if let Connection::Used | Connection::UsedHttp2 = connection {
            let (response, _) = world.send_file(REPORT).await;
            assert_eq!(outcome(&response), "StateReport");
            world.requests();
        }
        let simulator = &world.simulator;
        match self {
            Self::Always(fault) => assert!(simulator.set_fault(Target::Cloud, Some(fault))),
            Self::Once(fault) => {
                let once = When::default().times(1);
                assert!(simulator.set_fault_when(Target::Cloud, fault, once));
            }
            Self::Certificate(_) => {}
        }
        if let Self::Always(Fault::Refused) = self {
            simulator.hung_up().await;
        }
        world
    }
}

/// What came of one directive.
struct Seen {
    event: &'static str,
    response: Json,
    /// What the log tells of it.
    error: Option<String>,
    requests: Vec<Request>,
    /// The lamp afterwards.
    lamp: Json,
    took: Duration,
}

impl Seen {
    async fn of(trouble: Trouble, event: &'static str, connection: Connection) -> Self {
        let world = trouble.world(connection).await;
        let began = Instant::now();
        let (response, record) = world.send_file(event).await;
        let took = began.elapsed();
        let variable = |name| world.simulator.variable(LAMP, name).unwrap();
        let power = if variable("power") == json!(true) {
            "ON"
        } else {
            "OFF"
        };
        Self {
            event,
            response,
            error: record.error,
            requests: world.simulator.take_requests(),
            lamp: json!({ "powerState": power, "brightness": variable("brightness") }),
            took,
        }
    }

    fn sent(&self) -> impl Iterator<Item = &Request> {
        let requests = self.requests.iter();
        requests.filter(|request| matches!(request.call, Call::Function { .. }))
    }

    fn ran(&self) -> usize {
        self.sent()
            .filter(|request| request.return_value.is_some())
            .count()
    }

    /// A cell of the first table.
    fn cell(&self) -> String {
        let outcome = outcome(&self.response);
        match self.event {
            DISCOVER => {
                let endpoints = self.response.pointer("/event/payload/endpoints");
                match endpoints.and_then(Json::as_array) {
                    Some(endpoints) => format!("{} endpoints", endpoints.len()),
                    None => format!("`{outcome}`"),
                }
            }
            TURN_ON | ADJUST => {
                format!(
                    "`{outcome}`, sent {}, ran {}",
                    self.sent().count(),
                    self.ran()
                )
            }
            _ => match properties(&self.response).pointer("/connectivity/value") {
                Some(connectivity) => {
                    format!("`{outcome}`, `{}`", connectivity.as_str().unwrap())
                }
                None => format!("`{outcome}`"),
            },
        }
    }

    /// A cell of the second table.
    fn repetition(&self) -> String {
        let is_asked = |request: &&Request| match self.event {
            DISCOVER => matches!(request.call, Call::List),
            TURN_ON => matches!(request.call, Call::Function { .. }),
            _ => matches!(request.call, Call::Variable { .. }),
        };
        let times = match self.requests.iter().filter(is_asked).count() {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            more => format!("{more} times"),
        };
        match self.event {
            TURN_ON => format!("`{}`, asked {times}", outcome(&self.response)),
            _ => format!("{}, asked {times}", self.cell()),
        }
    }

    /// What must hold whatever a table says.
    fn judge(&self, trouble: Trouble) -> Result<(), String> {
        let demand = |holds: bool, otherwise: &str| match holds {
            true => Ok(()),
            false => Err(format!(
                "{otherwise}: {}\n{:#?}",
                self.response, self.requests
            )),
        };
        let outcome = outcome(&self.response);
        let is_about_the_token = matches!(
            outcome,
            "INVALID_AUTHORIZATION_CREDENTIAL" | "EXPIRED_AUTHORIZATION_CREDENTIAL"
        );
        let token_is_rejected = matches!(
            trouble,
            Trouble::Always(Fault::TokenExpired | Fault::TokenInvalid)
                | Trouble::Once(Fault::TokenExpired | Fault::TokenInvalid)
        );
        demand(
            self.took < trouble.deadline() + SLACK,
            &format!("it took {:?}", self.took),
        )?;
        demand(self.sent().count() <= 1, "a function was called twice")?;
        demand(
            !is_about_the_token || token_is_rejected,
            "an account is unlinked without cause",
        )?;
        let is_granted = outcome == "AcceptGrant.Response";
        demand(
            is_granted == (self.event == ACCEPT_GRANT),
            "a grant is granted, and nothing else",
        )?;
        if outcome == "Response" {
            demand(self.ran() == 1, "nothing ran, and it is told as done")?;
        }
        // The second table's report is of another device.
        if self.event == TURN_ON || self.event == ADJUST || self.event == REPORT {
            let mut told = properties(&self.response);
            let told = told.as_object_mut().unwrap();
            told.remove("connectivity");
            let as_it_is = told
                .iter()
                .all(|(name, value)| self.lamp.get(name) == Some(value));
            demand(as_it_is, &format!("the lamp is {}", self.lamp))?;
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tables_say_what_the_skill_does() {
    let faults = || Fault::all().iter().copied();
    let certificates = [
        Certificate::Untrusted,
        Certificate::WrongName,
        Certificate::Expired,
    ];
    let always = [Trouble::Certificate(Certificate::Trusted)]
        .into_iter()
        .chain(faults().map(Trouble::Always))
        .chain(certificates.map(Trouble::Certificate));
    // What is refused is a connection, not a call.
    let once = faults()
        .filter(|fault| *fault != Fault::Refused)
        .map(Trouble::Once);
    let mut document = Document::read();
    document
        .table(
            "every fault",
            &always.collect::<Vec<_>>(),
            &DIRECTIVES,
            Seen::cell,
        )
        .await;
    document
        .table(
            "the first call",
            &once.collect::<Vec<_>>(),
            &FIRST_CALLS,
            Seen::repetition,
        )
        .await;
    document.finish();
}

/// What comes of these directives in these troubles, by the name of the trouble, on each connection in turn.
async fn all(troubles: &[Trouble], events: &[&'static str]) -> Cells {
    let mut cells = Cells::new();
    let mut runs = Vec::new();
    for trouble in troubles {
        for event in events {
            for connection in trouble.connections(event) {
                runs.push((*trouble, *event, *connection));
            }
        }
    }
    let (hanging, quick): (Vec<_>, Vec<_>) =
        runs.into_iter().partition(|(trouble, ..)| trouble.hangs());
    let run = async |(trouble, event, connection): (Trouble, &'static str, Connection)| {
        (
            trouble,
            connection,
            Seen::of(trouble, event, connection).await,
        )
    };
    let [hanging, quick] = [(hanging, AT_ONCE[0]), (quick, AT_ONCE[1])].map(|(runs, at_once)| {
        stream::iter(runs.into_iter().map(run))
            .buffer_unordered(at_once)
            .collect::<Vec<_>>()
    });
    let (hanging, quick) = tokio::join!(hanging, quick);
    for (trouble, connection, seen) in hanging.into_iter().chain(quick) {
        let cell = cells.entry((trouble.name(), seen.event)).or_default();
        cell.push((connection, seen));
        cell.sort_by_key(|(connection, _)| *connection);
    }
    cells
}

type Cells = BTreeMap<(String, &'static str), Vec<(Connection, Seen)>>;

/// `docs/reliability.md`, and what is wrong with it.
struct Document {
    written: String,
    right: String,
    problems: String,
}

impl Document {
    fn path() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/reliability.md")
    }

    fn read() -> Self {
        let written = std::fs::read_to_string(Self::path()).unwrap();
        Self {
            right: written.clone(),
            written,
            problems: String::new(),
        }
    }

    /// Runs all cells of a table, and puts the rows as they should be in the place of those that are there. What a row says
    /// of its trouble in words is the writer's.
    async fn table(
        &mut self,
        name: &str,
        troubles: &[Trouble],
        events: &[&'static str],
        cell: fn(&Seen) -> String,
    ) {
        let begin = format!("<!-- The rows of this table are data of a test: {name}. -->\n");
        let (before, rest) = self.right.split_once(&begin).unwrap();
        let (table, after) = rest.split_once("\n\n").unwrap();
        let mut lines = table.lines();
        let head: Vec<&str> = lines.by_ref().take(2).collect();
        let rows: Vec<Vec<&str>> = lines
            .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
            .collect();
        let seen = all(troubles, events).await;
        let mut right = head.join("\n");
        for trouble in troubles {
            let row = rows
                .iter()
                .find(|row| row.first() == Some(&trouble.name().as_str()));
            let meaning = row.and_then(|row| row.get(1)).copied().unwrap_or_default();
            if meaning.is_empty() {
                writeln!(
                    self.problems,
                    "{name}: {} needs to be explained",
                    trouble.name()
                )
                .unwrap();
            }
            write!(right, "\n| {} | {meaning} |", trouble.name()).unwrap();
            for event in events {
                let mut told = None;
                let seen = seen.get(&(trouble.name(), *event)).unwrap();
                for (connection, seen) in seen {
                    let where_ = format!("{trouble:?}, {event}, {connection:?}");
                    if let Err(problem) = seen.judge(*trouble) {
                        writeln!(self.problems, "{where_}: {problem}").unwrap();
                    }
                    let Seen { error, took, .. } = seen;
                    let why = format!("{where_} ({error:?}, {took:?})");
                    let cell = cell(seen);
                    let (first, first_why) =
                        told.get_or_insert_with(|| (cell.clone(), why.clone()));
                    if *first != cell {
                        let difference = format!("{why}: {cell}\n  {first_why}: {first}");
                        writeln!(self.problems, "{difference}").unwrap();
                    }
                }
                let cell = told.map(|(cell, _)| cell).unwrap_or_default();
                write!(right, " {cell} |").unwrap();
            }
        }
        self.right = format!("{before}{begin}{right}\n\n{after}");
    }

    fn finish(mut self) {
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(Self::path(), &self.right).unwrap();
        } else {
            let (written, right): (Vec<_>, Vec<_>) =
                (self.written.lines().collect(), self.right.lines().collect());
            for line in &right {
                if !written.contains(line) {
                    writeln!(self.problems, "it should say  {line}").unwrap();
                }
            }
            for line in &written {
                if !right.contains(line) {
                    writeln!(self.problems, "it says        {line}").unwrap();
                }
            }
            if self.problems.is_empty() && written != right {
                self.problems
                    .push_str("its rows are in another order than the faults");
            }
        }
        assert!(
            self.problems.is_empty(),
            "docs/reliability.md, which UPDATE=1 rewrites:\n{}",
            self.problems
        );
    }
}
