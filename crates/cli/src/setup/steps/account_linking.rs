//! The skill's account linking, and the clients that nobody uses after it.

use anyhow::{Context as _, bail};
use linking::account_linking::{AccountLinking, AccountLinkingRequest, SCOPE, Scheme, domains};
use linking::aws::Aws;
use linking::fingerprint::Fingerprint;
use linking::id::{ClientId, SkillId};
use secrecy::SecretString;

use super::{Chosen, Entrance, Up};
use crate::setup::services::SECRET;
use crate::setup::state::KeptClient;

impl<A: Aws> Up<'_, A> {
    /// The skill's account linking.
    pub(super) async fn linking(
        &mut self,
        skill: &SkillId,
        entrance: &Entrance,
        chosen: Chosen,
    ) -> anyhow::Result<Option<SecretString>> {
        let smapi = &self.services.smapi;
        let Chosen { id, secret } = chosen;
        let mut wanted = AccountLinking::with(
            &self.services.particle_url,
            entrance.authorization_url.clone(),
            &id,
            domains([&self.services.particle_url, &entrance.authorization_url]),
        );
        let seen = smapi.account_linking(skill).await?;
        // Particle takes either, and a proxy before another cloud may take one only.
        if let Some(seen) = &seen
            && seen.value.access_token_scheme == Scheme::RequestBodyCredentials
        {
            wanted.access_token_scheme = Scheme::RequestBodyCredentials;
        }
        let differences = match &seen {
            Some(seen) => seen.value.differences(&wanted),
            None => AccountLinking::default().differences(&wanted),
        };
        let kept = self.file.state.client.as_ref();
        let told = kept.is_some_and(|client| client.id == id && client.linked);
        let fresh = match (&secret, kept.and_then(|client| client.fingerprint.as_ref())) {
            (Some(secret), Some(fingerprint)) => !fingerprint.fits(secret),
            (Some(_), None) => !told,
            (None, _) => false,
        };
        if differences.is_empty() && !fresh {
            self.keep(id, None)?;
            self.done("linking", "is set")?;
            return self.tidy(secret).await;
        }
        let fields: Vec<&str> = differences
            .iter()
            .map(|difference| difference.field.as_str())
            .collect();
        let fields = if fields.is_empty() {
            "clientSecret".to_owned()
        } else {
            fields.join(", ")
        };
        let Some(secret) = secret else {
            bail!(
                "the skill's account linking differs in {fields}, and to change it takes the secret of {id}, which is kept \
                 nowhere: set {SECRET}, or let `up --rotate` make a new client (then users must link again)"
            );
        };
        if self.plan.dry_run {
            self.done("linking", format!("would be changed: {fields}"))?;
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
        self.keep(id, Some(&secret))?;
        self.done("linking", format!("set: {fields}, scope {SCOPE}"))?;
        self.tidy(Some(secret)).await
    }

    /// Notes that Alexa uses this client.
    fn keep(&mut self, id: ClientId, secret: Option<&SecretString>) -> anyhow::Result<()> {
        if self.plan.dry_run {
            return Ok(());
        }
        let state = &mut self.file.state;
        let known = state.client.take();
        let unused = known
            .as_ref()
            .filter(|client| client.id != id && !client.linked);
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
        });
        self.file.save()
    }

    /// Deletes the clients that nobody uses any more.
    async fn tidy(&mut self, secret: Option<SecretString>) -> anyhow::Result<Option<SecretString>> {
        if self.plan.dry_run {
            return Ok(secret);
        }
        while let Some(orphan) = self.file.state.orphans.first().cloned() {
            self.particle()?.delete_client(orphan.as_str()).await?;
            self.file.state.orphans.retain(|other| *other != orphan);
            self.file.save()?;
            self.done(
                "client",
                format!("deleted {orphan}, which nobody uses any more"),
            )?;
        }
        Ok(secret)
    }
}
