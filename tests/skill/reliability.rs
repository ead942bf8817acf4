//! What Alexa is told under every fault there is: the tables of `docs/reliability.md` are the data of these tests.
//!
//! `UPDATE=1 cargo test --test skill reliability` writes into the document what the skill does, to be judged before it is
//! committed. What no table may say, whatever the skill does, is in [`Seen::judge`].

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use alexa_for_particle::settings::DEFAULT_DEADLINE;
use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use particle_simulator::{
    Call, Certificate, Delay, Fault, Home, Kind, Request, Simulator, Target, When,
};
use serde_json::{Value as Json, json};

use crate::world::{World, outcome, properties};

/// By so much an answer may come after another timer that runs beside the directive and ends with its deadline: a busy
/// machine is late with both. The cloud itself would let one wait for 30 seconds, and the deadline is more than twice as
/// long, so one that is longer by half is seen, too.
const SLACK: Duration = Duration::from_secs(3);

/// How many are at work together: more would only take the processor from one another. Those that wait for their deadline
/// are not counted.
const AT_ONCE: usize = 4;

const LAMP: &str = "desk_lamp";

/// Another, which describes itself, so that a discovery has to ask it.
const READING_LAMP: &str = "reading_lamp";

const DISCOVER: &str = "Discovery.Discover";
const TURN_ON: &str = "PowerController.TurnOn";
const TURN_ON_ANOTHER: &str = "PowerController.TurnOn.led";
const TURN_ON_ANEW: &str = "PowerController.TurnOn.without-cookie";
const ADJUST: &str = "BrightnessController.AdjustBrightness";
const REPORT: &str = "Alexa.ReportState";
const ACCEPT_GRANT: &str = "Authorization.AcceptGrant";

/// The columns of the first table.
const DIRECTIVES: [&str; 5] = [DISCOVER, TURN_ON, ADJUST, REPORT, ACCEPT_GRANT];

/// Those of the second: one read, one read of one variable, and one call of a function.
const FIRST_CALLS: [&str; 3] = [DISCOVER, "Alexa.ReportState.one-variable", TURN_ON];

/// Those of the third: they read before they call a function.
const READ_FIRST: [&str; 2] = [ADJUST, TURN_ON_ANEW];

/// Those of the fourth: they read variables.
const READERS: [&str; 3] = [DISCOVER, ADJUST, REPORT];

/// Those of the fifth and sixth.
const OF_DEVICES: [&str; 5] = [DISCOVER, TURN_ON, ADJUST, REPORT, TURN_ON_ANOTHER];

static HOME: LazyLock<Home> = LazyLock::new(Home::sample);

/// What is wrong with the cloud.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Always(Fault),
    Once(Fault),
    Functions(Fault),
    Variables(Fault),
    /// It befalls the lamps alone.
    Lamps(Fault),
    /// The first befalls requests of this kind that are for the lamps, or all of these; the second all others.
    Both(Fault, Option<Kind>, Fault),
    Certificate(Certificate),
}

/// Pairs of which each is worse, or more confusing, than its parts.
const BOTH: [Trouble; 6] = [
    Trouble::Both(Fault::Offline, None, SLOW),
    Trouble::Both(Fault::StaleOnline, None, SLOW),
    Trouble::Both(SLOW, None, Fault::RateLimited),
    Trouble::Both(SLOW, Some(Kind::Variable), Fault::RateLimited),
    Trouble::Both(Fault::Truncated, Some(Kind::Variable), Fault::ResetAfter),
    Trouble::Both(Fault::Returns(-1), Some(Kind::Function), Fault::BadGateway),
];

