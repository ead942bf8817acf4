//! The accounts in which a set-up is. In others nothing of it is found, which looks as if it were gone.

use anyhow::{bail, ensure};
use linking::id::VendorId;
use linking::smapi::Vendor;

use super::state::{State, StateFile};

/// Who is signed in, where that was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accounts {
    /// The number of the account at AWS.
    pub(crate) aws: Option<String>,
    /// The user at Particle.
    pub(crate) particle: Option<String>,
}

impl Accounts {
    /// Refuses others than those that things were made in, as far as that is noted and anything is there.
    pub(crate) fn check(&self, file: &StateFile) -> anyhow::Result<()> {
        let state = &file.state;
        let noted = state.aws_account.as_ref().filter(|_| state.has_stacks());
        if let (Some(noted), Some(now)) = (noted, &self.aws) {
            ensure!(
                noted == now,
                "this was set up in the AWS account {noted}, and you are signed in to {now}. Nothing was changed: sign in there, \
                 or name another note with --state"
            );
        }
        let noted = state.particle_user.as_ref().filter(|_| state.has_clients());
        if let (Some(noted), Some(now)) = (noted, &self.particle) {
            ensure!(
                noted == now,
                "the OAuth client of this set-up was made by the Particle user {noted}, and you are logged in as {now}. Nothing \
                 was changed: `particle login` as {noted}, or name another note with --state. If it is the same user under a new \
                 name, write that into {}",
                file.path().display()
            );
        }
        Ok(())
    }

    /// Notes them, once they are known to be the right ones.
    pub(crate) fn note(&self, state: &mut State) {
        if self.aws.is_some() {
            state.aws_account.clone_from(&self.aws);
        }
        if self.particle.is_some() {
            state.particle_user.clone_from(&self.particle);
        }
    }
}

/// The developer whose skill it is: the one that is named, or noted, or else the only one.
pub(crate) fn vendor(
    vendors: Vec<Vendor>,
    named: Option<&VendorId>,
    noted: Option<&VendorId>,
) -> anyhow::Result<Vendor> {
    if let (Some(named), Some(noted)) = (named, noted) {
        ensure!(
            named == noted,
            "the skill of this set-up is the developer {noted}'s, and not {named}'s; leave out --vendor and ASK_VENDOR_ID, or name \
             another note with --state"
        );
    }
    let wanted = named.or(noted);
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
