//! A record of requests of any kind, each of which is filled in while it is answered.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::broadcast;

/// All requests so far, in the order of their arrival. Simulators of other services keep theirs in one, too.
#[derive(Debug)]
pub struct History<R> {
    requests: Mutex<VecDeque<Arc<Mutex<R>>>>,
    live: broadcast::Sender<R>,
}

impl<R: Clone> Default for History<R> {
    fn default() -> Self {
        Self {
            requests: Mutex::default(),
            live: broadcast::Sender::new(LIVE_BACKLOG),
        }
    }
}

impl<R: Clone> History<R> {
    /// Opens the entry of a request that has just arrived.
    pub fn open(&self, request: R) -> Entry<R> {
        let request = Arc::new(Mutex::new(request));
        let mut requests = lock(&self.requests);
        if requests.len() == LONGEST {
            requests.pop_front();
        }
        requests.push_back(Arc::clone(&request));
        Entry {
            request,
            live: self.live.clone(),
        }
    }

    /// All of them, as far as they are answered.
    #[must_use]
    pub fn requests(&self) -> Vec<R> {
        copies(&lock(&self.requests))
    }

    /// All of them, which are then forgotten.
    pub fn take(&self) -> Vec<R> {
        copies(&std::mem::take(&mut *lock(&self.requests)))
    }

    /// Those to come, each when it is over.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<R> {
        self.live.subscribe()
    }
}

/// A request's place in the record; when it is dropped, subscribers hear of the request, whatever became of it.
#[derive(Debug)]
pub struct Entry<R: Clone> {
    request: Arc<Mutex<R>>,
    live: broadcast::Sender<R>,
}

impl<R: Clone> Entry<R> {
    /// Fills something in, with one assignment.
    pub fn fill(&self, change: impl FnOnce(&mut R)) {
        change(&mut lock(&self.request));
    }
}

impl<R: Clone> Drop for Entry<R> {
    fn drop(&mut self) {
        // An error says that nobody is subscribed.
        let _ = self.live.send(lock(&self.request).clone());
    }
}

/// A simulator that runs for weeks forgets the oldest requests beyond this.
const LONGEST: usize = 100_000;

/// How far a subscriber may fall behind before it misses requests.
const LIVE_BACKLOG: usize = 1024;

fn copies<R: Clone>(requests: &VecDeque<Arc<Mutex<R>>>) -> Vec<R> {
    let requests = requests.iter();
    requests.map(|request| lock(request).clone()).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change is one assignment, so what a panicking thread leaves behind is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