const SLOW: Fault = Fault::Slow(Delay::Exactly(Duration::from_millis(300)));

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
            Self::Always(fault)
            | Self::Once(fault)
            | Self::Functions(fault)
            | Self::Variables(fault)
            | Self::Lamps(fault) => format!("`{fault}`"),
            Self::Both(lamps, None, others) => format!("`{lamps}`, `{others}`"),
            Self::Both(lamps, Some(kind), others) => format!("`{lamps}` ({kind}), `{others}`"),
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
            Self::Always(_) | Self::Once(_) | Self::Functions(_) => {
                &[Connection::New, Connection::Used, Connection::UsedHttp2]
            }
            Self::Variables(_) | Self::Lamps(_) | Self::Both(..) => {
                &[Connection::New, Connection::UsedHttp2]
            }
        }
    }

    fn has(self, fault: Fault) -> bool {
        match self {
            Self::Always(one)
            | Self::Once(one)
            | Self::Functions(one)
            | Self::Variables(one)
            | Self::Lamps(one) => one == fault,
            Self::Both(one, _, other) => one == fault || other == fault,
            Self::Certificate(_) => false,
        }
    }

    /// Whether one has to wait for the deadline.
    fn hangs(self) -> bool {
        let hanging = [Fault::Drip, Fault::Silent, Fault::StaleOnline];
        hanging.into_iter().any(|fault| self.has(fault))
    }

    /// A world that has it.
    async fn world(self, connection: Connection) -> World {
        let home = Simulator::builder(HOME.clone());
        let home = match (self, connection) {
            (Self::Certificate(certificate), _) => home.tls(certificate),
            (_, Connection::UsedHttp2) => home.tls(Certificate::Trusted).http2(),
            (_, Connection::New | Connection::Used) => home,
        };
        let world = World::of(home).await.within(DEFAULT_DEADLINE);
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
            Self::Functions(fault) => {
                let functions = When::default().only([Kind::Function]);
                assert!(simulator.set_fault_when(Target::Cloud, fault, functions));
            }
            Self::Variables(fault) => {
                let variables = When::default().only([Kind::Variable]);
                assert!(simulator.set_fault_when(Target::Cloud, fault, variables));
            }
            Self::Lamps(fault) => befall_lamps(simulator, fault, None),
            Self::Both(lamps, kind, others) => {
                befall_lamps(simulator, lamps, kind);
                assert!(simulator.set_fault(Target::Cloud, Some(others)));
            }
            Self::Certificate(_) => {}
        }
        if let Self::Always(Fault::Refused) = self {
            simulator.hung_up().await;
        }
        world
    }
}

