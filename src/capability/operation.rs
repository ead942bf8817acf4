//! An operation of several that the description names, of which no property tells.

use crate::alexa::{Error, Kind};
use crate::binding::Order;
use crate::device::{Device, Reply};
use crate::value::{Choice, ChoiceKind};

/// Tells the device an operation, and Alexa nothing of the outcome but that it was done.
pub(super) async fn tell<K: ChoiceKind>(
    order: &Order<Choice<K>>,
    operation: &str,
    device: &Device<'_>,
) -> Result<Reply, Error> {
    let known = order.spelling().find(operation).ok();
    let command = known.as_ref().and_then(|choice| order.command(choice));
    let command = command.ok_or_else(|| {
        let message = format!("the endpoint cannot {operation}; discover devices again");
        Error::new(Kind::InvalidDirective, message)
    })?;
    device.call(&command).await?;
    Ok(Reply::default())
}
