//! What the relay has to remember of a customer, in characters that nothing on the way changes.
//!
//! Particle gives the state back decoded, and not encoded again: `a%2Bb` becomes `a+b`, which means `a b`. Letters, digits,
//! `-` and `_` mean themselves, encoded or not, so the packed form is made of nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::redirect::Host;

/// The longest state that is taken, as it is written in a URL.
pub const MAXIMUM: usize = 4096;

/// Where a customer came from, and what Alexa gave them to bring back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// Where Alexa waits for them.
    pub host: Host,
    /// Alexa's state as it was written in the URL, if there was one.
    pub state: Option<Vec<u8>>,
}

/// A state that is longer than [`MAXIMUM`].
#[derive(Debug)]
pub struct TooLong;

/// What stands before a state, to tell an empty one from none.
const PRESENT: u8 = b'=';

fn mark(host: Host) -> u8 {
    match host {
        Host::Pitangui => b'0',
        Host::Layla => b'1',
        Host::Japan => b'2',
    }
}

impl Origin {
    /// As one word.
    ///
    /// # Errors
    /// When the state is too long.
    pub fn pack(&self) -> Result<String, TooLong> {
        let mut bytes = vec![mark(self.host)];
        if let Some(state) = &self.state {
            if state.len() > MAXIMUM {
                return Err(TooLong);
            }
            bytes.push(PRESENT);
            bytes.extend(state);
        }
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// From such a word. Anybody can make one, so what it says is no more than what a customer claims.
    #[must_use]
    pub fn unpack(word: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(word).ok()?;
        let (first, rest) = bytes.split_first()?;
        let host = Host::ALL.into_iter().find(|host| mark(*host) == *first)?;
        let state = match rest.split_first() {
            None => None,
            Some((&PRESENT, state)) if state.len() <= MAXIMUM => Some(state.to_vec()),
            Some(_) => return None,
        };
        Some(Self { host, state })
    }
}
