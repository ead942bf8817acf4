// A weather station that tells everything in one variable, so that Alexa needs one read for all of it.
//
// Variable: state, such as {"temperature":18.4,"humidity":61,"wind":3.2,"rain":false}
//           in degrees Celsius, percent and metres a second

#include "Particle.h"

// A TMP36, an HIH-5030 and an anemometer of 0.4 to 2 V for 0 to 32.4 m/s, all at 3.3 V.
const pin_t TEMPERATURE_PIN = A0;
const pin_t HUMIDITY_PIN = A1;
const pin_t WIND_PIN = A2;

// A rain sensor with a switch to ground: LOW while it is wet.
const pin_t RAIN_PIN = D3;

const unsigned long INTERVAL = 1000;

String state;
unsigned long measuredAt = 0;

// What `analogRead` says, from 0 to 4095, as a part of the supply.
double readPart(pin_t pin) {
    return analogRead(pin) / 4095.0;
}

void measure() {
    double temperature = (readPart(TEMPERATURE_PIN) * 3.3 - 0.5) * 100;
    double humidity = (readPart(HUMIDITY_PIN) - 0.1515) / 0.00636;
    double wind = (readPart(WIND_PIN) * 3.3 - 0.4) / 1.6 * 32.4;
    bool rain = digitalRead(RAIN_PIN) == LOW;
    state = String::format(
        "{\"temperature\":%.1f,\"humidity\":%.0f,\"wind\":%.1f,\"rain\":%s}",
        temperature,
        constrain(humidity, 0.0, 100.0),
        constrain(wind, 0.0, 60.0),
        rain ? "true" : "false");
}

void setup() {
    pinMode(RAIN_PIN, INPUT_PULLUP);
    measure();

    Particle.variable("state", state);
}

void loop() {
    if (millis() - measuredAt < INTERVAL) {
        return;
    }
    measuredAt = millis();
    measure();
}
