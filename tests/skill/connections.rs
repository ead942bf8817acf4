//! How many connections the skill opens, and when it opens a new one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::particle::Authorities;
use alexa_for_particle::skill::Skill;
use particle_simulator::{Builder, Certificate, Fault, Home, Simulator, Target, When};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::world::{World, event, outcome};

/// A state report of several variables first, whose reads go out together; then one thing after another.
const EVENTS: [&str; 4] = [
    "Alexa.ReportState",
    "PowerController.TurnOn",
    "BrightnessController.AdjustBrightness",
    "Discovery.Discover",
];

/// Clouds that speak HTTP, and HTTP/1.1 and HTTP/2 over TLS.
fn clouds() -> [Builder; 3] {
    let plain = Simulator::builder(Home::sample());
    let tls = plain.clone().tls(Certificate::Trusted);
    [plain, tls.clone(), tls.http2()]
}

async fn connections(simulator: Builder) -> (usize, usize) {
    let world = World::of(simulator).await;
    for _ in 0..3 {
        for event in EVENTS {
            let (response, record) = world.send_file(event).await;
            assert!(
                ["StateReport", "Response", "Discover.Response"].contains(&outcome(&response)),
                "{event}: {:?}",
                record.error
            );
        }
    }
    (world.simulator.connections(), world.simulator.handshakes())
}

#[tokio::test]
async fn one_connection_carries_everything_over_http2() {
    let simulator = Simulator::builder(Home::sample())
        .tls(Certificate::Trusted)
        .http2();
    assert_eq!(connections(simulator).await, (1, 1));
}

/// The lamp has two variables, and one variable of the home describes a device.
#[tokio::test]
async fn over_http1_there_are_as_many_as_calls_at_once() {
    let simulator = Simulator::builder(Home::sample()).tls(Certificate::Trusted);
    assert_eq!(connections(simulator).await, (2, 2));
    let (plain, _) = connections(Simulator::builder(Home::sample())).await;
    assert_eq!(plain, 2);
}

