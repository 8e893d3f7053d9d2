// The standard plugin "loopback", when this binary is called by that name: a pod's `lo` comes up.
//
// Runtimes call it for every pod beside the network's own plugin, so a node needs no other plugin at all. What it
// answers follows the reference plugin (github.com/containernetworking/plugins, plugins/main/loopback).
#pragma once

#include "cni-plugin/verbs.h"

namespace weft::cni::loopback {

// Sets `lo` up. The value is the result to print: prevResult where there is one, else `lo` and its addresses.
[[nodiscard]] Outcome<Json> add(const Request& request);

// Sets it down; success also when the namespace is gone.
[[nodiscard]] Outcome<> del(const Request& request);

// Whether it is up.
[[nodiscard]] Outcome<> check(const Request& request);

}  // namespace weft::cni::loopback
