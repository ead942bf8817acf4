//! A device as the API shows it, today and as it was in 2015.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    answer::time,
    cloud::{Describe, Device},
    fault::Condition,
};

/// A device with everything that is known of it, by today's field and by the one it replaced.
#[derive(Serialize)]
pub(super) struct Full<'a> {
    id: &'a str,
    name: Option<&'a str>,
    owner: &'a str,
    last_app: Option<&'a str>,
    last_ip_address: &'a str,
    last_heard: String,
    last_handshake_at: String,
    product_id: u32,
    online: bool,
    connected: bool,
    platform_id: u32,
    cellular: bool,
    notes: Option<&'a str>,
    functions: Option<Vec<String>>,
    variables: Option<BTreeMap<String, &'a str>>,
    status: &'a str,
    serial_number: String,
    #[serde(flatten)]
    network: Network,
    system_firmware_version: &'a str,
    firmware_updates_enabled: bool,
    firmware_updates_forced: bool,
}

/// A device as the list showed it before about 2017.
#[derive(Serialize)]
pub(super) struct Brief<'a> {
    id: &'a str,
    name: Option<&'a str>,
    last_app: Option<&'a str>,
    last_ip_address: &'a str,
    last_heard: String,
    product_id: u32,
    connected: bool,
    platform_id: u32,
    cellular: bool,
    status: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Network {
    Cellular { iccid: String, imei: String },
    Wifi { mac_wifi: String },
}

impl<'a> Full<'a> {
    pub(super) fn of(device: &'a Device, condition: Option<Condition>, owner: &'a str) -> Self {
        let Describe {
            functions,
            variables,
        } = device.describe(condition);
        let online = device.appears_online(condition);
        Self {
            id: &device.id,
            name: device.name.as_deref(),
            owner,
            last_app: None,
            last_ip_address: ADDRESS,
            last_heard: time(device.last_heard),
            last_handshake_at: time(device.last_handshake_at),
            product_id: device.product_id,
            online,
            connected: online,
            platform_id: device.platform.id(),
            cellular: device.platform.is_cellular(),
            notes: device.notes.as_deref(),
            functions,
            variables,
            status: Device::status(condition),
            serial_number: format!("SIM{}", tail(device, 12).to_uppercase()),
            network: Network::of(device),
            system_firmware_version: device.platform.system_firmware(),
            firmware_updates_enabled: true,
            firmware_updates_forced: false,
        }
    }
}

impl<'a> Brief<'a> {
    pub(super) fn of(device: &'a Device, condition: Option<Condition>) -> Self {
        Self {
            id: &device.id,
            name: device.name.as_deref(),
            last_app: None,
            last_ip_address: ADDRESS,
            last_heard: time(device.last_heard),
            product_id: device.product_id,
            connected: device.appears_online(condition),
            platform_id: device.platform.id(),
            cellular: device.platform.is_cellular(),
            status: Device::status(condition),
        }
    }
}

impl Network {
    /// Made of the device id, and within ranges that no network uses.
    fn of(device: &Device) -> Self {
        if device.platform.is_cellular() {
            let digits: String = tail(device, 9)
                .chars()
                .filter_map(|digit| digit.to_digit(16))
                .map(decimal)
                .collect();
            Self::Cellular {
                iccid: format!("8900000000{digits}"),
                imei: format!("000000{digits}"),
            }
        } else {
            let digits = tail(device, 6).to_uppercase();
            let (first, rest) = digits.split_at(2);
            let (second, third) = rest.split_at(2);
            Self::Wifi {
                mac_wifi: format!("00:00:00:{first}:{second}:{third}"),
            }
        }
    }
}

/// An address that documentation is allowed to use.
const ADDRESS: &str = "192.0.2.10";

fn tail(device: &Device, digits: usize) -> &str {
    device
        .id
        .get(device.id.len() - digits..)
        .unwrap_or(&device.id)
}

fn decimal(digit: u32) -> char {
    char::from_digit(digit % 10, 10).unwrap_or('0')
}
