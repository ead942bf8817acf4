//! The OAuth client at Particle, on which all links hang.

use anyhow::bail;
use linking::aws::Aws;
use linking::id::{SkillId, shown};
use linking::particle::{Client, WEB};

use super::{Chosen, Deployed, Up};
use crate::setup::state::KeptClient;

impl<A: Aws> Up<'_, A> {
    /// The OAuth client that Alexa is to use; `None` where it would be made.
    pub(super) async fn client(
        &mut self,
        skill: &SkillId,
        deployed: &Deployed,
    ) -> anyhow::Result<Option<Chosen>> {
        let plan = self.plan;
        let linking = self.services.smapi.account_linking(skill).await?;
        let used = linking
            .map(|linking| linking.value.client_id)
            .filter(|id| !id.is_empty());
        let clients = self.particle()?.clients().await?;
        if let Some(used) = &used
            && !plan.rotate
        {
            let client = clients.iter().find(|client| client.id == *used);
            works(used, client, &deployed.redirect_uri)?;
            let id = used.parse()?;
            self.done("client", format!("{id} is kept: all links hang on it"))?;
            return Ok(Some(Chosen {
                id,
                secret: plan.secret.clone(),
            }));
        }
        let redirect_uri = &deployed.redirect_uri;
        if plan.dry_run {
            let instead = used.map_or_else(String::new, |id| {
                format!(" in place of {}, and every link would end", shown(&id))
            });
            self.done(
                "client",
                format!("would be made at Particle for {redirect_uri}{instead}"),
            )?;
            return Ok(None);
        }
        // What was made and never told to Alexa is worth nothing: its secret is lost. What she was told and has forgotten
        // is of no more use.
        let state = &mut self.file.state;
        let unused = state
            .client
            .take_if(|client| !client.linked || plan.rotate || used.is_none());
        state.orphans.extend(unused.map(|client| client.id));
        let ours = |used: &&String| clients.iter().any(|client| client.id == **used);
        let replaced = used
            .as_ref()
            .filter(ours)
            .and_then(|used| used.parse().ok());
        if let Some(replaced) = replaced
            && !state.orphans.contains(&replaced)
        {
            state.orphans.push(replaced);
        }
        self.file.save()?;
        let created = self
            .particle()?
            .create_client(&plan.stack, redirect_uri)
            .await?;
        self.file.state.client = Some(KeptClient {
            id: created.id.clone(),
            fingerprint: None,
            linked: false,
        });
        self.file.save()?;
        self.done("client", format!("made {} for {redirect_uri}", created.id))?;
        Ok(Some(Chosen {
            id: created.id,
            secret: Some(created.secret),
        }))
    }
}

/// Whether the client that Alexa uses can go on being used.
fn works(id: &str, client: Option<&Client>, redirect_uri: &str) -> anyhow::Result<()> {
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
    if !registered.iter().any(|uri| uri == redirect_uri) {
        bail!(
            "the OAuth client {id} has the redirect URI {}, and should have {redirect_uri}; Particle cannot change it: {mend}",
            registered.join(", ")
        );
    }
    Ok(())
}