/// An answer that breaks off says nothing of the others on its connection.
#[tokio::test]
async fn a_broken_answer_costs_no_connection_over_http2() {
    let devices: String = (0..100)
        .map(|device| format!("[[device]]\nid = \"cafe{device:020}\"\nfirmware = \"dimmer\"\n"))
        .collect();
    let home = format!(
        "list = \"brief\"\nfault = \"truncated\"\nfault_when = {{ only = [\"device\"] }}\n{devices}"
    );
    let simulator = Simulator::builder(Home::parse(&home).unwrap());
    let world = World::of(simulator.tls(Certificate::Trusted).http2()).await;
    let world = world.within(Duration::from_secs(60));
    let (_, record) = world.send_file("Discovery.Discover").await;
    assert_eq!(record.particle_calls, 201, "each is asked for twice");
    assert_eq!(world.simulator.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_broke_is_replaced() {
    for simulator in clouds() {
        let world = World::of(simulator).await.within(Duration::from_secs(5));
        for expected in ["Response", "BRIDGE_UNREACHABLE", "Response"] {
            if expected != "Response" {
                let once = When::default().times(1);
                world
                    .simulator
                    .set_fault_when(Target::Cloud, Fault::ResetAfter, once);
            }
            let (response, _) = world.send_file("PowerController.TurnOn").await;
            assert_eq!(outcome(&response), expected);
        }
        let calls: Vec<_> = world.requests();
        assert_eq!(calls.len(), 3, "each call was sent once: {calls:#?}");
    }
}

/// Something between the skill and a cloud that forgets the connections it has, as a router may that was started anew: it
/// says nothing on them, and serves new ones.
struct Forgetful {
    port: u16,
    connections: Arc<AtomicUsize>,
    /// So many of them, the oldest.
    forgotten: Arc<AtomicUsize>,
}

impl Forgetful {
    async fn before(cloud: &str) -> Self {
        let (_, port) = cloud.rsplit_once(':').unwrap();
        let cloud = SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let forgotten = Arc::new(AtomicUsize::new(0));
        let (count, silent) = (Arc::clone(&connections), Arc::clone(&forgotten));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let far = TcpStream::connect(cloud).await.unwrap();
                let silent = Arc::clone(&silent);
                let is_forgotten = move || number < silent.load(Ordering::SeqCst);
                tokio::spawn(Self::carry(near, far, is_forgotten));
            }
        });
        Self {
            port,
            connections,
            forgotten,
        }
    }

    async fn carry(near: TcpStream, far: TcpStream, is_forgotten: impl Fn() -> bool) {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let (from, to) = tokio::select! {
                Ok(()) = near.readable() => (&near, &far),
                Ok(()) = far.readable() => (&far, &near),
            };
            if is_forgotten() {
                return std::future::pending().await;
            }
            let Ok(read) = from.try_read(&mut buffer) else {
                continue;
            };
            let mut rest = buffer.get(..read).unwrap();
            if rest.is_empty() {
                return;
            }
            while !rest.is_empty() {
                to.writable().await.unwrap();
                let written = to.try_write(rest).unwrap_or_default();
                rest = rest.get(written..).unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_connection_that_went_silent_costs_one_directive() {
    for cloud in clouds() {
        let simulator = cloud.start().await.unwrap();
        let url = simulator.url();
        let way = Forgetful::before(&url).await;
        let (host, _) = url.rsplit_once(':').unwrap();
        let authority = simulator.certificate_authority();
        let authorities = match authority.is_empty() {
            true => Authorities::default(),
            false => Authorities::from_pem(authority.as_bytes()).unwrap(),
        };
        let url = format!("{host}:{}", way.port);
        let skill = Skill::new(url.parse().unwrap(), authorities).unwrap();
        for (milliseconds, expected, connections) in [
            (20_000, "Response", 1),
            (500, "ENDPOINT_UNREACHABLE", 1),
            (20_000, "Response", 2),
            (20_000, "Response", 2),
        ] {
            if expected != "Response" {
                way.forgotten.store(connections, Ordering::SeqCst);
            }
            let deadline = Deadline::after(Duration::from_millis(milliseconds));
            let answer = skill
                .answer(&event("PowerController.TurnOn"), deadline)
                .await;
            let response = serde_json::to_value(answer.unwrap().response).unwrap();
            assert_eq!(outcome(&response), expected, "{url}");
            let so_far = way.connections.load(Ordering::SeqCst);
            assert_eq!(so_far, connections, "{url}");
        }
    }
}

/// The skill may have been frozen, and the cloud have hung up without a word that was heard. That another connection was of
/// use meanwhile says nothing.
#[tokio::test]
async fn a_connection_that_was_idle_for_long_is_not_used() {
    for (cloud, expected) in clouds()
        .into_iter()
        .zip([[2, 2, 3, 4], [2, 2, 3, 4], [1, 1, 1, 2]])
    {
        // The clock is put forward by more than this.
        let world = World::of(cloud).await.within(Duration::from_secs(600));
        let mut connections = Vec::new();
        for (idle, event) in [
            (0, "Alexa.ReportState"),
            (20, "PowerController.TurnOn"),
            (20, "Alexa.ReportState"),
            (31, "PowerController.TurnOn"),
        ] {
            tokio::time::pause();
            tokio::time::advance(Duration::from_secs(idle)).await;
            tokio::time::resume();
            let (response, _) = world.send_file(event).await;
            assert!(["StateReport", "Response"].contains(&outcome(&response)));
            connections.push(world.simulator.connections());
        }
        assert_eq!(connections, expected);
    }
}

/// The clock goes on only while all wait: first for the connection, and the deadline is later.
#[tokio::test(start_paused = true)]
async fn an_address_where_nobody_answers_does_not_take_all_the_time() {
    let listener = TcpSocket::new_v4().unwrap();
    listener
        .bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .unwrap();
    let listener = listener.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    // What nobody accepts waits in a queue; what comes when that is full the system does not answer.
    let connect = || std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200));
    let _queue: Vec<_> = std::iter::from_fn(|| connect().ok()).collect();
    let url = format!("http://{address}");
    let skill = Skill::new(url.parse().unwrap(), Authorities::default()).unwrap();
    let deadline = Deadline::after(Duration::from_millis(6500));
    let answer = skill
        .answer(&event("PowerController.TurnOn"), deadline)
        .await;
    let response = serde_json::to_value(answer.unwrap().response).unwrap();
    assert_eq!(outcome(&response), "BRIDGE_UNREACHABLE");
}

/// What takes a connection and shakes no hands is no cloud: that is told, long before the directive's time is over.
#[tokio::test]
async fn who_shakes_no_hands_is_given_up() {
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", mute.local_addr().unwrap());
    let skill = Skill::new(url.parse().unwrap(), Authorities::default()).unwrap();
    let deadline = Deadline::after(Duration::from_secs(60));
    let answer = skill
        .answer(&event("PowerController.TurnOn"), deadline)
        .await;
    let answer = answer.unwrap();
    assert!(!answer.record.timed_out, "{:?}", answer.record);
    let response = serde_json::to_value(answer.response).unwrap();
    assert_eq!(outcome(&response), "BRIDGE_UNREACHABLE");
}
