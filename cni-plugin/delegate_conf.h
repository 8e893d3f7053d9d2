// The configuration that a delegate is given: what the user wrote, completed as Flannel's plugin completes it, so that
// its users' configurations mean the same here.
//
// Pure.
#pragma once

#include "cni-plugin/net_conf.h"
#include "subnet/subnet_env.h"

namespace weft::cni {

// "delegate" with name and version of ours, type "bridge", MTU, ipMasq (unless the daemon masquerades) and, for a
// bridge, isGateway where they are not set; "ipam" as "host-local" with the node's subnets as ranges and routes to the
// cluster's networks. runtimeConfig, args, prevResult and the valid attachments are passed on. Code 7 when "delegate"
// sets what is ours to set, or one of the two is no object.
[[nodiscard]] Outcome<Json> render_delegate(const NetConf& conf, const SubnetEnv& env);

}  // namespace weft::cni
