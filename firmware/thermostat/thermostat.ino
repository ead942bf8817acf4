// A thermostat with a sensor for temperature and humidity, and a relay each for heating and cooling.
//
// Functions: setTarget "5" to "30" in degrees Celsius, with decimals
//            setMode   "heat", "cool", "auto" or "off"
// Variables: temperature and target in degrees Celsius, humidity in percent, mode

#include "Particle.h"

// It keeps the temperature while the device is not connected, too.
SYSTEM_THREAD(ENABLED);

// A TMP36 (0.5 V at 0 degrees, 10 mV for each degree) and an HIH-5030, both at 3.3 V.
const pin_t TEMPERATURE_PIN = A0;
const pin_t HUMIDITY_PIN = A1;
const pin_t HEATING_PIN = D2;
const pin_t COOLING_PIN = D3;

const double LOWEST_TARGET = 5;
const double HIGHEST_TARGET = 30;

// How far from the target it may be before a relay moves, so that relays do not chatter.
const double TOLERANCE = 0.5;

const unsigned long INTERVAL = 1000;

double temperature = 0;
double humidity = 0;
double target = 20;
String mode = "off";

bool heating = false;
bool cooling = false;
unsigned long measuredAt = 0;

// What `analogRead` says, from 0 to 4095, as a part of the supply.
double readPart(pin_t pin) {
    return analogRead(pin) / 4095.0;
}

void measure() {
    double volts = readPart(TEMPERATURE_PIN) * 3.3;
    temperature = round((volts - 0.5) * 1000) / 10.0;
    double percent = (readPart(HUMIDITY_PIN) - 0.1515) / 0.00636;
    humidity = round(constrain(percent, 0.0, 100.0));
}

void control() {
    // A wire that came off reads as -50 or as 280 degrees: then nothing runs.
    bool credible = temperature > -40 && temperature < 125;
    bool mayHeat = credible && (mode == "heat" || mode == "auto");
    bool mayCool = credible && (mode == "cool" || mode == "auto");
    if (!mayHeat || temperature >= target) {
        heating = false;
    } else if (temperature < target - TOLERANCE) {
        heating = true;
    }
    if (!mayCool || temperature <= target) {
        cooling = false;
    } else if (temperature > target + TOLERANCE) {
        cooling = true;
    }
    digitalWrite(HEATING_PIN, heating ? HIGH : LOW);
    digitalWrite(COOLING_PIN, cooling ? HIGH : LOW);
}

// Reads a number such as "21" or "20.5" and says whether it was one: `toFloat` would take "warm" for 0.
bool readNumber(const String& text, double& number) {
    if (text.length() < 1 || text.length() > 5 || text.charAt(0) == '.') {
        return false;
    }
    int points = 0;
    for (unsigned int i = 0; i < text.length(); i++) {
        char character = text.charAt(i);
        if (character == '.') {
            points++;
        } else if (character < '0' || character > '9') {
            return false;
        }
    }
    number = atof(text.c_str());
    return points <= 1;
}

int setTarget(String text) {
    double wanted = 0;
    if (!readNumber(text, wanted) || wanted < LOWEST_TARGET || wanted > HIGHEST_TARGET) {
        return -1;
    }
    target = wanted;
    control();
    return 1;
}

int setMode(String word) {
    if (word != "heat" && word != "cool" && word != "auto" && word != "off") {
        return -1;
    }
    mode = word;
    control();
    return 1;
}

void setup() {
    pinMode(HEATING_PIN, OUTPUT);
    pinMode(COOLING_PIN, OUTPUT);
    measure();
    control();

    Particle.function("setTarget", setTarget);
    Particle.function("setMode", setMode);
    Particle.variable("temperature", temperature);
    Particle.variable("humidity", humidity);
    Particle.variable("target", target);
    Particle.variable("mode", mode);
}

void loop() {
    if (millis() - measuredAt < INTERVAL) {
        return;
    }
    measuredAt = millis();
    measure();
    control();
}
