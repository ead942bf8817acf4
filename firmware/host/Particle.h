// As much of Device OS as the sketches of this folder use, for a computer: they compile against it unchanged, and
// main.cpp plays the cloud and the wires. Time passes only while somebody waits.

#pragma once

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cmath>
#include <functional>
#include <map>
#include <string>

#define SYSTEM_THREAD(state) static_assert(true, "")

class String {
public:
    String(const char* text = "") : text(text) {}

    bool operator==(const char* other) const { return text == other; }
    bool operator!=(const char* other) const { return text != other; }
    unsigned int length() const { return text.size(); }
    char charAt(unsigned int index) const { return index < text.size() ? text[index] : 0; }
    long toInt() const { return std::atol(text.c_str()); }
    const char* c_str() const { return text.c_str(); }

    __attribute__((format(printf, 1, 2))) static String format(const char* format, ...) {
        va_list values;
        va_start(values, format);
        char buffer[1024];
        std::vsnprintf(buffer, sizeof buffer, format, values);
        va_end(values);
        return String(buffer);
    }

private:
    std::string text;
};

template <typename Number>
Number constrain(Number number, Number lowest, Number highest) {
    return number < lowest ? lowest : number > highest ? highest : number;
}

using pin_t = std::uint16_t;

enum PinMode { INPUT, INPUT_PULLUP, OUTPUT };

enum : std::uint8_t { LOW, HIGH };

enum : pin_t { D0, D1, D2, D3, D4, D5, D6, D7, A0 = 100, A1, A2, A3, A4, A5 };

struct Wire {
    PinMode mode = INPUT;
    // What an output drives, from 0 to 255.
    int level = 0;
    // What is applied from outside, from 0 to 4095; negative while nothing is.
    int signal = -1;

    int read() const { return signal >= 0 ? signal : mode == INPUT_PULLUP ? 4095 : 0; }
};

inline std::map<pin_t, Wire> wires;
inline unsigned long now = 0;

inline unsigned long millis() { return now; }

inline void pinMode(pin_t pin, PinMode mode) { wires[pin].mode = mode; }
inline void digitalWrite(pin_t pin, std::uint8_t state) { wires[pin].level = state == LOW ? 0 : 255; }
inline void analogWrite(pin_t pin, int level) { wires[pin].level = level; }
inline int digitalRead(pin_t pin) { return wires[pin].read() >= 2048 ? HIGH : LOW; }
inline int analogRead(pin_t pin) { return wires[pin].read(); }

struct Variable {
    const char* type;
    // The value now, as JSON.
    std::function<std::string()> value;
};

class Cloud {
public:
    bool function(const char* name, int (*handler)(String)) {
        return allowed(name, functions.size() < 15) && functions.emplace(name, handler).second;
    }

    bool variable(const char* name, const bool& value) {
        return add(name, "bool", [&value] { return std::string(value ? "true" : "false"); });
    }

    bool variable(const char* name, const int& value) {
        return add(name, "int32", [&value] { return std::to_string(value); });
    }

    bool variable(const char* name, const double& value) {
        return add(name, "double", [&value] { return number(value); });
    }

    bool variable(const char* name, const String& value) {
        return add(name, "string", [&value] { return text(value.c_str()); });
    }

    bool variable(const char* name, const char* value) {
        return add(name, "string", [value] { return text(value); });
    }

    static std::string number(double value) {
        char buffer[32];
        std::snprintf(buffer, sizeof buffer, "%.17g", value);
        std::string digits = buffer;
        return digits.find_first_of(".en") == std::string::npos ? digits + ".0" : digits;
    }

    // A JSON string of what the smallest Device OS sends of it.
    static std::string text(const std::string& value) {
        std::string json = "\"";
        for (char character : value.substr(0, LONGEST_VALUE)) {
            if (static_cast<unsigned char>(character) < ' ') {
                char escape[8];
                std::snprintf(escape, sizeof escape, "\\u%04x", character);
                json += escape;
            } else {
                json += character == '"' || character == '\\' ? std::string("\\") + character : std::string(1, character);
            }
        }
        return json + "\"";
    }

    std::map<std::string, int (*)(String)> functions;
    std::map<std::string, Variable> variables;

private:
    static constexpr std::size_t LONGEST_NAME = 64;
    static constexpr std::size_t LONGEST_VALUE = 622;

    static bool allowed(const std::string& name, bool room) { return room && name.size() <= LONGEST_NAME; }

    bool add(const char* name, const char* type, std::function<std::string()> value) {
        return allowed(name, variables.size() < 20) && variables.emplace(name, Variable{type, value}).second;
    }
};

inline Cloud Particle;

void setup();
void loop();
