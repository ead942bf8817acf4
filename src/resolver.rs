//! Deciding which endpoints a device has, with what the device says of itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value as Json;

use crate::endpoint::{Resolved, Told};
use crate::particle::{Device, DeviceId, Session};
use crate::profile::{DEPLOYED, Profiles};

/// The variable in which firmware describes itself.
pub const VARIABLE: &str = "alexa";

/// As many descriptions are remembered as a large home has devices.
const MAXIMUM_REMEMBERED: usize = 512;

/// What is known for deciding: one per process.
#[derive(Debug, Default)]
pub struct Resolver {
    profiles: OnceLock<Profiles>,
    said: Mutex<HashMap<DeviceId, Said>>,
}

/// What a device said of itself.
#[derive(Clone, Debug)]
struct Said {
    /// The handshake after which it said so: with the next one its firmware may be another.
    since: String,
    text: Arc<str>,
}

impl Resolver {
    /// One with these profiles instead of the deployed ones.
    #[must_use]
    pub fn with(profiles: Profiles) -> Self {
        Self {
            profiles: OnceLock::from(profiles),
            said: Mutex::default(),
        }
    }

    /// The profiles, read when they are first needed: no control directive needs them.
    pub fn profiles(&self) -> &Profiles {
        self.profiles.get_or_init(|| Profiles::read(DEPLOYED))
    }

    /// Decides on a device. One that describes itself is asked for its description, once after each of its handshakes;
    /// without a session nobody is asked.
    pub async fn resolve(&self, device: &Device, session: Option<&Session<'_>>) -> Resolved {
        let asks = Resolved::asks(device);
        let remembered = asks.then(|| self.remembered(device)).flatten();
        let said = match session {
            Some(session) if asks && remembered.is_none() => self.ask(device, session).await,
            _ => remembered,
        };
        let told = match (&said, session) {
            (Some(text), _) => Told::Text(text),
            (None, None) => Told::Unasked,
            (None, Some(_)) if asks => Told::Unread,
            (None, Some(_)) => Told::Nothing,
        };
        Resolved::of(device, told, self.profiles())
    }

    async fn ask(&self, device: &Device, session: &Session<'_>) -> Option<Arc<str>> {
        // The cloud would wait long for what is not there.
        if device.online() == Some(false) {
            return None;
        }
        let Json::String(text) = session.variable(&device.id, VARIABLE).await.ok()?.value else {
            return None;
        };
        let text = Arc::from(text);
        if let Some(since) = &device.last_handshake_at {
            let said = Said {
                since: since.clone(),
                text: Arc::clone(&text),
            };
            let mut remembered = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            if remembered.len() >= MAXIMUM_REMEMBERED {
                remembered.clear();
            }
            remembered.insert(device.id.clone(), said);
        }
        Some(text)
    }

    fn remembered(&self, device: &Device) -> Option<Arc<str>> {
        let remembered = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let said = remembered.get(&device.id)?;
        (Some(&said.since) == device.last_handshake_at.as_ref()).then(|| Arc::clone(&said.text))
    }
}
