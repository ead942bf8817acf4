//! The Lambda host: settings, one skill, and the loop that hands it events.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::profile::Profiles;
use alexa_for_particle::settings::Settings;
use alexa_for_particle::skill::Skill;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::value::RawValue;

/// What is kept of the invocation's time for the answer to reach Lambda.
const RESERVE: Duration = Duration::from_millis(200);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(
                &serde_json::json!({ "level": "ERROR", "message": error.to_string() }).to_string(),
            );
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), lambda_runtime::Error> {
    for variable in ["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME"] {
        if std::env::var_os(variable).is_none() {
            return Err(format!("{variable} is not set: this program runs under AWS Lambda, or locally under `cargo lambda watch`").into());
        }
    }
    let settings = Settings::read(|name| std::env::var(name).ok())?;
    let mut skill = Skill::new(settings.api_url.clone(), settings.authorities.clone())?;
    if let Some(file) = &settings.devices_file {
        let profiles = std::fs::read_to_string(file)
            .map_err(|error| format!("DEVICES_FILE {}: {error}", file.display()))?;
        skill = skill.with_profiles(Profiles::read(profiles.leak()));
    }
    let (settings, skill) = (&settings, &skill);
    let handle = |event: LambdaEvent<Box<RawValue>>| async move {
        // `cargo lambda watch` names a deadline long past, which says nothing; Lambda itself never does.
        let remaining = event
            .context
            .deadline()
            .duration_since(SystemTime::now())
            .unwrap_or(settings.deadline + RESERVE);
        let deadline = Deadline::after(settings.deadline)
            .or_sooner(Deadline::after(remaining.saturating_sub(RESERVE)));
        let answer = skill.answer(event.payload.get(), deadline).await?;
        if let Some(line) = answer.record.line(settings.log_level) {
            print(&line);
        }
        Ok::<_, lambda_runtime::Error>(answer.response)
    };
    lambda_runtime::run(service_fn(handle)).await
}

/// Standard output is the function's log, a JSON object a line. One that cannot be written costs no answer.
fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
