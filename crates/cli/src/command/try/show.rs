//! How a conversation looks.

use serde_json::{Value as Json, json};

use super::order;
use crate::output::{self, BAD, LOUD, QUIET, WARNING, styled};
use crate::session::{Exchange, Session, Turn};
use crate::table::{self, Row};
use crate::utterance;

/// What there is to speak to, or why there is nothing.
pub(super) fn welcome(session: &Session, discovery: &Turn) -> anyhow::Result<()> {
    output::line("A simulated home. Alexa discovers:\n")?;
    if session.endpoints().is_empty() {
        return turn(discovery, false);
    }
    devices(session)
}

/// The endpoints, and whether they can be reached now.
pub(super) fn devices(session: &Session) -> anyhow::Result<()> {
    let devices = session.simulator.devices();
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

/// One utterance and all that followed.
pub(super) fn turn(turn: &Turn, verbose: bool) -> anyhow::Result<()> {
    match &turn.outcome {
        Ok(exchange) => exchange_lines(exchange, verbose)?,
        Err(puzzle) => {
            let reason = styled(WARNING, format_args!("none: {puzzle}"));
            let advice = styled(QUIET, format_args!("({})", puzzle.advice()));
            output::labelled("directive", &format!("{reason} {advice}"))?;
            output::labelled("Alexa", &spoken(&puzzle.sentence()))?;
        }
    }
    Ok(output::line("")?)
}

fn exchange_lines(exchange: &Exchange, verbose: bool) -> anyhow::Result<()> {
    output::labelled("directive", &exchange.headline())?;
    if verbose {
        output::labelled_code("", &in_full(&exchange.event))?;
    }
    let calls = match exchange.calls_in_words.join("\n") {
        none if none.is_empty() => styled(QUIET, "no call"),
        calls => calls,
    };
    output::labelled("particle", &calls)?;
    let answer = &exchange.answer;
    let summary = match (answer.error(), answer.message()) {
        (Some(_), Some(message)) => {
            format!(
                "{} {}",
                styled(BAD, answer.summary()),
                styled(QUIET, format_args!("({message})"))
            )
        }
        _ => answer.summary(),
    };
    output::labelled("answer", &summary)?;
    if verbose {
        output::labelled_code("", &in_full(&answer.json))?;
    }
    Ok(output::labelled("Alexa", &spoken(&exchange.sentence))?)
}

fn in_full(message: &Json) -> String {
    styled(QUIET, format_args!("{message:#}"))
}

fn spoken(sentence: &str) -> String {
    styled(LOUD, format_args!("“{sentence}”"))
}

/// The same for a script, on one line.
pub(super) fn as_json(turn: &Turn) -> anyhow::Result<()> {
    output::json_line(&to_json(turn))
}

pub(super) fn to_json(turn: &Turn) -> Json {
    match &turn.outcome {
        Ok(exchange) => json!({
            "said": turn.said,
            "understood": true,
            "directive": exchange.event,
            "particleCalls": exchange.calls,
            "answer": exchange.answer.json,
            "alexa": exchange.sentence,
        }),
        Err(puzzle) => json!({
            "said": turn.said,
            "understood": false,
            "reason": puzzle.to_string(),
            "advice": puzzle.advice(),
            "alexa": puzzle.sentence(),
        }),
    }
}
