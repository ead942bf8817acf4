//! The Lambda host: settings, one relay, and the loop that hands it events.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use function_log::{Invocation, print, run};
use lambda_runtime::{LambdaEvent, service_fn};
use relay::record::Log;
use relay::relay::Relay;
use relay::settings::Settings;
use serde_json::value::RawValue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    run(serve()).await
}

async fn serve() -> Result<(), lambda_runtime::Error> {
    let variable = |name: &str| std::env::var(name).ok();
    let lambdas = |name: &str| {
        variable(name).ok_or_else(|| {
            format!("{name} is not set: this program runs under AWS Lambda, or locally under `cargo lambda watch`")
        })
    };
    lambdas("AWS_LAMBDA_RUNTIME_API")?;
    let function = lambdas("AWS_LAMBDA_FUNCTION_NAME")?;
    let Settings {
        vendor,
        authorize_url,
        log_level: level,
        metrics,
    } = Settings::read(variable)?;
    let metrics_of = metrics.then_some(function);
    let log = Log { level, metrics_of };
    let relay = Relay {
        vendor,
        authorize_url,
    };
    let first = AtomicBool::new(true);
    let (relay, log, first) = (&relay, &log, &first);
    let handle = |event: LambdaEvent<Box<RawValue>>| async move {
        let cold_start = first.swap(false, Ordering::Relaxed);
        let answer = relay.answer(event.payload.get());
        let trace = event.context.xray_trace_id.as_deref();
        let invocation = Invocation::new(event.context.request_id, trace, cold_start);
        if let Some(line) = log.line(&answer.record, &invocation) {
            print(&line);
        }
        Ok::<_, lambda_runtime::Error>(answer.response)
    };
    lambda_runtime::run(service_fn(handle)).await
}