fn befall_lamps(simulator: &Simulator, fault: Fault, kind: Option<Kind>) {
    for lamp in [LAMP, READING_LAMP] {
        let when = When::default().only(kind);
        assert!(simulator.set_fault_when(Target::Device(lamp.to_owned()), fault, when));
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
    /// By how much it came after its deadline.
    late: Duration,
}

impl Seen {
    async fn of(world: &World, event: &'static str) -> Self {
        let began = Instant::now();
        let deadline = tokio::spawn(async {
            tokio::time::sleep(DEFAULT_DEADLINE).await;
            Instant::now()
        });
        let (response, record) = world.send_file(event).await;
        let took = began.elapsed();
        let late = if deadline.is_finished() {
            deadline.await.unwrap().elapsed()
        } else {
            deadline.abort();
            Duration::ZERO
        };
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
            late,
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
            TURN_ON | TURN_ON_ANEW | TURN_ON_ANOTHER | ADJUST => {
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
        let token_is_rejected =
            trouble.has(Fault::TokenExpired) || trouble.has(Fault::TokenInvalid);
        let late = format!("it took {:?}, {:?} too long", self.took, self.late);
        demand(self.late < SLACK, &late)?;
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
    let of_requests = || faults().filter(|fault| *fault != Fault::Refused);
    let tables = [
        Table {
            name: "every fault",
            troubles: always.collect(),
            events: &DIRECTIVES,
            cell: Seen::cell,
        },
        Table {
            name: "the first call",
            troubles: of_requests().map(Trouble::Once).collect(),
            events: &FIRST_CALLS,
            cell: Seen::repetition,
        },
        Table {
            name: "the function call",
            troubles: of_requests().map(Trouble::Functions).collect(),
            events: &READ_FIRST,
            cell: Seen::cell,
        },
        Table {
            name: "the reads of variables",
            troubles: of_requests().map(Trouble::Variables).collect(),
            events: &READERS,
            cell: Seen::cell,
        },
        Table {
            name: "two devices",
            troubles: of_requests().map(Trouble::Lamps).collect(),
            events: &OF_DEVICES,
            cell: Seen::cell,
        },
        Table {
            name: "two faults",
            troubles: BOTH.to_vec(),
            events: &OF_DEVICES,
            cell: Seen::cell,
        },
    ];
    let seen = all(&tables).await;
    let mut document = Document::read();
    for table in &tables {
        document.table(table, &seen);
    }
    document.finish();
}

struct Table {
    name: &'static str,
    troubles: Vec<Trouble>,
    events: &'static [&'static str],
    cell: fn(&Seen) -> String,
}

/// What is seen on each connection in turn, by the trouble and the directive.
type Cells = BTreeMap<(String, &'static str), Vec<(Connection, Seen)>>;

fn key(trouble: Trouble, event: &'static str) -> (String, &'static str) {
    (format!("{trouble:?}"), event)
}

/// What comes of all the cells of these tables.
async fn all(tables: &[Table]) -> Cells {
    let mut runs = Vec::new();
    for Table {
        troubles, events, ..
    } in tables
    {
        for trouble in troubles {
            for event in *events {
                for connection in trouble.connections(event) {
                    runs.push((*trouble, *event, *connection));
                }
            }
        }
    }
    let (hanging, quick): (Vec<_>, Vec<_>) =
        runs.into_iter().partition(|(trouble, ..)| trouble.hangs());
    let prepare = async |(trouble, event, connection): (Trouble, &'static str, Connection)| {
        let world = trouble.world(connection).await;
        (trouble, event, connection, world)
    };
    let observe = async |(trouble, event, connection, world): (_, _, _, World)| {
        (trouble, connection, Seen::of(&world, event).await)
    };
    // To make a cloud with its certificate, and a first call on it, is work: while one's time runs, no other does it.
    let hanging: Vec<_> = stream::iter(hanging.into_iter().map(prepare))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut seen = join_all(hanging.into_iter().map(observe)).await;
    // A cloud that refuses has no port, so another may get it and hear of calls that are not its own: that is for the end.
    let (refusing, quick): (Vec<_>, Vec<_>) = quick
        .into_iter()
        .partition(|(trouble, ..)| trouble.has(Fault::Refused));
    for runs in [quick, refusing] {
        let runs = runs
            .into_iter()
            .map(async |run| observe(prepare(run).await).await);
        let runs: Vec<_> = stream::iter(runs).buffer_unordered(AT_ONCE).collect().await;
        for (trouble, connection, run) in runs {
            // If that was the machine's fault, it does better with nothing else to do.
            let again = run.took >= DEFAULT_DEADLINE;
            seen.push(match again {
                true => observe(prepare((trouble, run.event, connection)).await).await,
                false => (trouble, connection, run),
            });
        }
    }
    let mut cells = Cells::new();
    for (trouble, connection, seen) in seen {
        let cell = cells.entry(key(trouble, seen.event)).or_default();
        cell.push((connection, seen));
        cell.sort_by_key(|(connection, _)| *connection);
    }
    cells
}

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

    /// Puts the rows as they should be in the place of those that are there. What a row says
    /// of its trouble in words is the writer's.
    fn table(&mut self, table: &Table, seen: &Cells) {
        let Table {
            name,
            troubles,
            events,
            cell,
        } = table;
        let begin = format!("<!-- The rows of this table are data of a test: {name}. -->\n");
        let (before, rest) = self.right.split_once(&begin).unwrap();
        let (table, after) = rest.split_once("\n\n").unwrap();
        let mut lines = table.lines();
        let head: Vec<&str> = lines.by_ref().take(2).collect();
        let rows: Vec<Vec<&str>> = lines
            .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
            .collect();
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
            for event in *events {
                let mut told = None;
                let seen = seen.get(&key(*trouble, event)).unwrap();
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
