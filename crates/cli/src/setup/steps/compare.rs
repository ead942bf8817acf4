//! What stands, compared with what is to be, before anything is changed.
//!
//! All links hang on the OAuth client, and the client on its redirect URI, which Particle cannot change. That URI is one of
//! Alexa's addresses, or the relay's, which AWS makes up anew for each relay: one that is gone never comes back.

use std::collections::BTreeMap;

use anyhow::{bail, ensure};
use linking::account_linking::{AccountLinking, Scheme, authorization_url};
use linking::aws::{Aws, Stack};
use linking::id::{SkillId, VendorId, shown};
use linking::particle::{Client, RedirectUri, WEB};
use linking::probe::{self, AuthorizeVerdict};
use linking::region::{REGIONS, Region, codes, redirect_uris};

use super::{Entrance, Up};
use crate::setup::services::SECRET;

/// The outputs of a stack by which users come in.
const AUTHORIZATION_URL: &str = "AlexaAuthorizationUri";
const REDIRECT_URI: &str = "ParticleRedirectUri";

/// The parameter of a stack with the processor.
pub(super) const ARCHITECTURE: &str = "Architecture";

/// How AWS shows a parameter that is not to be shown.
const HIDDEN: &str = "****";

/// What stands, and what was chosen.
#[derive(Debug)]
pub(super) struct Standing {
    /// The stacks of this name, by region.
    pub(super) stacks: BTreeMap<Region, Stack>,
    /// Where each relay is that there is.
    pub(super) relays: BTreeMap<Region, Entrance>,
    /// Whether there is to be one.
    pub(super) relay: bool,
    pub(super) architecture: Option<String>,
    /// Where users are to come in; `None` where it is by a relay that is still to be made.
    pub(super) entrance: Option<Entrance>,
    /// The skill's account linking.
    pub(super) linking: Option<AccountLinking>,
    /// The OAuth client on which the links hang.
    pub(super) client: Option<String>,
}

impl Standing {
    /// How Alexa is to show who she is: Particle takes either, and a proxy before another cloud may take one only.
    pub(super) fn scheme(&self) -> Scheme {
        let seen = self.linking.as_ref();
        match seen.map(|linking| &linking.access_token_scheme) {
            Some(Scheme::RequestBodyCredentials) => Scheme::RequestBodyCredentials,
            _ => Scheme::HttpBasic,
        }
    }

    /// What is set of the stacks that there are and is not named now, for a stack that is still to be made. One that stands
    /// keeps what it has.
    pub(super) fn settings(&self, regions: &[Region], region: Region) -> BTreeMap<String, String> {
        if self.stacks.contains_key(&region) {
            return BTreeMap::new();
        }
        let mut served = regions.iter().filter_map(|region| self.stacks.get(region));
        let other = served.next().or_else(|| self.stacks.values().next());
        let set = other.map(|stack| stack.parameters.clone());
        let mut set = set.unwrap_or_default();
        set.retain(|_, value| value != HIDDEN);
        set
    }

    /// Whether there is to be a relay in this region.
    pub(super) fn wants_relay(&self, regions: &[Region], region: Region) -> bool {
        // One relay serves the users of all three regions.
        self.relay && regions.first() == Some(&region)
    }
}

