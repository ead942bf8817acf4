// A board with four relays behind one function, so that Alexa finds four endpoints on one device.
//
// Function:  relay "<n>=<0|1>": "2=1" turns relay 2 on
// Variables: relay1 to relay4, 0 or 1

#include "Particle.h"

// The relays work while the device is not connected, too.
SYSTEM_THREAD(ENABLED);

const int RELAYS = 4;

// The pins of Particle's Relay Shield.
const pin_t PINS[RELAYS] = {D3, D4, D5, D6};

int states[RELAYS] = {0, 0, 0, 0};

int setRelay(String argument) {
    if (argument.length() != 3 || argument.charAt(1) != '=') {
        return -1;
    }
    int relay = argument.charAt(0) - '1';
    int state = argument.charAt(2) - '0';
    if (relay < 0 || relay >= RELAYS || state < 0 || state > 1) {
        return -1;
    }
    states[relay] = state;
    digitalWrite(PINS[relay], state ? HIGH : LOW);
    return 1;
}

void setup() {
    for (int relay = 0; relay < RELAYS; relay++) {
        pinMode(PINS[relay], OUTPUT);
        digitalWrite(PINS[relay], LOW);
    }

    Particle.function("relay", setRelay);
    Particle.variable("relay1", states[0]);
    Particle.variable("relay2", states[1]);
    Particle.variable("relay3", states[2]);
    Particle.variable("relay4", states[3]);
}

void loop() {
}
