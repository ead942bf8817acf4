//! How a conversation looks.

use super::order;
use crate::output;
use crate::session::{Session, Turn};
use crate::table::{self, Row};
use crate::transcript;
use crate::utterance;

/// What there is to speak to, or why there is nothing.
pub(super) fn welcome(session: &Session, discovery: &Turn) -> anyhow::Result<()> {
    output::line("A simulated home. Alexa discovers:\n")?;
    if session.endpoints().is_empty() {
        return transcript::print(discovery, false);
    }
    devices(session)
}

/// The endpoints, and whether they can be reached now.
pub(super) fn devices(session: &Session) -> anyhow::Result<()> {
    let devices = session.cloud.devices();
    let rows = session.endpoints().iter().map(|endpoint| {
        let device = devices.iter().find(|device| device.id == endpoint.device());
        Row {
            endpoint,
            device: device
                .and_then(|device| device.name.clone())
                .unwrap_or_default(),
            online: device.map(|device| device.online),
        }
    });
    output::line(table::of_endpoints(rows))?;
    Ok(output::line("")?)
}

/// What can be said here.
pub(super) fn help(session: &Session) -> anyhow::Result<()> {
    output::line("  Say, for example:\n")?;
    for example in utterance::phrasebook(session.endpoints()) {
        output::line(format_args!("    {example}"))?;
    }
    output::line("\n  \"It\" is the endpoint you spoke of last. Beside that there are:\n")?;
    for (order, meaning) in order::ALL {
        output::line(format_args!("    {order:<14} {meaning}"))?;
    }
    Ok(output::line("")?)
}
