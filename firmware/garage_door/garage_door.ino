// A garage door with a switch at either end of its way, and a light beam across it.
//
// Function:  door "open" or "close"; returns -2 where something stands in the way of closing
// Variables: door    "open", "closed", "opening" or "closing"
//            contact "closed" while the door is shut, or else "open"
//
// The door opener has an input for each direction, and keeps its own safety devices: this sketch replaces none.

#include "Particle.h"

// The door is watched while the device is not connected, too.
SYSTEM_THREAD(ENABLED);

// Relays that press the opener's buttons.
const pin_t OPEN_BUTTON = D2;
const pin_t CLOSE_BUTTON = D3;

// Switches to ground: LOW while the door is at that end.
const pin_t CLOSED_SWITCH = D4;
const pin_t OPEN_SWITCH = D5;

// LOW while the receiver sees the light, so that a broken wire counts as an obstacle.
const pin_t LIGHT_BEAM = D6;

const unsigned long PRESS = 300;

// A door that has been told to move and is still at its end after this long does not move.
const unsigned long PATIENCE = 5000;

const int OBSTACLE = -2;

String door = "open";
String contact = "open";

bool wasClosed = false;
bool wasOpen = false;
bool pressing = false;
unsigned long pressedAt = 0;

void press(pin_t button) {
    digitalWrite(button, HIGH);
    pressing = true;
    pressedAt = millis();
}

void release() {
    digitalWrite(OPEN_BUTTON, LOW);
    digitalWrite(CLOSE_BUTTON, LOW);
    pressing = false;
}

// Follows the switches, whoever moves the door.
void look() {
    bool isClosed = digitalRead(CLOSED_SWITCH) == LOW;
    bool isOpen = !isClosed && digitalRead(OPEN_SWITCH) == LOW;
    bool stays = millis() - pressedAt >= PATIENCE;
    if (isClosed && (!wasClosed || stays)) {
        door = "closed";
    } else if (isOpen && (!wasOpen || stays)) {
        door = "open";
    } else if (wasClosed && !isClosed) {
        door = "opening";
    } else if (wasOpen && !isOpen) {
        door = "closing";
    }
    contact = isClosed ? "closed" : "open";
    wasClosed = isClosed;
    wasOpen = isOpen;
}

int moveDoor(String word) {
    look();
    release();
    if (word == "open") {
        if (door != "open" || !wasOpen) {
            press(OPEN_BUTTON);
            door = "opening";
        }
        return 1;
    }
    if (word == "close") {
        if (door == "closed") {
            return 1;
        }
        if (digitalRead(LIGHT_BEAM) != LOW) {
            return OBSTACLE;
        }
        press(CLOSE_BUTTON);
        door = "closing";
        return 1;
    }
    return -1;
}

void setup() {
    pinMode(OPEN_BUTTON, OUTPUT);
    pinMode(CLOSE_BUTTON, OUTPUT);
    release();
    pinMode(CLOSED_SWITCH, INPUT_PULLUP);
    pinMode(OPEN_SWITCH, INPUT_PULLUP);
    pinMode(LIGHT_BEAM, INPUT_PULLUP);
    look();

    Particle.function("door", moveDoor);
    Particle.variable("door", door);
    Particle.variable("contact", contact);
}

void loop() {
    if (pressing && millis() - pressedAt >= PRESS) {
        release();
    }
    look();
}
