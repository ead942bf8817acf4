//! An OAuth client that was made, and of which nobody knows, since the answer was lost in which Particle said its secret.
//!
//! It is noted [before](UnderWay) one is made, so that the next `up`, or `down`, finds it and deletes it. Nobody can be
//! linked through it. But somebody who shares the Particle account and the developer account, and calls their stack the
//! same, may have made one just like it meanwhile: what a skill of the developer's uses is none.

use std::collections::BTreeSet;
use std::fmt;

use linking::id::{ClientId, SkillId};
use linking::particle::under_way::UnderWay;
use linking::particle::{Client, RedirectUri};
use linking::smapi::{DEVELOPMENT, Skill, Smapi};

use super::state::State;

/// What is said of a client that nobody uses here any more, and that is not deleted.
pub(crate) const ADOPTED: &str =
    "stays, since `up` did not make it: delete it in Particle's console, if nothing else uses it";

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
        let users = Users::find(smapi).await?;
        let mut lost = Self::default();
        for client in candidates {
            match client.id.parse() {
                Ok(id) if client.redirect_uri != RedirectUri::None => {
                    if users.beside(None, &client.id).is_none() {
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

/// The clients that skills of this developer's use. Alexa has one page to which codes are sent for each developer, and
/// the relay knows that one alone, so that no other developer's skill can use a client that was made here.
#[derive(Debug)]
pub(crate) struct Users(Vec<(String, User)>);

/// A skill that uses a client, at one of its stages: one that is published goes on with what it was certified with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct User {
    skill: SkillId,
    stage: String,
}

impl fmt::Display for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} uses it", self.skill)?;
        match self.stage.as_str() {
            DEVELOPMENT => Ok(()),
            stage => write!(formatter, " at its stage {stage}"),
        }
    }
}

impl Users {
    /// Looks at all skills, at each of their stages.
    pub(crate) async fn find(smapi: &Smapi) -> anyhow::Result<Self> {
        let mut users = Vec::new();
        for vendor in smapi.vendors().await? {
            for Skill {
                skill_id: skill,
                stage,
                ..
            } in smapi.skills(&vendor.id).await?
            {
                let linking = smapi.account_linking_at(&skill, &stage).await?;
                let used = linking.map(|linking| linking.value.client_id);
                users.extend(used.map(|used| (used, User { skill, stage })));
            }
        }
        Ok(Self(users))
    }

    /// Who uses a client, beside this skill as it is worked on.
    pub(crate) fn beside(&self, skill: Option<&SkillId>, client: &str) -> Option<&User> {
        let of_client = self.0.iter().filter(|(used, _)| used == client);
        let mut users = of_client.map(|(_, user)| user);
        users.find(|user| Some(&user.skill) != skill || user.stage != DEVELOPMENT)
    }
}
