//! The skill's account linking, and the clients that nobody uses after it.

use anyhow::{Context as _, bail, ensure};
use linking::Difference;
use linking::account_linking::{AccountLinking, AccountLinkingRequest, domains};
use linking::aws::Aws;
use linking::fingerprint::Fingerprint;
use linking::id::{ClientId, SkillId};
use secrecy::SecretString;

use super::{Chosen, Entrance, Up};
use crate::setup::lost::Users;
use crate::setup::services::SECRET;
use crate::setup::state::KeptClient;

/// Why the same is sent twice.
const NO_NOTE: &str = "no note says that Alexa has it";

/// The fields without which links fail.
fn missing(differences: &[Difference]) -> Vec<&str> {
    let fields = differences
        .iter()
        .map(|difference| difference.field.as_str());
    fields
        .filter(|field| !AccountLinking::does_without(field))
        .collect()
}

impl<A: Aws> Up<'_, A> {
    /// The skill's account linking.
    pub(super) async fn linking(
        &mut self,
        skill: &SkillId,
        entrance: &Entrance,
        chosen: Chosen,
    ) -> anyhow::Result<Option<SecretString>> {
        let smapi = &self.services.smapi;
        let Chosen {
            id,
            secret,
            adopted,
        } = chosen;
        let seen = smapi.account_linking(skill).await?;
        let wanted = self.wanted(&id, entrance, seen.as_ref().map(|seen| &seen.value));
        let differences = match &seen {
            Some(seen) => seen.value.differences(&wanted),
            None => AccountLinking::default().differences(&wanted),
        };
        let kept = self.file.state.client.as_ref();
        let told = |secret| kept.and_then(|client| client.was_told(id.as_str(), secret));
        let told = secret.as_ref().map(told);
        let fresh = told.is_some_and(|told| told != Some(true));
        let fields: Vec<&str> = differences
            .iter()
            .map(|difference| difference.field.as_str())
            .collect();
        if differences.is_empty() && !fresh {
            self.keep(id, None, adopted)?;
            self.done("linking", "is set")?;
            return self.tidy(secret).await;
        }
        if secret.is_none() && seen.is_some() && missing(&differences).is_empty() {
            self.keep(id, None, adopted)?;
            let fields = fields.join(", ");
            let text =
                format!("is set; {fields} would be others, and to change it takes the secret");
            self.done("linking", text)?;
            return self.tidy(secret).await;
        }
        let fields = if fields.is_empty() {
            "clientSecret".to_owned()
        } else {
            fields.join(", ")
        };
        // Alexa tells nobody which secret she has, so without a note it is sent each time.
        let again = differences.is_empty() && told == Some(None);
        let secret = secret.context(
            "somebody has changed the skill's account linking meanwhile: run `up` again",
        )?;
        if self.plan.dry_run {
            let text = match again {
                true => format!("the secret would be sent again, since {NO_NOTE}"),
                false => format!("would be changed: {fields}"),
            };
            self.done("linking", text)?;
            return Ok(None);
        }
        let request = AccountLinkingRequest {
            linking: wanted,
            client_secret: secret.clone(),
            skip_on_enablement: false,
        };
        let etag = seen.and_then(|seen| seen.etag);
        smapi
            .put_account_linking(skill, &request, etag.as_deref())
            .await?;
        let back = smapi.account_linking(skill).await?;
        let back = back.context("Alexa took the account linking, and has none")?;
        if let Some(difference) = back.value.differences(&request.linking).first() {
            bail!("Alexa took the account linking, but {difference}");
        }
        self.keep(id, Some(&secret), adopted)?;
        let text = match again {
            true => format!("is set; sent the secret again, since {NO_NOTE}"),
            false => format!("set: {fields}, scope {}", request.linking.scopes.join(" ")),
        };
        self.done("linking", text)?;
        self.tidy(Some(secret)).await
    }

    /// What the account linking is to be; what works as somebody chose it stays so.
    fn wanted(
        &self,
        id: &ClientId,
        entrance: &Entrance,
        seen: Option<&AccountLinking>,
    ) -> AccountLinking {
        let wanted = AccountLinking::with(
            &self.services.particle_url,
            entrance.authorization_url.clone(),
            id,
            domains([&self.services.particle_url, &entrance.authorization_url]),
        );
        match seen {
            Some(seen) => wanted.with_choices_of(seen),
            None => wanted,
        }
    }

    /// Refuses what takes a secret that was not given: every change of account linking that there is does.
    pub(super) fn can_be_set(
        &self,
        id: &str,
        entrance: &Entrance,
        seen: &AccountLinking,
    ) -> anyhow::Result<()> {
        let wanted = self.wanted(&id.parse()?, entrance, Some(seen));
        let differences = seen.differences(&wanted);
        let missing = missing(&differences);
        ensure!(
            self.plan.secret.is_some() || missing.is_empty(),
            "the skill's account linking differs in {}, and to change it takes the secret of {id}, which is kept nowhere. \
             Nothing was changed: set {SECRET}, or let `up --rotate` make a new client (then users must link again)",
            missing.join(", ")
        );
        Ok(())
    }

    /// Notes that Alexa uses this client.
    fn keep(
        &mut self,
        id: ClientId,
        secret: Option<&SecretString>,
        adopted: bool,
    ) -> anyhow::Result<()> {
        if self.plan.dry_run {
            return Ok(());
        }
        let state = &mut self.file.state;
        let known = state.client.take();
        let unused = known
            .as_ref()
            .filter(|client| client.id != id && !client.linked && !client.adopted);
        state.orphans.extend(unused.map(|client| client.id.clone()));
        // A run with --rotate that broke off may have meant to replace it.
        state.orphans.retain(|orphan| *orphan != id);
        let known = known.filter(|client| client.id == id && client.linked);
        let fingerprint = match secret {
            Some(secret) => Some(Fingerprint::of(secret)?),
            None => known.and_then(|client| client.fingerprint),
        };
        self.file.state.client = Some(KeptClient {
            id,
            fingerprint,
            linked: true,
            adopted,
        });
        self.file.save()
    }

    /// Deletes the clients that nobody uses any more.
    async fn tidy(&mut self, secret: Option<SecretString>) -> anyhow::Result<Option<SecretString>> {
        if self.plan.dry_run {
            return Ok(secret);
        }
        let orphans = self.file.state.orphans.clone();
        if orphans.is_empty() {
            return Ok(secret);
        }
        let users = {
            let _waiting = self
                .report
                .waiting_for("Looking who uses the OAuth clients");
            Users::find(&self.services.smapi).await?
        };
        for orphan in orphans {
            if let Some(user) = users.beside(None, orphan.as_str()) {
                self.done("client", format!("{orphan} stays: {user}"))?;
                continue;
            }
            let was_there = self.particle()?.delete_client(orphan.as_str()).await?;
            self.file.state.orphans.retain(|other| *other != orphan);
            self.file.save()?;
            let text = match was_there {
                true => format!("deleted {orphan}, which no skill of yours uses any more"),
                false => format!("{orphan} was gone already"),
            };
            self.done("client", text)?;
        }
        Ok(secret)
    }
}
