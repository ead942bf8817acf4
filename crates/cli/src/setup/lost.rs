//! An OAuth client that was made, and of which nobody knows, since the answer was lost in which Particle said its secret.
//!
//! It is noted [before](UnderWay) one is made, so that the next `up`, or `down`, finds it and deletes it. Nobody can be
//! linked through it. But somebody who shares the Particle account and the developer account, and calls their stack the
//! same, may have made one just like it meanwhile: what a skill of the developer's uses is none.

use std::collections::BTreeSet;

use linking::id::ClientId;
use linking::particle::under_way::UnderWay;
use linking::particle::{Client, RedirectUri};
use linking::smapi::Smapi;

use super::state::State;

/// What is there of a client whose making broke off.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Lost {
    /// Those that were made for nothing.
    pub(crate) clients: Vec<ClientId>,
    /// Those that may have been: Particle does not tell where they are sent codes.
    pub(crate) unclear: Vec<String>,
}

impl Lost {
    /// Looks for it among these clients, as the state has it.
    pub(crate) async fn find(
        state: &State,
        listed: &[Client],
        smapi: &Smapi,
    ) -> anyhow::Result<Self> {
        let Some(under_way) = &state.under_way else {
            return Ok(Self::default());
        };
        let candidates = unknown(under_way, state, listed);
        if candidates.is_empty() {
            return Ok(Self::default());
        }
        let used = used(smapi).await?;
        let mut lost = Self::default();
        for client in candidates {
            match client.id.parse() {
                Ok(id) if client.redirect_uri != RedirectUri::None => {
                    if !used.contains(&client.id) {
                        lost.clients.push(id);
                    }
                }
                Ok(_) | Err(_) => lost.unclear.push(client.id.clone()),
            }
        }
        Ok(lost)
    }

    /// What is said of each that is not deleted.
    pub(crate) fn advice(&self) -> impl Iterator<Item = String> {
        self.unclear.iter().map(|id| {
            format!(
                "{} may have been made for nothing, but Particle does not tell where it is sent codes: if you do not know \
                 it, delete it in Particle's console",
                linking::id::shown(id)
            )
        })
    }
}

/// Those that the state does not know.
fn unknown<'a>(under_way: &'a UnderWay, state: &State, listed: &'a [Client]) -> Vec<&'a Client> {
    let kept = state.client.iter().map(|client| &client.id);
    let known: BTreeSet<&str> = kept.chain(&state.orphans).map(ClientId::as_str).collect();
    let candidates = under_way.candidates(listed);
    let unknown = candidates.filter(|client| !known.contains(client.id.as_str()));
    unknown.collect()
}

/// The clients that any skill of this developer's uses. Alexa has one page to which codes are sent for each developer, and
/// the relay knows that one alone, so that no other developer's skill can use a client that was made here.
async fn used(smapi: &Smapi) -> anyhow::Result<BTreeSet<String>> {
    let mut used = BTreeSet::new();
    for vendor in smapi.vendors().await? {
        for skill in smapi.skills(&vendor.id).await? {
            let linking = smapi.account_linking(&skill.skill_id).await?;
            used.extend(linking.map(|linking| linking.value.client_id));
        }
    }
    Ok(used)
}
