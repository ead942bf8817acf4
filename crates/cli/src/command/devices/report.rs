//! The report on an account.

use std::time::Duration;

use alexa_for_particle::alexa::discovery::{MAXIMUM_COOKIE_BYTES, MAXIMUM_ENDPOINTS};
use alexa_for_particle::endpoint::{self, Resolved, Source};
use alexa_for_particle::particle::Device;
use alexa_for_particle::settings::DEFAULT_DEADLINE;
use alexa_for_particle::skill::Discovery;
use serde_json::{Value as Json, json};

use super::advice::Advice;
use crate::diagnostic::mistake;
use crate::endpoint::Endpoint;
use crate::explanation;
use crate::output::{self, GOOD, LOUD, QUIET, WARNING, indented, styled, wrapped};
use crate::table::{self, Row};
use crate::warning;

/// What there is to report.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) discovery: &'a Discovery,
    pub(super) cloud: String,
    /// The file of the profiles.
    pub(super) profiles: String,
    /// How long it took to find out.
    pub(super) duration: Duration,
}

impl Report<'_> {
    pub(super) fn print(&self, explain: bool) -> anyhow::Result<()> {
        let devices = &self.discovery.devices;
        let count: usize = devices
            .iter()
            .map(|(_, resolved)| resolved.endpoints.len())
            .sum();
        output::line(format_args!(
            "{} on {} of {}\n",
            styled(LOUD, counted(count, "endpoint")),
            counted(devices.len(), "device"),
            self.cloud
        ))?;
        if count > 0 {
            self.print_table()?;
        }
        if explain {
            for (device, resolved) in devices {
                print_explanation(device, resolved)?;
            }
        }
        let left_out = || {
            devices.iter().filter_map(|(device, resolved)| {
                Some((device, resolved, Advice::on(device, resolved)?))
            })
        };
        if left_out().next().is_some() {
            output::line(styled(LOUD, "Left out\n"))?;
        }
        for (device, resolved, advice) in left_out() {
            print_left_out(device, resolved, &advice, &self.profiles)?;
        }
        let mistaken = || {
            devices.iter().filter(|(_, resolved)| {
                !resolved.endpoints.is_empty() && !resolved.mistakes.is_empty()
            })
        };
        if mistaken().next().is_some() {
            output::line(styled(LOUD, "Partly left out\n"))?;
        }
        for (device, resolved) in mistaken() {
            output::line(format_args!("{}\n", title(device)))?;
            print_mistakes(device, resolved, &self.profiles)?;
        }
        self.print_remarks()
    }

    fn print_table(&self) -> anyhow::Result<()> {
        let mut told = Vec::new();
        for (device, resolved) in &self.discovery.devices {
            for endpoint in &resolved.endpoints {
                told.push((device, explanation::as_told(endpoint, device)?));
            }
        }
        let rows = told.iter().map(|(device, endpoint)| Row {
            endpoint,
            device: name(device),
            online: device.online(),
        });
        output::line(table::of_endpoints(rows))?;
        Ok(output::line("")?)
    }

    fn print_remarks(&self) -> anyhow::Result<()> {
        let unreadable = self.discovery.unreadable;
        let mut remarks = Vec::new();
        if unreadable > 0 {
            remarks.push(format!(
                "{} of the list cannot be read and are left out.",
                counted(unreadable, "device")
            ));
        }
        let disregarded = self.discovery.disregarded;
        if disregarded > 0 {
            remarks.push(format!(
                "{} of the list are more than the skill looks at, and are left out.",
                counted(disregarded, "device")
            ));
        }
        match self.discovery.over_the_limit() {
            0 => {}
            over => remarks.push(self.left_over(over)),
        }
        remarks.extend(self.missed());
        let warnings = warning::all(self.discovery)?;
        remarks.extend(warnings.into_iter().map(|warning| warning.text));
        for remark in remarks {
            output::line(styled(WARNING, wrapped(&remark, "")))?;
        }
        Ok(())
    }

    /// Which endpoints are more than Alexa takes, or an answer holds.
    fn left_over(&self, over: usize) -> String {
        /// More would fill the page.
        const NAMED: usize = 3;
        let all = self
            .discovery
            .devices
            .iter()
            .flat_map(|(device, resolved)| {
                let endpoints = resolved.endpoints.iter();
                endpoints.map(move |endpoint| (device, endpoint))
            });
        let told = all.clone().count().saturating_sub(over);
        let why = if told == MAXIMUM_ENDPOINTS {
            "Alexa takes"
        } else {
            "An answer holds"
        };
        let first = all.skip(told).take(NAMED).map(|(device, endpoint)| {
            let said = endpoint.friendly_name(device);
            format!("\"{said}\" on {}", name(device))
        });
        let mut named: Vec<_> = first.collect();
        if over > named.len() {
            named.push(format!("and {} more", over - named.len()));
        }
        format!(
            "{why} {told} endpoints, the first in the order of the devices' ids. Left out: {}.",
            named.join(", ")
        )
    }

    /// What the skill did not wait for.
    fn missed(&self) -> Option<String> {
        if self.duration < DEFAULT_DEADLINE {
            return None;
        }
        // Nobody waits for what is known to be offline.
        let missed = self.discovery.devices.iter().filter(|(device, resolved)| {
            matches!(
                resolved.source,
                Source::Unread | Source::Unasked | Source::Unknown
            ) && device.online() != Some(false)
        });
        let missed: Vec<_> = missed.map(|(device, _)| name(device)).collect();
        let seconds = DEFAULT_DEADLINE.as_secs_f64();
        (!missed.is_empty()).then(|| {
            format!(
                "The skill answers Alexa after {seconds} seconds with what it has by then. In this time it could not \
                 read: {}.",
                missed.join(", ")
            )
        })
    }

    pub(super) fn print_json(&self) -> anyhow::Result<()> {
        let devices = self.discovery.devices.iter().map(|(device, resolved)| {
            json!({
                "id": device.id.as_str(),
                "name": device.name,
                "platform": device.platform(),
                "online": device.online(),
                "functions": device.functions,
                "variables": device.variables,
                "source": resolved.source,
                "profile": resolved.profile,
                "endpoints": resolved.endpoints.iter().map(|endpoint| endpoint.id.to_string()).collect::<Vec<_>>(),
                "mistakes": resolved.mistakes,
                "leftOut": Advice::on(device, resolved),
            })
        });
        let warnings = warning::all(self.discovery)?;
        let mut remarks: Vec<_> = warnings.into_iter().map(|warning| warning.text).collect();
        remarks.extend(self.missed());
        output::json(&json!({
            "cloud": self.cloud,
            "endpoints": self.discovery.endpoints(),
            "devices": devices.collect::<Json>(),
            "unreadable": self.discovery.unreadable,
            "disregarded": self.discovery.disregarded,
            "overTheLimit": self.discovery.over_the_limit(),
            "remarks": remarks,
        }))
    }
}

