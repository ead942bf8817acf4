//! The relay.

use super::facts::RelayFacts;
use super::{BY_HAND, Check, Facts, Judgement, UP, fail, pass, skip};
use crate::probe::RelayVerdict;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "relay-url",
        rows: &[34],
        judge: url,
    },
    Check {
        id: "relay",
        rows: &[4, 5, 21],
        judge: relay,
    },
];

fn there(facts: &Facts) -> Result<&RelayFacts, String> {
    let relay = facts.relay.as_ref()?;
    relay.as_ref().ok_or_else(|| "there is no relay".to_owned())
}

fn url(facts: &Facts) -> Judgement {
    let relay = there(facts)?;
    let expected = "both permissions, lambda:InvokeFunctionUrl and lambda:InvokeFunction: since November 2026 one is not enough";
    if let Ok(policy) = &relay.policy
        && !policy.as_ref().is_some_and(|policy| policy.opens_the_url())
    {
        return fail("the relay's address lacks a permission", expected, UP);
    }
    match relay.probe.as_ref()? {
        RelayVerdict::Closed => fail("the relay's address answers 403", expected, UP),
        RelayVerdict::Unreachable(why) => fail(
            format!("the relay cannot be reached: {why}"),
            "an answer at its address",
            BY_HAND,
        ),
        RelayVerdict::Unhealthy { status } => fail(
            format!("the relay's /healthz answers {status}"),
            "200",
            "look into the relay's log, whose name is the stack's output RelayLogGroup",
        ),
        RelayVerdict::Works
        | RelayVerdict::RefusesRedirect { .. }
        | RelayVerdict::LosesState
        | RelayVerdict::OpenRedirect
        | RelayVerdict::OtherCallback { .. } => pass(&relay.url),
    }
}

fn relay(facts: &Facts) -> Judgement {
    match there(facts)?.probe.as_ref()? {
        RelayVerdict::Works => {
            pass("what Alexa sends comes back to her unharmed, and nothing goes elsewhere")
        }
        RelayVerdict::LosesState => fail(
            "the state that comes back to Alexa is not the one that she sent",
            "the same, in every shape",
            "take away what stands before the relay and writes query strings anew; if nothing does: particle-alexa up",
        ),
        RelayVerdict::OpenRedirect => fail(
            "the relay sends users to an address that is not Alexa's",
            "a refusal",
            BY_HAND,
        ),
        RelayVerdict::RefusesRedirect {
            redirect_uri,
            status,
        } => fail(
            format!("the relay refuses {redirect_uri} (status {status})"),
            "a redirect to Particle, for all three hosts and this vendor",
            BY_HAND,
        ),
        RelayVerdict::OtherCallback { callback } => fail(
            format!("the relay has Particle return to {callback}"),
            "the redirect URI that is registered there",
            "use the relay at the address that AWS gave it; if you do: particle-alexa up",
        ),
        RelayVerdict::Closed | RelayVerdict::Unhealthy { .. } | RelayVerdict::Unreachable(_) => {
            skip("see `relay-url`")
        }
    }
}
