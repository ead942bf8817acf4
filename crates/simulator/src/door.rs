//! The listener, which a fault can close and open again on the same address.

use std::{
    future, io,
    net::{self, SocketAddr},
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep_until,
};

/// Where connections come in.
#[derive(Debug)]
pub(crate) struct Door {
    address: SocketAddr,
    listener: Mutex<Listener>,
    state: watch::Sender<State>,
}

/// Whether connections come in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum State {
    Open,
    /// Until that time, or until somebody opens it.
    Closed(Option<Instant>),
    /// For good.
    Shut,
}

#[derive(Debug)]
enum Listener {
    None,
    /// Bound, but the runtime does not know of it yet.
    Bound(net::TcpListener),
    Listening(TcpListener),
}

impl Door {
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = bind(address)?;
        Ok(Self {
            address: listener.local_addr()?,
            listener: Mutex::new(Listener::Bound(listener)),
            state: watch::Sender::new(State::Open),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Tells of each opening and closing.
    pub(crate) fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// Refuses connections from now on.
    pub(crate) fn close(&self, until: Option<Instant>) {
        if *self.state.borrow() != State::Shut {
            *self.listener() = Listener::None;
            self.state.send_replace(State::Closed(until));
        }
    }

    /// Refuses connections for good.
    pub(crate) fn shut(&self) {
        *self.listener() = Listener::None;
        self.state.send_replace(State::Shut);
    }

    /// Takes connections from now on, or as soon as the address is free again.
    pub(crate) fn open(&self) {
        if !matches!(*self.state.borrow(), State::Closed(_)) {
            return;
        }
        match bind(self.address) {
            Ok(listener) => {
                *self.listener() = Listener::Bound(listener);
                self.state.send_replace(State::Open);
            }
            Err(_) => {
                let soon = Instant::now() + A_MOMENT;
                self.state.send_replace(State::Closed(Some(soon)));
            }
        }
    }

    /// The next connection.
    pub(crate) async fn accept(&self) -> io::Result<TcpStream> {
        let mut state = self.watch();
        loop {
            let now = *state.borrow_and_update();
            tokio::select! {
                accepted = future::poll_fn(|context| self.poll_accept(context)) => return accepted,
                () = end_of(now) => self.open(),
                // It cannot fail: the sender is here.
                _ = state.changed() => {}
            }
        }
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        let mut listener = self.listener();
        *listener = match std::mem::replace(&mut *listener, Listener::None) {
            Listener::Bound(bound) => Listener::Listening(TcpListener::from_std(bound)?),
            other @ (Listener::None | Listener::Listening(_)) => other,
        };
        match &*listener {
            Listener::Listening(listener) => {
                listener.poll_accept(context).map_ok(|(stream, _)| stream)
            }
            Listener::Bound(_) | Listener::None => Poll::Pending,
        }
    }

    fn listener(&self) -> MutexGuard<'_, Listener> {
        // Every change is one assignment, so what a panicking thread leaves behind is whole.
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bind(address: SocketAddr) -> io::Result<net::TcpListener> {
    let listener = net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

async fn end_of(state: State) {
    match state {
        State::Closed(Some(until)) => sleep_until(until.into()).await,
        State::Closed(None) | State::Open | State::Shut => future::pending().await,
    }
}

/// After which a taken address is asked for again.
const A_MOMENT: Duration = Duration::from_millis(50);
