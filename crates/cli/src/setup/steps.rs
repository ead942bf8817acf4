//! `up`, step by step. Each step reads, compares, changes only what differs, and reads back.
//!
//! | step | reads | changes |
//! |---|---|---|
//! | sign-ins | who is signed in at AWS, Amazon and Particle | nothing |
//! | skill | the skill that is noted | makes one without an endpoint: Alexa takes one only where the function admits the skill |
//! | stack | | `sam build` and `sam deploy`, which compare by themselves |
//! | endpoint | the manifest | the endpoints, and what else keeps the skill from working |
//! | client | the OAuth clients at Particle, and the one that Alexa uses | makes one; replaces one only with `--rotate` |
//! | linking | the skill's account linking | all of it |
//!
//! The state is written after each step, and before anything that could not be found again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail};
use linking::account_linking::{AccountLinking, AccountLinkingRequest, SCOPE, Scheme};
use linking::aws::{Aws, Build, Deployment, Stack};
use linking::fingerprint::Fingerprint;
use linking::id::{ClientId, FunctionArn, SkillId, VendorId};
use linking::manifest::{Endpoints, Manifest};
use linking::particle::{Client, LOGIN_HOST, PARTICLE, Particle, WEB};
use linking::region::Region;
use linking::smapi::{Error as SmapiError, Update, Vendor};
use secrecy::SecretString;

use super::services::{SECRET, Services};
use super::state::{KeptClient, StateFile};
use super::{Done, Report};

/// What is to be.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The first one has the relay.
    pub(crate) regions: Vec<Region>,
    pub(crate) stack: String,
    /// What the skill is called; `None` for the name in `skill-package/skill.json`.
    pub(crate) name: Option<String>,
    /// A skill that there is already.
    pub(crate) skill: Option<SkillId>,
    pub(crate) vendor: Option<VendorId>,
    pub(crate) relay: bool,
    /// Whether an OAuth client that works is to be replaced.
    pub(crate) rotate: bool,
    /// Whether nothing is to be changed.
    pub(crate) dry_run: bool,
    pub(crate) code: Code,
    /// Parameters of the stack beside those that are known.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The secret of a client that was made elsewhere.
    pub(crate) secret: Option<SecretString>,
}

/// What the stack is made of.
#[derive(Debug)]
pub(crate) enum Code {
    /// A template whose functions are built here.
    Source {
        template: PathBuf,
        folder: PathBuf,
        architecture: Option<String>,
    },
    /// A template that names what was built.
    Built(PathBuf),
}

/// `up`, under way.
pub(crate) struct Up<'a, A> {
    pub(crate) services: &'a Services<A>,
    pub(crate) plan: &'a Plan,
    pub(crate) file: &'a mut StateFile,
    pub(crate) report: &'a mut dyn Report,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What the skill is called.
    pub(crate) name: String,
    /// The client's secret, if it has been seen in this run.
    pub(crate) secret: Option<SecretString>,
}

/// What the stacks tell, as far as later steps need it.
struct Deployed {
    endpoints: BTreeMap<Region, FunctionArn>,
    authorization_url: String,
    redirect_uri: String,
}

/// The client that Alexa is to use.
struct Chosen {
    id: ClientId,
    /// Known only of a client that has just been made, or whose secret was given.
    secret: Option<SecretString>,
}

