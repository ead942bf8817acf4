//! Tinker, the firmware a device leaves the factory with: four functions on pins, and no variables.
//!
//! Arguments and return codes are those of `user/applications/tinker/application.cpp` in
//! <https://github.com/particle-iot/device-os>: 1 for done, −1 for a pin that will not do, −2 for a value that will not.
//! As on hardware, `digitalread` makes the pin an input first, so asking for the state of an output turns it off.

use std::collections::BTreeMap;

use super::{DONE, Firmware, LOGIC_THRESHOLD, REFUSED};
use crate::{home::Platform, value::Variables};

mod pins;

use pins::Abilities;

/// One pin of a device that runs Tinker.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Pin {
    /// What the pin was last used as.
    pub mode: PinMode,
    /// What an output drives, from 0 to 255; HIGH is 255. 0 while the pin is an input.
    pub level: u8,
    /// What is applied to the pin from outside, as the converter reads it, from 0 to 4095.
    pub signal: u16,
}

/// The direction of a pin.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PinMode {
    /// It reads; this is how every pin starts.
    #[default]
    Input,
    /// It drives.
    Output,
}

#[derive(Debug)]
pub(super) struct Tinker {
    platform: Platform,
    pins: BTreeMap<&'static str, Pin>,
}

impl Tinker {
    pub(super) fn on(platform: Platform) -> Self {
        let pins = pins::names(platform)
            .map(|name| (name, Pin::default()))
            .collect();
        Self { platform, pins }
    }
}

impl Firmware for Tinker {
    fn functions(&self) -> &'static [&'static str] {
        &["digitalread", "digitalwrite", "analogread", "analogwrite"]
    }

    fn register(&self, _variables: &mut Variables) {}

    fn call(&mut self, function: &str, argument: &str, _variables: &mut Variables) -> i32 {
        let outcome = match function {
            "digitalread" => self.digital_read(argument),
            "digitalwrite" => self.digital_write(argument),
            "analogread" => self.analog_read(argument),
            "analogwrite" => self.analog_write(argument),
            _ => Err(REFUSED),
        };
        outcome.unwrap_or_else(|code| code)
    }

    fn pin(&mut self, name: &str) -> Option<&mut Pin> {
        self.pins.get_mut(name)
    }
}

impl Tinker {
    fn digital_read(&mut self, pin: &str) -> Result<i32, i32> {
        let pin = self.able(pin, |_| true)?;
        pin.become_input();
        Ok(i32::from(pin.signal >= LOGIC_THRESHOLD))
    }

    fn digital_write(&mut self, argument: &str) -> Result<i32, i32> {
        let (pin, state) = split(argument)?;
        let level = match state {
            "HIGH" => u8::MAX,
            "LOW" => 0,
            _ => return Err(BAD_VALUE),
        };
        self.able(pin, |_| true)?.drive(level);
        Ok(DONE)
    }

    fn analog_read(&mut self, pin: &str) -> Result<i32, i32> {
        let pin = self.able(pin, |abilities| abilities.adc)?;
        pin.become_input();
        Ok(i32::from(pin.signal))
    }

    fn analog_write(&mut self, argument: &str) -> Result<i32, i32> {
        let (pin, value) = split(argument)?;
        let level = u8::try_from(leading_integer(value)).map_err(|_| BAD_VALUE)?;
        self.able(pin, |abilities| abilities.pwm)?.drive(level);
        Ok(DONE)
    }

    fn able(
        &mut self,
        name: &str,
        ability: impl FnOnce(Abilities) -> bool,
    ) -> Result<&mut Pin, i32> {
        let pin = self.pins.get_mut(name).ok_or(REFUSED)?;
        if ability(Abilities::of(self.platform, name)) {
            Ok(pin)
        } else {
            Err(REFUSED)
        }
    }
}

impl Pin {
    fn become_input(&mut self) {
        self.mode = PinMode::Input;
        self.level = 0;
    }

    fn drive(&mut self, level: u8) {
        self.mode = PinMode::Output;
        self.level = level;
    }
}

const BAD_VALUE: i32 = -2;

