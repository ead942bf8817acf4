// Runs a sketch and obeys commands, one a line; each is answered with one line of JSON.
//
//   functions                    {"functions":["lamp"]}
//   variables                    {"variables":{"lampOn":"bool"}}
//   call <function> <argument>   {"return_value":1}
//   read <variable>              {"result":true}
//   pin <name> <signal>          applies 0 to 4095 to the pin: {"level":0}
//   pin <name>                   what the sketch drives it with, from 0 to 255: {"level":255}
//   wait <milliseconds>          {"millis":1000}

#include "Particle.h"

#include <iostream>
#include <sstream>

namespace {

std::string failure(const std::string& message) {
    return "{\"error\":" + Cloud::text(message) + "}";
}

std::string functions() {
    std::string names;
    for (const auto& [name, handler] : Particle.functions) {
        names += (names.empty() ? "" : ",") + Cloud::text(name);
    }
    return "{\"functions\":[" + names + "]}";
}

std::string variables() {
    std::string types;
    for (const auto& [name, variable] : Particle.variables) {
        types += (types.empty() ? "" : ",") + Cloud::text(name) + ":" + Cloud::text(variable.type);
    }
    return "{\"variables\":{" + types + "}}";
}

std::string call(const std::string& name, const std::string& argument) {
    auto found = Particle.functions.find(name);
    if (found == Particle.functions.end()) {
        return failure("no function " + name);
    }
    return "{\"return_value\":" + std::to_string(found->second(argument.c_str())) + "}";
}

std::string read(const std::string& name) {
    auto found = Particle.variables.find(name);
    if (found == Particle.variables.end()) {
        return failure("no variable " + name);
    }
    return "{\"result\":" + found->second.value() + "}";
}

std::string pin(const std::string& name, const std::string& signal) {
    bool digital = name.size() == 2 && name[0] == 'D' && name[1] >= '0' && name[1] <= '7';
    bool analog = name.size() == 2 && name[0] == 'A' && name[1] >= '0' && name[1] <= '5';
    if (!digital && !analog) {
        return failure("no pin " + name);
    }
    Wire& wire = wires[(digital ? D0 : A0) + (name[1] - '0')];
    if (!signal.empty()) {
        wire.signal = std::atoi(signal.c_str());
    }
    return "{\"level\":" + std::to_string(wire.level) + "}";
}

std::string wait(const std::string& milliseconds) {
    for (unsigned long end = now + std::atol(milliseconds.c_str()); now < end; now++) {
        loop();
    }
    return "{\"millis\":" + std::to_string(now) + "}";
}

std::string obey(const std::string& line) {
    std::istringstream words(line);
    std::string command, name, rest;
    words >> command >> name;
    std::getline(words >> std::ws, rest);
    if (command == "functions") {
        return functions();
    }
    if (command == "variables") {
        return variables();
    }
    if (command == "call") {
        return call(name, rest);
    }
    if (command == "read") {
        return read(name);
    }
    if (command == "pin") {
        return pin(name, rest);
    }
    if (command == "wait") {
        return wait(name);
    }
    return failure("no command " + command);
}

}  // namespace

int main() {
    setup();
    std::string line;
    while (std::getline(std::cin, line)) {
        std::string answer = obey(line);
        loop();
        std::cout << answer << std::endl;
    }
}
