//! The OAuth client at Particle, on which all links hang.

use anyhow::{Context as _, ensure};
use linking::aws::Aws;
use linking::id::{SkillId, shown};
use linking::particle::Client;
use linking::particle::under_way::UnderWay;

use super::compare::Standing;
use super::{Chosen, Up};
use crate::setup::lost::{ADOPTED, Lost, Users};
use crate::setup::state::KeptClient;

impl<A: Aws> Up<'_, A> {
    /// The OAuth client that Alexa is to use; `None` where it would be made.
    ///
    /// One that she uses already was [compared](super::compare) with what is wanted. There is no redirect URI yet where it
    /// is that of a relay that would be made.
    pub(super) async fn client(
        &mut self,
        skill: &SkillId,
        standing: &Standing,
        redirect_uri: Option<&str>,
    ) -> anyhow::Result<Option<Chosen>> {
        let plan = self.plan;
        let linking = self.services.smapi.account_linking(skill).await?;
        let used = self.linked_client(linking.map(|linking| linking.value).as_ref());
        ensure!(
            used == standing.client,
            "somebody has changed the skill's account linking meanwhile: run `up` again"
        );
        let clients = self.particle()?.clients().await?;
        self.lost(&clients).await?;
        if let Some(used) = &used
            && !plan.rotate
        {
            let id = used.parse()?;
            self.done("client", format!("{id} is kept: all links hang on it"))?;
            let client = clients.iter().find(|client| client.id == *used);
            return Ok(Some(Chosen {
                id,
                secret: plan.secret.clone(),
                adopted: client.is_some_and(|client| self.is_adopted(client)),
            }));
        }
        if plan.dry_run {
            let redirect_uri = redirect_uri.unwrap_or("the address that the relay gets");
            let instead = used.as_ref().map_or_else(String::new, |id| {
                format!(" in place of {}, and every link would end", shown(id))
            });
            self.done(
                "client",
                format!("would be made at Particle for {redirect_uri}{instead}"),
            )?;
            let replaced = clients
                .iter()
                .find(|client| Some(&client.id) == used.as_ref());
            if let Some(replaced) = replaced {
                let fate = self.fate(replaced, skill).await?;
                self.done("client", fate)?;
            }
            return Ok(None);
        }
        let redirect_uri = redirect_uri.context("no stack tells a redirect URI")?;
        let replaced = clients
            .iter()
            .find(|client| Some(&client.id) == used.as_ref());
        let (stays, goes): (Vec<&Client>, Vec<&Client>) = replaced
            .into_iter()
            .partition(|client| self.is_adopted(client));
        for Client { id, .. } in stays {
            self.done("client", format!("{} {ADOPTED}", shown(id)))?;
        }
        // What was made and never told to Alexa is worth nothing: its secret is lost.
        let state = &mut self.file.state;
        state.give_up_client();
        let goes = goes.iter().filter_map(|client| client.id.parse().ok());
        for replaced in goes {
            if !state.orphans.contains(&replaced) {
                state.orphans.push(replaced);
            }
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
            adopted: false,
        });
        self.file.save()?;
        self.done("client", format!("made {} for {redirect_uri}", created.id))?;
        Ok(Some(Chosen {
            id: created.id,
            secret: Some(created.secret),
            adopted: false,
        }))
    }

    /// Whether it is not for `up` to delete: it did not make it. One whose note is lost is known by its name.
    fn is_adopted(&self, client: &Client) -> bool {
        let state = &self.file.state;
        match &state.client {
            Some(kept) if kept.id.as_str() == client.id => kept.adopted,
            _ => !state.knows_client(&client.id) && client.name != self.plan.stack,
        }
    }

    /// What would become of a client that is replaced.
    async fn fate(&self, client: &Client, skill: &SkillId) -> anyhow::Result<String> {
        let id = shown(&client.id);
        if self.is_adopted(client) {
            return Ok(format!("{id} {ADOPTED}"));
        }
        let users = Users::find(&self.services.smapi).await?;
        Ok(match users.beside(Some(skill), &client.id) {
            Some(user) => format!("{id} would stay: {user}"),
            None => format!("{id} would be deleted, which no other skill of yours uses"),
        })
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
}
