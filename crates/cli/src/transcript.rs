//! How an utterance and what followed from it look.

use serde_json::{Value as Json, json};

use crate::output::{self, BAD, LOUD, QUIET, WARNING, styled};
use crate::session::{Exchange, Turn};

/// One utterance and all that followed.
pub(crate) fn print(turn: &Turn, verbose: bool) -> anyhow::Result<()> {
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
    let calls = match exchange.calls.in_words.join("\n") {
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
    for remark in &exchange.remarks {
        output::labelled("log", &styled(WARNING, remark))?;
    }
    if verbose {
        output::labelled_code("", &in_full(&answer.json))?;
    }
    Ok(output::labelled("Alexa", &spoken(&exchange.sentence))?)
}

/// What is wrong with what Alexa discovered, for somebody who is not shown the discovery itself; `devices` is the command
/// that shows more.
pub(crate) fn warn(discovery: &Turn, devices: &str) -> anyhow::Result<()> {
    let Ok(exchange) = &discovery.outcome else {
        return Ok(());
    };
    for remark in &exchange.remarks {
        output::remark(styled(WARNING, remark))?;
    }
    if !exchange.remarks.is_empty() {
        output::remark(styled(QUIET, format_args!("{devices} shows more\n")))?;
    }
    Ok(())
}

/// The same in one line, for somebody who asked for something else.
pub(crate) fn count_remarks(discovery: &Turn, devices: &str) -> anyhow::Result<()> {
    let remarks = match &discovery.outcome {
        Ok(exchange) => exchange.remarks.len(),
        Err(_) => 0,
    };
    let (things, them) = match remarks {
        0 => return Ok(()),
        1 => ("one thing that is".to_owned(), "it"),
        count => (format!("{count} things that are"), "them"),
    };
    Ok(output::remark(styled(
        QUIET,
        format_args!("Discovery found {things} not right; {devices} shows {them}\n"),
    ))?)
}

fn in_full(message: &Json) -> String {
    styled(QUIET, format_args!("{message:#}"))
}

fn spoken(sentence: &str) -> String {
    styled(LOUD, format_args!("“{sentence}”"))
}

/// The same for a script.
pub(crate) fn to_json(turn: &Turn) -> Json {
    match &turn.outcome {
        Ok(exchange) => json!({
            "said": turn.said,
            "understood": true,
            "directive": exchange.event,
            "particleCalls": exchange.calls.json,
            "answer": exchange.answer.json,
            "remarks": exchange.remarks,
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
