// What the plugin does for each CNI_COMMAND (CNI spec 1.1.0, section 2).
//
// Each works with the daemon down. No state but the kernel's and the ledger's; what a killed ADD leaves behind is
// in the ledger before it is in the kernel, and DEL removes it.
#pragma once

#include "cni-plugin/environment.h"
#include "cni-plugin/net_conf.h"

namespace weft::cni {

struct Request {
  Environment environment;
  NetConf conf;
};

// Gives the pod an interface, or changes nothing. The value is the result to print.
[[nodiscard]] Outcome<Json> add(const Request& request);

// Takes it away. Success also when there is nothing, and whatever CNI_NETNS names, except the host's own namespace,
// for which nothing is touched.
[[nodiscard]] Outcome<> del(const Request& request);

// Whether the pod still has what ADD gave it; code 103 names everything that is missing or wrong.
[[nodiscard]] Outcome<> check(const Request& request);

// Whether ADD could succeed: code 50 without a subnet, and when no address is free; 51 when a device that leads to
// other nodes is missing or down.
[[nodiscard]] Outcome<> status(const Request& request);

// Takes away every interface of this network (by its name) that is not in "cni.dev/valid-attachments".
[[nodiscard]] Outcome<> gc(const Request& request);

}  // namespace weft::cni
