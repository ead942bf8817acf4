//! The Lambda host: settings, and the loop that hands over events.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use function_log::{Invocation, print, run};
use lambda_runtime::{LambdaEvent, service_fn};
use linking::http::{Authorities, Http};
use serde_json::value::RawValue;
use setup::setup::refuse;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    run(serve()).await
}

async fn serve() -> Result<(), lambda_runtime::Error> {
    let variable = |name: &str| std::env::var(name).ok();
    if variable("AWS_LAMBDA_RUNTIME_API").is_none() {
        return Err(
            "AWS_LAMBDA_RUNTIME_API is not set: this program runs under AWS Lambda, or locally under `cargo lambda watch`"
                .into(),
        );
    }
    let http = Http::new(Authorities::default())?;
    // Bad ones are told to CloudFormation: it would wait for a function that does not start.
    let setup = setup::settings::read(http.clone(), variable);
    let first = AtomicBool::new(true);
    let (http, setup, first) = (&http, &setup, &first);
    let handle = |event: LambdaEvent<Box<RawValue>>| async move {
        let cold_start = first.swap(false, Ordering::Relaxed);
        let context = event.context;
        let deadline = context.deadline();
        let event = event.payload.get();
        let record = match setup {
            // Boxed: the futures of all its steps, one in the other, are deeper than the compiler lays out.
            Ok(setup) => Box::pin(setup.handle(event, deadline)).await?,
            Err(problem) => refuse(http, problem, event, deadline).await?,
        };
        let trace = context.xray_trace_id.as_deref();
        print(&record.line(&Invocation::new(context.request_id, trace, cold_start)));
        match record.not_delivered {
            None => Ok(()),
            // So that Lambda counts it as an error: the stack hangs.
            Some(problem) => Err(lambda_runtime::Error::from(problem)),
        }
    };
    lambda_runtime::run(service_fn(handle)).await
}
