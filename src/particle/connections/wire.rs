//! One connection, as all its calls know it: who is on it, whether it is fit for another, and how much is read of it.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use tokio::time::Instant;

/// After so long without a call a connection counts as closed, whether the cloud has said so or not.
///
/// Between directives Lambda freezes the process, with the kernel that would hear the cloud hang up. What is sent on such a
/// connection may be lost, and nobody could tell whether a function ran. A load balancer of AWS keeps a connection for 60
/// seconds, so half of that is safe.
const MAXIMUM_IDLE: Duration = Duration::from_secs(30);

/// Before an answer's status there may be any number of others that say to wait: so much is read of all their heads.
const MAXIMUM_HEAD: usize = 64 << 10;

/// So much is read at once, which [`MAXIMUM_HEAD`] can be exceeded by.
const PART: usize = 16 << 10;

/// What is known of a connection.
#[derive(Clone, Debug)]
pub(super) struct Wire(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// How many calls are on it.
    calls: usize,
    /// Whether one of them was given up: then nobody knows whether the connection still leads anywhere, and hyper alone
    /// would believe in it for good.
    is_given_up: bool,
    /// Whether nothing may be sent any more.
    is_cut: bool,
    /// When the last of them ended.
    last_end: Moment,
    /// How much may yet be read of a head, where one is awaited and nothing else can come.
    head: Option<usize>,
}

/// A call on a connection. It is given up where it is dropped before its end.
#[derive(Debug)]
pub(super) struct Call {
    wire: Wire,
    /// Whether it may reach the cloud when nobody waits for it any more.
    is_safe: bool,
    has_ended: bool,
}

/// A time on two clocks: in a process that is frozen only one of them may go on.
#[derive(Clone, Copy, Debug)]
struct Moment(Instant, SystemTime);

impl Moment {
    fn now() -> Self {
        Self(Instant::now(), SystemTime::now())
    }

    /// Whether a connection that was idle since then is fit for a call.
    fn is_recent(self) -> bool {
        let elapsed = self.1.elapsed().unwrap_or_default().max(self.0.elapsed());
        elapsed <= MAXIMUM_IDLE
    }
}

impl Wire {
    /// Of a new connection.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            calls: 0,
            is_given_up: false,
            is_cut: false,
            last_end: Moment::now(),
            head: None,
        })))
    }

    /// Whether it is fit for another call.
    pub(super) fn is_fit(&self) -> bool {
        let state = self.state();
        !state.is_given_up && state.last_end.is_recent()
    }

    /// A call begins.
    pub(super) fn call(&self) -> Call {
        self.state().calls += 1;
        Call {
            wire: self.clone(),
            is_safe: true,
            has_ended: false,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails where nothing may be sent any more, nor read: either may let go what waited to be sent.
    fn check(&self) -> io::Result<()> {
        match self.state().is_cut {
            true => Err(io::ErrorKind::ConnectionAborted.into()),
            false => Ok(()),
        }
    }

    fn count(&self, bytes: usize) -> io::Result<()> {
        if let Some(left) = &mut self.state().head {
            let rest = left.checked_sub(bytes);
            *left = rest.ok_or(io::ErrorKind::FileTooLarge)?;
        }
        Ok(())
    }
}

impl Call {
    /// Says whether it only reads.
    pub(super) fn is_safe(&mut self, is_safe: bool) {
        self.is_safe = is_safe;
    }

    /// A head comes next, and nothing else can.
    pub(super) fn awaits_head(&self) {
        self.wire.state().head = Some(MAXIMUM_HEAD);
    }

    /// It came.
    pub(super) fn has_head(&self) {
        self.wire.state().head = None;
    }

    /// The connection did its part, and may carry others.
    pub(super) fn end(mut self) -> Wire {
        self.has_ended = true;
        self.wire.clone()
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut state = self.wire.state();
        state.calls -= 1;
        if self.has_ended {
            state.last_end = Moment::now();
        } else {
            state.is_given_up = true;
            state.is_cut |= !self.is_safe;
        }
        // With HTTP/2 a call that was given up can be left in a queue.
        state.is_cut |= state.is_given_up && state.calls == 0;
    }
}

/// The bytes of a connection.
#[derive(Debug)]
pub(super) struct Stream<T> {
    pub(super) bytes: T,
    pub(super) wire: Wire,
}

impl<T: Read + Unpin> Read for Stream<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.wire.check()?;
        let mut part = [MaybeUninit::uninit(); PART];
        let room = part.get_mut(..buffer.remaining().min(PART));
        let mut part = ReadBuf::uninit(room.unwrap_or_default());
        ready!(Pin::new(&mut self.bytes).poll_read(context, part.unfilled()))?;
        self.wire.count(part.filled().len())?;
        buffer.put_slice(part.filled());
        Poll::Ready(Ok(()))
    }
}

impl<T: Write + Unpin> Write for Stream<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.wire.check()?;
        Pin::new(&mut self.bytes).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire.check()?;
        Pin::new(&mut self.bytes).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire.check()?;
        Pin::new(&mut self.bytes).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.bytes.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.wire.check()?;
        Pin::new(&mut self.bytes).poll_write_vectored(context, slices)
    }
}
