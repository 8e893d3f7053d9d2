// The port: what is asked for and what is shown.
#include "test/support/fake_kernel.h"

#include "backend/kernel_errors.h"

#include <algorithm>
#include <cstring>

namespace weft::test {

namespace {

std::unexpected<Error> refuse(int code) { return std::unexpected(Error{std::strerror(code), code}); }

bool is_default(const Route& route) { return route.destination.length() == 0; }

}  // namespace

FakeKernel::FakeKernel() {
  devices_.push_back({.link = {.name = "lo", .mtu = 65536, .up = true}, .removable = false, .loopback = true});
}

OperationResults FakeKernel::apply(std::span<const Operation> operations) {
  OperationResults results;
  for (const auto& operation : operations) {
    journal_.push_back(operation);
    int code = faults_.hit(operation);
    if (code == 0) code = execute(operation);
    results.push_back(code == 0 ? Result<>() : judge_error(operation, refuse(code).error()));
  }
  return results;
}

int FakeKernel::execute(const Operation& operation) {
  const auto edit = [&](const auto& object) { return operation.verb == Verb::put ? put(object) : remove(object); };
  return std::visit(edit, operation.object);
}

Result<KernelDump> FakeKernel::dump(const Ownership& ownership) {
  if (const int code = faults_.hit_dump()) return refuse(code);
  KernelDump dump;
  for (const auto& device : devices_) {
    if (!ownership.owns_device(device.link.name)) continue;
    dump.own.links.push_back(device.link);
    for (const auto& held : device.addresses) {
      if (!held.address.is_link_local()) dump.own.addresses.push_back({held.link, held.address, held.length});
    }
  }
  const auto is_own = [&](const auto& entry) { return ownership.owns_device(entry.link); };
  std::ranges::copy_if(neighbours_, std::back_inserter(dump.own.neighbours), is_own);
  std::ranges::copy_if(fdb_, std::back_inserter(dump.own.fdb), is_own);
  for (const auto& [route, protocol] : routes_) {
    const bool ours = protocol == kRouteProtocol || (protocol != kProtocolKernel && is_own(route));
    (ours ? dump.own.routes : dump.foreign_routes).push_back(route);
  }
  dump.own.normalise();
  std::ranges::sort(dump.foreign_routes);
  return dump;
}

Result<NodeFacts> FakeKernel::read_facts() {
  if (const int code = faults_.hit_facts()) return refuse(code);
  NodeFacts facts;
  for (const auto& [link, removable, loopback, addresses] : devices_) {
    Interface interface{.name = link.name, .mtu = link.mtu, .up = link.up, .loopback = loopback, .vni = std::nullopt};
    if (link.vxlan) interface.vni = link.vxlan->vni;
    if (link.vxlan) interface.vxlan_port = link.vxlan->port;
    facts.interfaces.push_back(std::move(interface));
    facts.addresses.insert(facts.addresses.end(), addresses.begin(), addresses.end());
  }
  for (const auto& [route, protocol] : routes_) {
    if (!is_default(route)) continue;
    const auto at = std::ranges::upper_bound(facts.default_routes, route.metric, {}, &DefaultRoute::metric);
    facts.default_routes.insert(at, {route.destination.family(), route.link, route.gateway, route.metric});
  }
  std::ranges::sort(facts.interfaces, {}, &Interface::name);
  return facts;
}

FakeKernel::Device* FakeKernel::find(const std::string& name) {
  const auto found = std::ranges::find(devices_, name, [](const Device& device) { return device.link.name; });
  return found == devices_.end() ? nullptr : &*found;
}

const FakeKernel::Device* FakeKernel::find(const std::string& name) const {
  const auto found = std::ranges::find(devices_, name, [](const Device& device) { return device.link.name; });
  return found == devices_.end() ? nullptr : &*found;
}

}  // namespace weft::test
