//! Home files: what the simulator is to simulate.

use std::path::Path;

use anyhow::anyhow;
use particle_simulator::Home;

use crate::diagnostic::Place;
use crate::input::Input;

/// Reads a home file, or takes the sample home where there is none.
pub(crate) fn read(path: Option<&Path>) -> anyhow::Result<Home> {
    let Some(path) = path else {
        return Ok(Home::sample());
    };
    let Input { name, text } = Input::read(path)?;
    Home::parse(&text).map_err(|error| {
        let place = Place {
            line: error.line(),
            column: error.column(),
            length: 1,
        };
        let line = text.lines().nth(error.line() - 1).unwrap_or_default();
        anyhow!("{}\n{}", error.message(), place.shown_in(line, &name))
    })
}
