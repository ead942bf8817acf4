//! The OAuth client at Particle, on which all links hang.

use anyhow::Context as _;
use linking::aws::Aws;
use linking::id::{SkillId, shown};
use linking::particle::Client;
use linking::particle::under_way::UnderWay;

use super::{Chosen, Up};
use crate::setup::lost::Lost;
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
        self.lost(&clients).await?;
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
        // Its secret is shown but once, and may be lost on the way here.
        state.under_way = Some(UnderWay::new(&plan.stack, redirect_uri, &clients));
        self.file.save()?;
        let created = self.particle()?.create_client(&plan.stack, redirect_uri);
        let created = match created.await {
            Ok(created) => created,
            Err(error) if error.is_uncertain() => {
                return Err(error).context(
                    "Particle may have made the OAuth client all the same; the next `up`, or `down`, deletes it then",
                );
            }
            Err(error) => {
                self.file.state.under_way = None;
                self.file.save()?;
                return Err(error.into());
            }
        };
        self.file.state.under_way = None;
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

    /// Gives up what there is of a client whose making broke off before this run.
    async fn lost(&mut self, clients: &[Client]) -> anyhow::Result<()> {
        let state = &self.file.state;
        let lost = Lost::find(state, clients, &self.services.smapi).await?;
        for line in lost.advice() {
            self.done("client", line)?;
        }
        if self.plan.dry_run {
            for id in lost.clients {
                let text = format!("{id} would be deleted, since nobody knows its secret");
                self.done("client", text)?;
            }
            return Ok(());
        }
        if self.file.state.under_way.take().is_some() {
            self.file.state.orphans.extend(lost.clients);
            self.file.save()?;
        }
        Ok(())
    }

    /// The client that Alexa uses, whatever it is.
    pub(super) async fn used_client(&self, skill: &SkillId) -> anyhow::Result<Option<String>> {
        let linking = self.services.smapi.account_linking(skill).await?;
        let used = linking.map(|linking| linking.value.client_id);
        Ok(used.filter(|id| !id.is_empty()))
    }
}
