// A node with the plugin on it: a network namespace, subnet.env, a ledger, and pods.
#pragma once

#include "subnet/ip_address.h"
#include "test/support/cni/network_namespace.h"
#include "test/support/cni/plugin_process.h"
#include "test/support/temporary_directory.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace weft::test {

inline constexpr const char* kNodeAddress4 = "192.0.2.1";
inline constexpr const char* kNodeAddress6 = "2001:db8::1";

[[nodiscard]] IpAddress ip(std::string_view text);

// The addresses in a result of ADD.
[[nodiscard]] std::vector<IpAddress> addresses_of(const PluginAnswer& answer);

class CniNodeTest : public ::testing::Test {
 protected:
  CniNodeTest();

  // What a reboot does to the node: another network, the ledger's tmpfs gone. Pods do not survive it.
  void reboot() const;

  // subnet.env of a dual-stack node with MTU 1450, IPv6 1430.
  void write_subnet_env(std::string_view v4 = "10.244.7.1/24", std::string_view v6 = "fd00:10:244:7::1/64") const;
  void remove_subnet_env() const;

  [[nodiscard]] NetworkNamespace new_pod(const std::string& name) const;
  // The call of a runtime; the container's id is `name`, its namespace new_pod(name)'s path.
  [[nodiscard]] PluginCall call(const std::string& verb, const std::string& name) const;
  [[nodiscard]] PluginAnswer run(const std::string& verb, const std::string& name) const {
    return run_plugin(call(verb, name));
  }
  // ADD that must succeed; the pod's addresses.
  std::vector<IpAddress> add(const std::string& name) const;

  // The files of the ledger, hints not counted.
  [[nodiscard]] std::set<std::string> ledger_files() const;
  [[nodiscard]] std::string data_directory() const { return directory_ / "cni"; }
  [[nodiscard]] std::string pod_path(const std::string& name) const { return directory_ / name; }

  // The network configuration; tests change it.
  nlohmann::json config_;

 private:
  TemporaryDirectory directory_;
};

}  // namespace weft::test
