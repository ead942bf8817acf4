// A dimmable lamp that tells Alexa itself what it is: nothing has to be written into the device's notes.
//
// Functions: lamp  "on" or "off"
//            level "0" to "255"; 0 turns the lamp off, anything else turns it on
// Variables: lampOn, lampLevel (the level while the lamp is on), alexa (the description)

#include "Particle.h"

// The lamp works while the device is not connected, too.
SYSTEM_THREAD(ENABLED);

// An LED driver or a MOSFET. A5 can dim on the Photon 2, Argon, Boron and Photon.
const pin_t LAMP_PIN = A5;

const int HIGHEST_LEVEL = 255;

// What a device would otherwise say in its notes. Device OS before 3.0 sends up to 622 bytes of a variable.
const char ALEXA[] =
    "[alexa]\n"
    "name = 'Reading lamp'\n"
    "category = 'LIGHT'\n"
    "power = { function = 'lamp', variable = 'lampOn' }\n"
    "brightness = { function = 'level', variable = 'lampLevel', scale = [0, 255], turns_on = true }\n";

bool lampOn = false;
int lampLevel = HIGHEST_LEVEL;

void shine() {
    analogWrite(LAMP_PIN, lampOn ? lampLevel : 0);
}

int setLamp(String word) {
    if (word == "on") {
        lampOn = true;
    } else if (word == "off") {
        lampOn = false;
    } else {
        return -1;
    }
    shine();
    return 1;
}

// Reads a level, or -1 where the text is none: `toInt` would take "bright" for 0.
int readLevel(const String& text) {
    if (text.length() < 1 || text.length() > 3) {
        return -1;
    }
    for (unsigned int i = 0; i < text.length(); i++) {
        if (text.charAt(i) < '0' || text.charAt(i) > '9') {
            return -1;
        }
    }
    int level = text.toInt();
    return level <= HIGHEST_LEVEL ? level : -1;
}

int setLevel(String text) {
    int level = readLevel(text);
    if (level < 0) {
        return -1;
    }
    lampOn = level > 0;
    if (lampOn) {
        lampLevel = level;
    }
    shine();
    return 1;
}

void setup() {
    pinMode(LAMP_PIN, OUTPUT);
    shine();

    Particle.function("lamp", setLamp);
    Particle.function("level", setLevel);
    Particle.variable("lampOn", lampOn);
    Particle.variable("lampLevel", lampLevel);
    Particle.variable("alexa", ALEXA);
}

void loop() {
}
