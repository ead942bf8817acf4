//! `try --script`: a tour that says what each step must do, and checks that it did.

mod step;

use serde_json::json;

use self::step::{Difference, FORGOTTEN, STEPS, Step};
use super::super::Verdict;
use crate::output::{self, BAD, GOOD, LOUD, QUIET, styled};
use crate::session::{Session, Turn};
use crate::transcript;

/// Takes all steps, and says for each whether it did what it should.
pub(super) async fn take(
    session: &mut Session,
    json: bool,
    verbose: bool,
) -> anyhow::Result<Verdict> {
    let mut good = 0;
    for step in STEPS {
        let turn = session.say(step.say).await?;
        if turn
            .outcome
            .as_ref()
            .is_ok_and(|exchange| exchange.directive.name == "Discover")
        {
            remember_a_forgotten_lamp(session);
        }
        let differences = step.check(&turn, &session.cloud);
        good += usize::from(differences.is_empty());
        if json {
            print_json(step, &turn, &differences)?;
        } else {
            print(step, &turn, &differences, verbose)?;
        }
    }
    if !json {
        summarize(good)?;
    }
    Ok(Verdict::good_if(good == STEPS.len()))
}

/// Alexa knows endpoints until they are removed in her app, whatever became of the device.
fn remember_a_forgotten_lamp(session: &mut Session) {
    if let Some(endpoint) = session.endpoints().first() {
        let mut endpoint = endpoint.clone();
        FORGOTTEN.0.clone_into(&mut endpoint.friendly_name);
        FORGOTTEN.1.clone_into(&mut endpoint.endpoint_id);
        session.remember(endpoint);
    }
}

fn print(
    step: &Step,
    turn: &Turn,
    differences: &[Difference],
    verbose: bool,
) -> anyhow::Result<()> {
    let mark = if differences.is_empty() {
        styled(GOOD, "✓")
    } else {
        styled(BAD, "✗")
    };
    output::line(format_args!(
        "{mark} {}",
        styled(LOUD, format_args!("“{}”", step.say))
    ))?;
    output::labelled("must", step.must)?;
    let or_nothing = |text: &str| {
        if text.is_empty() {
            "nothing".to_owned()
        } else {
            text.to_owned()
        }
    };
    for Difference {
        what,
        expected,
        actual,
    } in differences
    {
        output::labelled(
            what,
            &format!("{} {}", styled(GOOD, "should be"), or_nothing(expected)),
        )?;
        output::labelled(
            "",
            &format!("{} {}", styled(BAD, "and is"), or_nothing(actual)),
        )?;
    }
    transcript::print(turn, verbose)
}

fn summarize(good: usize) -> anyhow::Result<()> {
    let all = STEPS.len();
    let summary = if good == all {
        styled(
            GOOD,
            format_args!("✓ All {all} steps did what they should."),
        )
    } else {
        styled(
            BAD,
            format_args!(
                "✗ {} of {all} steps did not do what they should.",
                all - good
            ),
        )
    };
    output::line(summary)?;
    if good < all {
        output::line(styled(
            QUIET,
            "The tour is made for the sample home: in another, it shows how that differs.",
        ))?;
    }
    Ok(())
}

fn print_json(step: &Step, turn: &Turn, differences: &[Difference]) -> anyhow::Result<()> {
    let mut result = transcript::to_json(turn);
    if let Some(result) = result.as_object_mut() {
        result.insert("must".to_owned(), json!(step.must));
        result.insert("good".to_owned(), json!(differences.is_empty()));
        result.insert("differences".to_owned(), json!(differences));
    }
    output::json_line(&result)
}
