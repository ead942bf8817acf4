//! The Lambda host: settings, and the loop that hands over events.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use function_log::{Invocation, print, run};
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::value::RawValue;

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
    let setup = setup::settings::read(variable)?;
    let first = AtomicBool::new(true);
    let (setup, first) = (&setup, &first);
    let handle = |event: LambdaEvent<Box<RawValue>>| async move {
        let cold_start = first.swap(false, Ordering::Relaxed);
        let context = event.context;
        let deadline = context.deadline();
        // Boxed: the futures of all its steps, one in the other, are deeper than the compiler lays out.
        let record = Box::pin(setup.handle(event.payload.get(), deadline)).await?;
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
