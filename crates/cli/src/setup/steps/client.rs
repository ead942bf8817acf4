//! The OAuth client at Particle, on which all links hang.

use anyhow::Context as _;
use linking::aws::Aws;
use linking::id::{SkillId, shown};

use super::{Chosen, Up};
use crate::setup::state::KeptClient;

impl<A: Aws> Up<'_, A> {
    /// The OAuth client that Alexa is to use; `None` where it would be made.
    ///
    /// One that she uses already was [compared](super::compare) with what is wanted. There is no redirect URI yet where it
    /// is that of a relay that would be made.
    pub(super) async fn client(
        &mut self,
        skill: &SkillId,
        redirect_uri: Option<&str>,
    ) -> anyhow::Result<Option<Chosen>> {
        let plan = self.plan;
        let used = self.used_client(skill).await?;
        let clients = self.particle()?.clients().await?;
        if let Some(used) = &used
            && !plan.rotate
        {
            let id = used.parse()?;
            self.done("client", format!("{id} is kept: all links hang on it"))?;
            return Ok(Some(Chosen {
                id,
                secret: plan.secret.clone(),
            }));
        }
        if plan.dry_run {
            let redirect_uri = redirect_uri.unwrap_or("the address that the relay gets");
            let instead = used.map_or_else(String::new, |id| {
                format!(" in place of {}, and every link would end", shown(&id))
            });
            self.done(
                "client",
                format!("would be made at Particle for {redirect_uri}{instead}"),
            )?;
            return Ok(None);
        }
        let redirect_uri = redirect_uri.context("no stack tells a redirect URI")?;
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

    /// The client that Alexa uses, whatever it is.
    pub(super) async fn used_client(&self, skill: &SkillId) -> anyhow::Result<Option<String>> {
        let linking = self.services.smapi.account_linking(skill).await?;
        let used = linking.map(|linking| linking.value.client_id);
        Ok(used.filter(|id| !id.is_empty()))
    }
}
