//! The Lambda host: settings, one skill, and the loop that hands it events.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use alexa_for_particle::deadline::Deadline;
use alexa_for_particle::log::{Invocation, Log, print, run};
use alexa_for_particle::profile::Profiles;
use alexa_for_particle::settings::Settings;
use alexa_for_particle::skill::Skill;
use alexa_for_particle::start::Start;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::value::RawValue;

/// A deadline that passed so long ago is none: no invocation waits for a day.
const LONG_AGO: Duration = Duration::from_secs(24 * 60 * 60);

/// What is kept of the invocation's time for the answer to reach Lambda.
const RESERVE: Duration = Duration::from_millis(200);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let began = Instant::now();
    run(serve(began)).await
}

async fn serve(began: Instant) -> Result<(), lambda_runtime::Error> {
    let variable = |name: &str| std::env::var(name).ok();
    let lambdas = |name: &str| {
        variable(name).ok_or_else(|| {
            format!("{name} is not set: this program runs under AWS Lambda, or locally under `cargo lambda watch`")
        })
    };
    lambdas("AWS_LAMBDA_RUNTIME_API")?;
    let function = lambdas("AWS_LAMBDA_FUNCTION_NAME")?;
    let Settings {
        api_url,
        authorities,
        log_level: level,
        metrics,
        deadline: longest,
        devices_file,
    } = Settings::read(variable)?;
    let log = Log {
        level,
        metrics_of: metrics.then_some(function),
    };
    let mut skill = Skill::new(api_url, authorities)?;
    if let Some(file) = &devices_file {
        let profiles = std::fs::read_to_string(file)
            .map_err(|error| format!("DEVICES_FILE {}: {error}", file.display()))?;
        skill = skill.with_profiles(Profiles::read(profiles.leak()));
    }
    let initialization_type = variable("AWS_LAMBDA_INITIALIZATION_TYPE");
    let start = Start::ready_now(began, initialization_type.as_deref());
    let first = AtomicBool::new(true);
    let (skill, log, start, first) = (&skill, &log, &start, &first);
    let handle = |event: LambdaEvent<Box<RawValue>>| async move {
        let remaining = event
            .context
            .deadline()
            .duration_since(SystemTime::now())
            .unwrap_or_else(|past| {
                // `cargo lambda watch` names one of 1970, which says nothing.
                if past.duration() > LONG_AGO {
                    longest + RESERVE
                } else {
                    Duration::ZERO
                }
            });
        let cold_start = first.swap(false, Ordering::Relaxed);
        let lost = if cold_start {
            start.lost_by_now()
        } else {
            Duration::ZERO
        };
        let deadline = Deadline::after(longest.saturating_sub(lost))
            .or_sooner(Deadline::after(remaining.saturating_sub(RESERVE)));
        let answer = skill.answer(event.payload.get(), deadline).await?;
        let trace = event.context.xray_trace_id.as_deref();
        let invocation = Invocation::new(event.context.request_id, trace, cold_start);
        if let Some(line) = log.line(answer.record, &invocation) {
            print(&line);
        }
        Ok::<_, lambda_runtime::Error>(answer.response)
    };
    lambda_runtime::run(service_fn(handle)).await
}