fn print_explanation(device: &Device, resolved: &Resolved) -> anyhow::Result<()> {
    for endpoint in &resolved.endpoints {
        let told = explanation::as_told(endpoint, device)?;
        output::line(styled(LOUD, &told.friendly_name))?;
        output::labelled("from", &explanation::source(resolved))?;
        output::labelled("id", &told.endpoint_id)?;
        output::labelled("cookie", &cookie(endpoint, &told))?;
        output::labelled_code("bindings", &explanation::bindings(&endpoint.capabilities)?)?;
        output::line("")?;
    }
    Ok(())
}

fn cookie(bound: &endpoint::Endpoint, endpoint: &Endpoint) -> String {
    if !bound.is_settled() {
        return "none, for it is not known whether the device has a variable of each short name: each directive asks for \
             the device first"
            .to_owned();
    }
    if endpoint.cookie.is_empty() {
        return format!(
            "none, for the bindings are longer than the {MAXIMUM_COOKIE_BYTES} bytes that Alexa keeps: each directive \
             asks for the device first"
        );
    }
    format!(
        "{} of {MAXIMUM_COOKIE_BYTES} bytes",
        endpoint.cookie_bytes()
    )
}

fn print_left_out(
    device: &Device,
    resolved: &Resolved,
    advice: &Advice,
    profiles: &str,
) -> anyhow::Result<()> {
    output::line(title(device))?;
    output::line(wrapped(&advice.why, "  "))?;
    output::line(format_args!("{}\n", wrapped(&advice.mend, "  ")))?;
    if let Some(description) = &advice.description {
        output::line(format_args!(
            "{}\n",
            styled(GOOD, indented(description, "    "))
        ))?;
    }
    print_mistakes(device, resolved, profiles)
}

fn print_mistakes(device: &Device, resolved: &Resolved, profiles: &str) -> anyhow::Result<()> {
    let place = match resolved.source {
        Source::Profile => profiles.to_owned(),
        Source::Variable => format!("variable `alexa` of {}", name(device)),
        _ => format!("notes of {}", name(device)),
    };
    for found in &resolved.mistakes {
        let shown = mistake(found, &place);
        output::line(format_args!("{}\n", indented(&shown, "  ")))?;
    }
    Ok(())
}

fn title(device: &Device) -> String {
    let online = match device.online() {
        Some(true) => "online",
        Some(false) => "offline",
        None => "perhaps online",
    };
    let details = format!("{}, {online}, {}", device.platform(), device.id);
    format!(
        "{} {}",
        styled(LOUD, name(device)),
        styled(QUIET, format_args!("({details})"))
    )
}

fn name(device: &Device) -> String {
    device.name.clone().unwrap_or_else(|| device.id.to_string())
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use alexa_for_particle::endpoint::{Resolved, Told};
    use alexa_for_particle::particle::Device;
    use alexa_for_particle::profile::Profiles;
    use alexa_for_particle::settings::DEFAULT_DEADLINE;
    use alexa_for_particle::skill::Discovery;
    use serde_json::json;

    use super::Report;

    #[test]
    fn what_takes_too_long_costs_only_itself() {
        let devices = [
            (1, "quiet", true, Told::Unread),
            (2, "lamp", true, Told::Text("[alexa]\npower = 'led'")),
            (3, "attic", false, Told::Unread),
            (4, "late", true, Told::Unasked),
        ];
        let devices = devices.map(|(id, name, online, told)| {
            let device = json!({ "id": format!("cafe0000000000000000000{id}"), "name": name, "online": online, "functions": ["led"], "variables": { "alexa": "string" } });
            let device: Device = serde_json::from_value(device).unwrap();
            let resolved = Resolved::of(&device, told, &Profiles::default());
            (device, resolved)
        });
        let discovery = Discovery {
            devices: devices.into(),
            unreadable: 0,
            disregarded: 0,
        };
        for (duration, expected) in [
            (Duration::from_secs(6), None),
            (
                DEFAULT_DEADLINE,
                Some(
                    "The skill answers Alexa after 6.5 seconds with what it has by then. In this time it could not read: quiet, late.",
                ),
            ),
        ] {
            let report = Report {
                discovery: &discovery,
                cloud: String::new(),
                profiles: String::new(),
                duration,
            };
            assert_eq!(report.missed().as_deref(), expected);
        }
    }
}
