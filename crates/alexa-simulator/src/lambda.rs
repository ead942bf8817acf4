//! The skill's functions as Alexa sees them: who may invoke them, and what they answer.

use std::{
    collections::BTreeMap,
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use futures_util::future::{BoxFuture, ready};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

/// The principal as which Alexa invokes a smart home skill's function.
pub(crate) const PRINCIPAL: &str = "alexa-connectedhome.amazon.com";

/// Who invokes which function.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Invocation {
    /// The function's ARN, as the manifest has it.
    pub function: String,
    /// `alexa-connectedhome.amazon.com`.
    pub principal: String,
    /// The skill's id.
    pub event_source_token: String,
}

impl Invocation {
    pub(crate) fn of(function: &str, skill: &str) -> Self {
        Self {
            function: function.to_owned(),
            principal: PRINCIPAL.to_owned(),
            event_source_token: skill.to_owned(),
        }
    }
}

/// AWS Lambda: a test gives Alexa what it would find there. [`Functions`] is one in memory.
pub trait Lambda: Send + Sync + 'static {
    /// Whether the function's policy lets Alexa invoke it. Alexa asks before it takes an endpoint.
    fn admits(&self, invocation: Invocation) -> BoxFuture<'_, bool>;

    /// Invokes the function, which has been found to admit it.
    fn invoke(
        &self,
        invocation: Invocation,
        event: Value,
    ) -> BoxFuture<'_, Result<Value, FunctionError>>;
}

/// Why an invocation came to nothing, in Lambda's words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FunctionError(pub String);

impl fmt::Display for FunctionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for FunctionError {}

/// Functions in memory, with their policies. Clones share them.
#[derive(Clone, Default)]
pub struct Functions(Arc<Mutex<BTreeMap<String, Function>>>);

#[derive(Clone, Default)]
struct Function {
    handler: Option<Arc<Handler>>,
    permissions: Vec<Permission>,
}

type Handler = dyn Fn(Value) -> BoxFuture<'static, Result<Value, FunctionError>> + Send + Sync;

/// Who may invoke; without a token, any skill may.
#[derive(Clone)]
struct Permission {
    principal: String,
    event_source_token: Option<String>,
}

impl Functions {
    /// Lets this skill invoke the function, as the template's permission does.
    pub fn permit(&self, function: &str, skill: &str) {
        self.add_permission(function, PRINCIPAL, Some(skill));
    }

    /// Adds a permission as `aws lambda add-permission` does; the ARN ends with the qualifier, where there is one.
    pub fn add_permission(
        &self,
        function: &str,
        principal: &str,
        event_source_token: Option<&str>,
    ) {
        let permission = Permission {
            principal: principal.to_owned(),
            event_source_token: event_source_token.map(str::to_owned),
        };
        let mut functions = self.functions();
        let function = functions.entry(function.to_owned()).or_default();
        function.permissions.push(permission);
    }

    /// Takes all permissions back.
    pub fn remove_permissions(&self, function: &str) {
        if let Some(function) = self.functions().get_mut(function) {
            function.permissions.clear();
        }
    }

    /// What answers when this ARN is invoked.
    pub fn handle<F, A>(&self, function: &str, handler: F)
    where
        F: Fn(Value) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Value, FunctionError>> + Send + 'static,
    {
        let handler: Arc<Handler> = Arc::new(move |event| Box::pin(handler(event)));
        let mut functions = self.functions();
        functions.entry(function.to_owned()).or_default().handler = Some(handler);
    }

    /// What answers when this ARN is invoked, where its futures keep to one thread, as the skill's do: it gets a thread of
    /// its own, and one event at a time, as an instance of a function does.
    ///
    /// # Errors
    ///
    /// Fails where there is no thread to be had.
    pub fn host<M, F, A>(&self, function: &str, make: M) -> io::Result<()>
    where
        M: FnOnce() -> F + Send + 'static,
        F: Fn(Value) -> A + 'static,
        A: Future<Output = Result<Value, FunctionError>> + 'static,
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (events, mut waiting) = mpsc::unbounded_channel::<(Value, oneshot::Sender<_>)>();
        thread::Builder::new().spawn(move || {
            let handler = make();
            runtime.block_on(async {
                while let Some((event, reply)) = waiting.recv().await {
                    // An error says that Alexa has given up.
                    let _ = reply.send(handler(event).await);
                }
            });
        })?;
        self.handle(function, move |event| {
            let (reply, answer) = oneshot::channel();
            let sent = events.send((event, reply));
            async move {
                let ended = || FunctionError("Runtime exited".to_owned());
                sent.map_err(|_| ended())?;
                answer.await.map_err(|_| ended())?
            }
        });
        Ok(())
    }

    fn functions(&self) -> MutexGuard<'_, BTreeMap<String, Function>> {
        // Every change is one assignment, so what a panicking thread leaves behind is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lambda for Functions {
    fn admits(&self, invocation: Invocation) -> BoxFuture<'_, bool> {
        let functions = self.functions();
        let admitted = functions
            .get(&invocation.function)
            .is_some_and(|function| function.admits(&invocation));
        Box::pin(ready(admitted))
    }

    fn invoke(
        &self,
        invocation: Invocation,
        event: Value,
    ) -> BoxFuture<'_, Result<Value, FunctionError>> {
        let function = self.functions().get(&invocation.function).cloned();
        match function.and_then(|function| function.handler) {
            Some(handler) => handler(event),
            None => Box::pin(ready(Err(not_found(&invocation)))),
        }
    }
}

impl Function {
    fn admits(&self, invocation: &Invocation) -> bool {
        self.permissions.iter().any(|permission| {
            let token = permission.event_source_token.as_ref();
            permission.principal == invocation.principal
                && token.is_none_or(|token| *token == invocation.event_source_token)
        })
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_set()
            .entries(self.functions().keys())
            .finish()
    }
}

/// Where a test brings no Lambda along: every function admits Alexa, and none is there.
pub(crate) struct Nowhere;

impl Lambda for Nowhere {
    fn admits(&self, _: Invocation) -> BoxFuture<'_, bool> {
        Box::pin(ready(true))
    }

    fn invoke(
        &self,
        invocation: Invocation,
        _: Value,
    ) -> BoxFuture<'_, Result<Value, FunctionError>> {
        Box::pin(ready(Err(not_found(&invocation))))
    }
}

fn not_found(invocation: &Invocation) -> FunctionError {
    FunctionError(format!("Function not found: {}", invocation.function))
}
