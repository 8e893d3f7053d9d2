// The CNI_… variables: CNI spec 1.1.0, section 2, "Parameters".
//
// Plain values; read once at the start.
#pragma once

#include "cni-plugin/failure.h"

#include <string>
#include <string_view>

namespace weft::cni {

// What the kernel takes as an interface's name (net/core/dev.c, dev_valid_name).
[[nodiscard]] bool is_valid_interface(const std::string& name);

enum class Verb : std::uint8_t { add, del, check, gc, status, version };

struct Environment {
  std::string command;
  std::string container_id;
  std::string netns;
  std::string interface;
  std::string args;             // cni_args.h
  bool netns_override = false;  // CNI_NETNS_OVERRIDE: the runtime means it when it names the host's namespace
};

// From the process's environment, as in environ(7); may be null.
[[nodiscard]] Environment read_environment(const char* const* variables);

// The verb, once everything that it needs is there and well-formed. Messages name the variables at fault.
[[nodiscard]] Outcome<Verb> validate(const Environment& environment);

}  // namespace weft::cni