impl<A: Aws> Up<'_, A> {
    /// Looks at what stands, and refuses what would end the links.
    pub(super) async fn compare(
        &self,
        skill: Option<&SkillId>,
        vendor: &VendorId,
    ) -> anyhow::Result<Standing> {
        let (plan, state) = (self.plan, &self.file.state);
        if let Some(noted) = state.stack.as_ref().filter(|noted| **noted != plan.stack) {
            ensure!(
                !state.has_stacks(),
                "the stacks of this set-up are called {noted}, and to call them {} is to make others: take these down first \
                 with `down`, or note the others elsewhere with --state",
                plan.stack
            );
        }
        let mut stacks = BTreeMap::new();
        for region in REGIONS {
            let known = plan.regions.iter().chain(&state.regions);
            if known.chain(&state.left_out).any(|known| *known == region)
                && let Some(stack) = self.services.aws.stack(region, &plan.stack).await?
            {
                stacks.insert(region, stack);
            }
        }
        self.serves_nobody_else(&stacks, skill, vendor).await?;
        let relays: BTreeMap<Region, Entrance> = stacks
            .iter()
            .filter_map(|(region, stack)| Some((*region, relay_of(stack, vendor)?)))
            .collect();
        let first = plan.regions.first().copied();
        let first = first.unwrap_or(Region::NorthAmerica);
        let relay = plan.relay.or(state.relay).unwrap_or_else(|| {
            let stack = stacks.get(&first);
            let relay = stack.and_then(|stack| stack.parameters.get("LinkRelay"));
            relay.is_none_or(|relay| relay == "on")
        });
        let architecture = plan.architecture.clone().or(state.architecture.clone());
        let architecture = architecture.or_else(|| {
            let mut parameters = stacks.values().map(|stack| &stack.parameters);
            parameters.find_map(|given| given.get(ARCHITECTURE).cloned())
        });
        let entrance = match relay {
            true => relays.get(&first).cloned(),
            false => Some(self.without_relay(first, vendor)),
        };
        let linking = match skill {
            Some(skill) => self.services.smapi.account_linking(skill).await?,
            None => None,
        };
        let linking = linking.map(|linking| linking.value);
        let client = self.linked_client(linking.as_ref());
        let standing = Standing {
            relay,
            architecture,
            entrance,
            stacks,
            relays,
            linking,
            client,
        };
        if let Some(id) = &standing.client
            && !plan.rotate
        {
            let clients = self.particle()?.clients().await?;
            let client = clients.iter().find(|client| client.id == *id);
            self.works(id, client, &standing, vendor).await?;
            ensure!(
                standing.linking.is_some() || plan.secret.is_some(),
                "Alexa says that the skill has no account linking, and she was told of the OAuth client {id}, on which all links \
                 hang. Nothing was changed. If she says so again, set {SECRET} to the secret of {id}, and `up` sets it anew; \
                 where that is lost, `up --rotate` makes a new client, and all users must link again"
            );
            if let (Some(seen), Some(entrance)) = (&standing.linking, &standing.entrance) {
                self.can_be_set(id, entrance, seen)?;
            }
        }
        Ok(standing)
    }

    /// The OAuth client on which the links hang: the one that Alexa names, or else the one that she was told of. That she
    /// names none for once proves nothing.
    pub(super) fn linked_client(&self, linking: Option<&AccountLinking>) -> Option<String> {
        let named = linking.map(|linking| linking.client_id.clone());
        let kept = self.file.state.client.as_ref();
        let kept = kept.filter(|client| client.linked);
        let told = kept.map(|client| client.id.to_string());
        named.filter(|id| !id.is_empty()).or(told)
    }

    /// Refuses to take a stack away from another skill: it serves one alone.
    async fn serves_nobody_else(
        &self,
        stacks: &BTreeMap<Region, Stack>,
        skill: Option<&SkillId>,
        vendor: &VendorId,
    ) -> anyhow::Result<()> {
        // Where they are this set-up's, another skill is one that is gone, or a mistake to be mended.
        if self.file.state.stack.is_some() {
            return Ok(());
        }
        for (region, stack) in stacks {
            let Some(served) = stack.parameters.get("AlexaSkillId") else {
                continue;
            };
            if skill.is_some_and(|skill| skill.as_str() == served) {
                continue;
            }
            let skills = self.services.smapi.skills(vendor).await?;
            let is_there = skills.iter().any(|skill| skill.skill_id.as_str() == served);
            ensure!(
                !is_there,
                "the stack {} in {region} serves the skill {served}, whose function would be lost. Nothing was changed: give this \
                 one another with --stack, or go on with that skill: `up --skill {served}`",
                self.plan.stack
            );
        }
        Ok(())
    }

    /// Where users come in without a relay.
    pub(super) fn without_relay(&self, first: Region, vendor: &VendorId) -> Entrance {
        Entrance {
            authorization_url: authorization_url(&self.services.particle_url),
            redirect_uri: first.redirect_uri(vendor),
        }
    }

    /// Whether the client that Alexa uses can go on being used.
    async fn works(
        &self,
        id: &str,
        client: Option<&Client>,
        standing: &Standing,
        vendor: &VendorId,
    ) -> anyhow::Result<()> {
        let id = shown(id);
        let mend = "`up --rotate` makes a new client; then all users must link again";
        let Some(client) = client else {
            bail!(
                "Alexa uses the OAuth client {id}, which is none of this Particle user's. Log in as its owner with `particle \
                 login`, or: {mend}"
            );
        };
        if client.kind != WEB {
            bail!(
                "the OAuth client {id} is of the type {}, and must be {WEB}: {mend}",
                client.kind
            );
        }
        let registered = client.redirect_uri.all();
        let wanted = standing.entrance.as_ref();
        if wanted.is_some_and(|wanted| registered.contains(&wanted.redirect_uri)) {
            return Ok(());
        }
        // Particle's list does not always tell, but its page does.
        if let Some(wanted) = wanted
            && client.redirect_uri == RedirectUri::None
            && !self.is_refused(&client.id, &wanted.redirect_uri).await
        {
            return Ok(());
        }
        let wanted = wanted.map_or(
            "the address of a relay that is still to be made",
            |wanted| &wanted.redirect_uri,
        );
        let kept = self.keeping(registered, standing, vendor);
        let kept = kept.map_or_else(String::new, |command| {
            format!("`{command}` keeps it as it is, and ")
        });
        let registered = match registered {
            [] => "another redirect URI".to_owned(),
            registered => format!("the redirect URI {}", registered.join(", ")),
        };
        bail!(
            "the OAuth client {id} has {registered}, and should have {wanted}; Particle cannot change it. Nothing was changed: \
             {kept}{mend}"
        )
    }

    /// Whether Particle's page says that the client is sent codes elsewhere.
    async fn is_refused(&self, client: &str, redirect_uri: &str) -> bool {
        let page = authorization_url(&self.services.particle_url);
        let verdict = probe::authorize(&self.services.http, &page, client, redirect_uri).await;
        verdict == AuthorizeVerdict::OtherRedirect
    }

    /// The command that serves these regions by the entrance that the client has.
    fn keeping(
        &self,
        registered: &[String],
        standing: &Standing,
        vendor: &VendorId,
    ) -> Option<String> {
        let relays = standing.relays.iter();
        let mut relays = relays.filter(|(_, at)| registered.contains(&at.redirect_uri));
        let (first, relay) = match relays.next() {
            Some((region, _)) => (*region, "on"),
            None => {
                let own = |region: &Region| registered.contains(&region.redirect_uri(vendor));
                (REGIONS.into_iter().find(own)?, "off")
            }
        };
        let others = self.plan.regions.iter().copied();
        let others = others.filter(|region| *region != first);
        let regions: Vec<Region> = [first].into_iter().chain(others).collect();
        Some(format!("up --regions {} --relay {relay}", codes(&regions)))
    }
}

/// The relay of a stack, if it has one.
fn relay_of(stack: &Stack, vendor: &VendorId) -> Option<Entrance> {
    let redirect_uri = stack.outputs.get(REDIRECT_URI)?;
    if redirect_uris(vendor).contains(redirect_uri) {
        return None;
    }
    Some(Entrance {
        authorization_url: stack.outputs.get(AUTHORIZATION_URL)?.clone(),
        redirect_uri: redirect_uri.clone(),
    })
}