impl<A: Aws> Up<'_, A> {
    /// All of it; `None` where it is only said what would be done.
    pub(crate) async fn run(mut self) -> anyhow::Result<Option<Outcome>> {
        let vendor = self.sign_ins().await?;
        let skill = self.skill(&vendor).await?;
        let deployed = self.stack(skill.as_ref(), &vendor.id).await?;
        let (Some(skill), Some(deployed)) = (skill, deployed) else {
            // Nothing of the rest is there to be compared with.
            for (step, text) in [
                ("endpoint", "would be set to the function's alias"),
                ("client", "would be made at Particle"),
                ("linking", "would be set, with that client"),
            ] {
                self.done(step, text)?;
            }
            return Ok(None);
        };
        let name = self.endpoint(&skill, &deployed).await?;
        let chosen = self.client(&skill, &deployed).await?;
        let Some(chosen) = chosen else {
            self.done("linking", "would be set, with that client")?;
            return Ok(None);
        };
        let secret = self.linking(&skill, &deployed, chosen).await?;
        if self.plan.dry_run {
            return Ok(None);
        }
        Ok(Some(Outcome { name, secret }))
    }

    fn done(&mut self, step: &'static str, text: impl Into<String>) -> anyhow::Result<()> {
        let text = text.into();
        self.report.done(Done { step, text })
    }

    fn particle(&self) -> anyhow::Result<&Particle> {
        let particle = self.services.particle.as_ref();
        particle.map_err(|why| anyhow!("{why}"))
    }

    /// Who is signed in everywhere. All that is missing is said at once.
    async fn sign_ins(&mut self) -> anyhow::Result<Vendor> {
        let services = self.services;
        let (aws, vendors, user) = {
            let _waiting = self.report.waiting_for("Looking who is signed in");
            let user = async {
                match &services.particle {
                    Ok(particle) => particle.user().await.map_err(|error| error.to_string()),
                    Err(why) => Err(why.clone()),
                }
            };
            tokio::join!(services.aws.identity(), services.smapi.vendors(), user)
        };
        let vendor = match vendors {
            Ok(vendors) => self.vendor(vendors),
            Err(error) => Err(anyhow!(error)),
        };
        match (aws, vendor, user) {
            (Ok(aws), Ok(vendor), Ok(user)) => {
                self.done(
                    "sign-ins",
                    format!(
                        "AWS account {}, Alexa developer {} ({}), Particle user {}",
                        aws.account, vendor.name, vendor.id, user.username
                    ),
                )?;
                Ok(vendor)
            }
            (aws, vendor, user) => {
                let problems = [
                    aws.err().map(|error| error.to_string()),
                    vendor.err().map(|error| format!("{error:#}")),
                    user.err(),
                ];
                let problems: Vec<String> = problems
                    .into_iter()
                    .flatten()
                    .map(|problem| format!("- {}", problem.replace('\n', "\n  ")))
                    .collect();
                bail!("these sign-ins are missing:\n{}", problems.join("\n"))
            }
        }
    }

    /// The developer to whom the skill belongs.
    fn vendor(&self, vendors: Vec<Vendor>) -> anyhow::Result<Vendor> {
        let wanted = self
            .plan
            .vendor
            .as_ref()
            .or(self.file.state.vendor.as_ref());
        let names: Vec<String> = vendors
            .iter()
            .map(|vendor| format!("{} ({})", vendor.id, vendor.name))
            .collect();
        let names = names.join(", ");
        let mut found: Vec<Vendor> = vendors
            .into_iter()
            .filter(|vendor| wanted.is_none_or(|wanted| vendor.id == *wanted))
            .collect();
        match (found.pop(), found.is_empty(), wanted) {
            (Some(vendor), true, _) => Ok(vendor),
            (Some(_), false, _) => {
                bail!("you act for several developers at Amazon: {names}; name one with --vendor")
            }
            (None, _, Some(wanted)) => {
                bail!("you do not act for the developer {wanted} at Amazon, but for {names}")
            }
            (None, _, None) => bail!(
                "you are no developer at Amazon yet: register at https://developer.amazon.com/alexa"
            ),
        }
    }

    /// The skill, without an endpoint if it is new; `None` where it would be made.
    async fn skill(&mut self, vendor: &Vendor) -> anyhow::Result<Option<SkillId>> {
        let smapi = &self.services.smapi;
        let named = self.plan.skill.clone();
        if let Some(id) = named.clone().or_else(|| self.file.state.skill.clone()) {
            match smapi.manifest(&id).await {
                Ok(_) => {
                    self.note(vendor, &id)?;
                    self.done("skill", format!("{id} is there"))?;
                    return Ok(Some(id));
                }
                Err(SmapiError::NotFound { .. }) if named.is_none() => {
                    // Whoever was linked was linked to that skill, so that nobody uses its client any more.
                    self.forget_skill();
                }
                Err(error) => return Err(error).with_context(|| format!("the skill {id}")),
            }
        }
        let manifest = Manifest::new(self.plan.name.as_deref(), &self.plan.regions);
        let name = manifest.name().unwrap_or_default().to_owned();
        let skills = smapi.skills(&vendor.id).await?;
        let same = skills
            .iter()
            .find(|skill| skill.name_by_locale.values().any(|other| *other == name));
        if let Some(skill) = same {
            bail!(
                "there is a skill called \"{name}\" already; to go on with it add `--skill {}`, or give the new one another \
                 name with --name",
                skill.skill_id
            );
        }
        if self.plan.dry_run {
            self.done(
                "skill",
                format!("\"{name}\" would be made, without an endpoint"),
            )?;
            return Ok(None);
        }
        let id = {
            let _waiting = self.report.waiting_for("Making the skill");
            let id = smapi.create(&vendor.id, &manifest).await?;
            // Before anything else can fail: another run must find it.
            self.note(vendor, &id)?;
            smapi.settled(&id).await?;
            id
        };
        self.done("skill", format!("made \"{name}\", {id}"))?;
        Ok(Some(id))
    }

    fn note(&mut self, vendor: &Vendor, skill: &SkillId) -> anyhow::Result<()> {
        if self.plan.dry_run {
            return Ok(());
        }
        self.file.state.vendor = Some(vendor.id.clone());
        self.file.state.skill = Some(skill.clone());
        self.file.save()
    }

    fn forget_skill(&mut self) {
        let state = &mut self.file.state;
        state.skill = None;
        state
            .orphans
            .extend(state.client.take().map(|client| client.id));
    }

    /// The stacks of all regions, brought up to date.
    async fn stack(
        &mut self,
        skill: Option<&SkillId>,
        vendor: &VendorId,
    ) -> anyhow::Result<Option<Deployed>> {
        let plan = self.plan;
        if plan.dry_run {
            return self.planned_stack().await;
        }
        let Some(skill) = skill else {
            return Ok(None);
        };
        self.file.state.stack = Some(plan.stack.clone());
        for region in &plan.regions {
            if !self.file.state.regions.contains(region) {
                self.file.state.regions.push(*region);
            }
        }
        self.file.save()?;
        let aws = &self.services.aws;
        let template = match &plan.code {
            Code::Built(template) => template.clone(),
            Code::Source {
                template,
                folder,
                architecture,
            } => {
                let waiting = self.report.waiting_for("Building the functions");
                let build = Build {
                    template: template.clone(),
                    folder: folder.clone(),
                    architecture: architecture.clone(),
                };
                let line = |line: &str| waiting.set_message(shortened(line));
                aws.build(&build, &line).await?
            }
        };
        let mut stacks = BTreeMap::new();
        for region in &plan.regions {
            let deployment = Deployment {
                region: *region,
                stack: plan.stack.clone(),
                template: template.clone(),
                parameters: self.parameters(*region, skill, vendor),
            };
            let changed = {
                let waiting = self
                    .report
                    .waiting_for(&format!("Deploying {} in {region}", plan.stack));
                let line = |line: &str| waiting.set_message(shortened(line));
                aws.deploy(&deployment, &line).await?
            };
            let stack = aws.stack(*region, &plan.stack).await?;
            let stack = stack.with_context(|| {
                format!(
                    "the stack {} in {region} is not there after all",
                    plan.stack
                )
            })?;
            if !stack.is_complete() {
                bail!(
                    "the stack {} in {region} is {}{}",
                    plan.stack,
                    stack.status,
                    stack
                        .reason
                        .as_ref()
                        .map_or_else(String::new, |reason| format!(": {reason}"))
                );
            }
            let what = if changed {
                "deployed"
            } else {
                "nothing to change"
            };
            self.done("stack", format!("{} in {region}: {what}", plan.stack))?;
            stacks.insert(*region, stack);
        }
        self.deployed(&stacks, vendor).map(Some)
    }

    /// What the stacks have now, where nothing is to be changed.
    async fn planned_stack(&mut self) -> anyhow::Result<Option<Deployed>> {
        let mut stacks = BTreeMap::new();
        let mut missing = false;
        for region in &self.plan.regions {
            let stack = self.services.aws.stack(*region, &self.plan.stack).await?;
            let what = match &stack {
                Some(_) => "would be brought up to date",
                None => "would be deployed",
            };
            self.done("stack", format!("{} in {region}: {what}", self.plan.stack))?;
            match stack.filter(Stack::is_complete) {
                Some(stack) => {
                    stacks.insert(*region, stack);
                }
                None => missing = true,
            }
        }
        match (missing, self.file.state.vendor.clone()) {
            (false, Some(vendor)) => self.deployed(&stacks, &vendor).map(Some),
            (true, _) | (false, None) => Ok(None),
        }
    }

    fn parameters(
        &self,
        region: Region,
        skill: &SkillId,
        vendor: &VendorId,
    ) -> BTreeMap<String, String> {
        let plan = self.plan;
        let mut parameters = Deployment::parameters_of(skill, vendor);
        // One relay serves the users of all three regions.
        let relay = plan.relay && plan.regions.first() == Some(&region);
        let mut set =
            |name: &str, value: &str| parameters.insert(name.to_owned(), value.to_owned());
        set("LinkRelay", if relay { "on" } else { "off" });
        if self.services.particle_url != PARTICLE {
            set("ParticleApiUrl", &self.services.particle_url);
        }
        if let Code::Source {
            architecture: Some(architecture),
            ..
        } = &plan.code
        {
            set("Architecture", architecture);
        }
        parameters.extend(plan.parameters.clone());
        parameters
    }

    /// What the stacks tell.
    fn deployed(
        &self,
        stacks: &BTreeMap<Region, Stack>,
        vendor: &VendorId,
    ) -> anyhow::Result<Deployed> {
        let output = |stack: &Stack, name: &str| {
            let output = stack.outputs.get(name).cloned();
            output.with_context(|| {
                format!(
                    "the stack {} has no output {name}; is its template an older one?",
                    self.plan.stack
                )
            })
        };
        let mut endpoints = BTreeMap::new();
        for (region, stack) in stacks {
            endpoints.insert(*region, output(stack, "SkillEndpoint")?.parse()?);
        }
        let first = self.plan.regions.first().copied();
        let first = first.unwrap_or(Region::NorthAmerica);
        let stack = stacks.get(&first).context("no stack was deployed")?;
        let redirect_uri = match stack.outputs.get("ParticleRedirectUri") {
            Some(uri) => uri.clone(),
            None => first.redirect_uri(vendor),
        };
        Ok(Deployed {
            endpoints,
            authorization_url: output(stack, "AlexaAuthorizationUri")?,
            redirect_uri,
        })
    }

    /// The manifest's endpoints; gives what the skill is called.
    async fn endpoint(&mut self, skill: &SkillId, deployed: &Deployed) -> anyhow::Result<String> {
        let smapi = &self.services.smapi;
        let seen = smapi.manifest(skill).await?;
        let name = seen.value.name().unwrap_or_default().to_owned();
        let endpoints =
            Endpoints::of(deployed.endpoints.clone()).context("no function was deployed")?;
        let wanted = seen.value.completed(&endpoints, &self.plan.regions, false);
        let differences = seen.value.differences(&wanted);
        // What was refused stays refused until it is saved again.
        let refused = matches!(smapi.status(skill).await?, Update::Failed(_));
        if differences.is_empty() && !refused {
            self.done("endpoint", "is set to the function's alias")?;
            return Ok(name);
        }
        let fields: Vec<&str> = differences
            .iter()
            .map(|difference| difference.field.as_str())
            .collect();
        let fields = if fields.is_empty() {
            "nothing but the last change, which Alexa refused".to_owned()
        } else {
            fields.join(", ")
        };
        if self.plan.dry_run {
            self.done("endpoint", format!("would be changed: {fields}"))?;
            return Ok(name);
        }
        {
            let _waiting = self.report.waiting_for("Telling Alexa the endpoint");
            smapi
                .put_manifest(skill, &wanted, seen.etag.as_deref())
                .await?;
        }
        let left = smapi.manifest(skill).await?.value.differences(&wanted);
        if let Some(difference) = left.first() {
            bail!("Alexa took the manifest, but {difference}");
        }
        self.done("endpoint", format!("changed: {fields}"))?;
        Ok(name)
    }

    /// The OAuth client that Alexa is to use; `None` where it would be made.
    async fn client(
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
                format!(" in place of {id}, and every link would end")
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

    /// The skill's account linking.
    async fn linking(
        &mut self,
        skill: &SkillId,
        deployed: &Deployed,
        chosen: Chosen,
    ) -> anyhow::Result<Option<SecretString>> {
        let smapi = &self.services.smapi;
        let Chosen { id, secret } = chosen;
        let mut wanted = AccountLinking::with(
            &self.services.particle_url,
            deployed.authorization_url.clone(),
            &id,
            domains(&self.services.particle_url, &deployed.authorization_url),
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
        if self.plan.dry_run {
            self.done("linking", format!("would be changed: {fields}"))?;
            return Ok(None);
        }
        let Some(secret) = secret else {
            bail!(
                "the skill's account linking differs in {fields}, and to change it takes the secret of {id}, which is kept \
                 nowhere: set {SECRET}, or let `up --rotate` make a new client (then users must link again)"
            );
        };
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

/// Whether the client that Alexa uses can go on being used.
fn works(id: &str, client: Option<&Client>, redirect_uri: &str) -> anyhow::Result<()> {
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

/// The hosts that the login page visits.
fn domains(particle: &str, authorization_url: &str) -> Vec<String> {
    let host = |url: &str| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.split(['/', ':', '?'])
            .next()
            .unwrap_or(rest)
            .to_owned()
    };
    let mut domains = vec![host(particle)];
    if particle == PARTICLE {
        domains.push(LOGIN_HOST.to_owned());
    }
    let page = host(authorization_url);
    if !domains.contains(&page) {
        domains.push(page);
    }
    domains
}

/// The last line of a tool, as far as it fits.
fn shortened(line: &str) -> String {
    line.trim().chars().take(70).collect()
}