/// The pin and the value around the first character that is neither letter nor digit, whichever it is.
fn split(argument: &str) -> Result<(&str, &str), i32> {
    let (pin, value) = argument
        .split_once(|character: char| !character.is_ascii_alphanumeric())
        .ok_or(REFUSED)?;
    if pin.is_empty() {
        Err(REFUSED)
    } else {
        Ok((pin, value))
    }
}

/// Reads as C's `atol` does: digits after white space and a sign, and 0 where there are none.
fn leading_integer(text: &str) -> i64 {
    let text = text.trim_start();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = unsigned.chars().take_while(char::is_ascii_digit);
    let magnitude = digits
        .filter_map(|digit| digit.to_digit(10))
        .fold(0_i64, |number, digit| {
            number.saturating_mul(10).saturating_add(i64::from(digit))
        });
    if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argon() -> Tinker {
        Tinker::on(Platform::Argon)
    }

    fn call(tinker: &mut Tinker, function: &str, argument: &str) -> i32 {
        tinker.call(function, argument, &mut Variables::default())
    }

    #[test]
    fn returns_the_codes_of_the_real_firmware() {
        let cases = [
            ("digitalwrite", "D7,HIGH", 1),
            ("digitalwrite", "D7=LOW", 1),
            ("digitalwrite", "D7 HIGH", 1),
            ("digitalwrite", "D7,high", -2),
            ("digitalwrite", "D7,HIGH ", -2),
            ("digitalwrite", "D7, HIGH", -2),
            ("digitalwrite", "D99,on", -2),
            ("digitalwrite", "D99,HIGH", -1),
            ("digitalwrite", "d7,HIGH", -1),
            ("digitalwrite", "D7HIGH", -1),
            ("digitalwrite", ",HIGH", -1),
            ("digitalwrite", "", -1),
            ("analogwrite", "D7 128", 1),
            ("analogwrite", "D7,255", 1),
            ("analogwrite", "D7,bright", 1),
            ("analogwrite", "D7,12px", 1),
            ("analogwrite", "D7,256", -2),
            ("analogwrite", "D7,-1", -2),
            ("analogwrite", "D7,99999999999999999999", -2),
            ("analogwrite", "D0,128", -1),
            ("analogwrite", "D7", -1),
            ("digitalread", "D2", 0),
            ("digitalread", "D2,", -1),
            ("analogread", "A0", 0),
            ("analogread", "D2", -1),
        ];
        for (function, argument, returned) in cases {
            assert_eq!(
                call(&mut argon(), function, argument),
                returned,
                "{function} {argument}"
            );
        }
    }

    #[test]
    fn reading_an_output_turns_it_off() {
        let mut tinker = argon();
        call(&mut tinker, "digitalwrite", "D7,HIGH");
        assert_eq!(
            tinker.pins["D7"],
            Pin {
                mode: PinMode::Output,
                level: 255,
                signal: 0
            }
        );
        assert_eq!(call(&mut tinker, "digitalread", "D7"), 0);
        assert_eq!(tinker.pins["D7"], Pin::default());
    }

    #[test]
    fn inputs_read_what_is_applied() {
        let mut tinker = argon();
        tinker.pin("D2").unwrap().signal = 4095;
        tinker.pin("A0").unwrap().signal = 1234;
        assert_eq!(call(&mut tinker, "digitalread", "D2"), 1);
        assert_eq!(call(&mut tinker, "digitalread", "A0"), 0);
        assert_eq!(call(&mut tinker, "analogread", "A0"), 1234);
    }

    #[test]
    fn what_a_pin_can_do_depends_on_the_platform() {
        assert_eq!(
            call(&mut Tinker::on(Platform::Photon2), "analogwrite", "D7,128"),
            -1
        );
        assert_eq!(
            call(&mut Tinker::on(Platform::Photon2), "analogwrite", "A2,128"),
            1
        );
        assert_eq!(
            call(&mut Tinker::on(Platform::Photon), "analogwrite", "D0,128"),
            1
        );
        assert_eq!(
            call(
                &mut Tinker::on(Platform::Electron),
                "digitalwrite",
                "B0,HIGH"
            ),
            1
        );
        assert_eq!(
            call(&mut Tinker::on(Platform::Photon), "digitalwrite", "B0,HIGH"),
            -1
        );
    }
}
