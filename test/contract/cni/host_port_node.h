// A node with pods and two other hosts: `outside`, and `far`, which outside reaches through the node.
#pragma once

#include "test/contract/cni/cni_node.h"
#include "test/support/cni/conversation.h"

#include <initializer_list>
#include <string>

namespace weft::test {

inline constexpr const char* kOutside4 = "198.51.100.9";
inline constexpr const char* kOutside6 = "2001:db8:51::9";
inline constexpr const char* kFar4 = "203.0.113.9";
inline constexpr const char* kFar6 = "2001:db8:113::9";

class HostPortNode : public CniNodeTest {
 protected:
  HostPortNode();

  static nlohmann::json mapping(int host_port, int pod_port, const char* protocol = "tcp", const char* host_ip = "") {
    return {{"hostPort", host_port}, {"containerPort", pod_port}, {"protocol", protocol}, {"hostIP", host_ip}};
  }
  void want_ports(std::initializer_list<nlohmann::json> mappings) {
    config_["runtimeConfig"]["portMappings"] = nlohmann::json::array();
    for (const auto& entry : mappings) config_["runtimeConfig"]["portMappings"].push_back(entry);
  }
  // Packets that the named counter of the pods' table has seen.
  static std::uint64_t counted(const std::string& counter);

  static IpAddress node(Family family) { return ip(family == Family::v4 ? kNodeAddress4 : kNodeAddress6); }
  static IpAddress outside(Family family) { return ip(family == Family::v4 ? kOutside4 : kOutside6); }
  static IpAddress far(Family family) { return ip(family == Family::v4 ? kFar4 : kFar6); }
  static const IpAddress& of(Family family, const std::vector<IpAddress>& addresses) {
    return addresses.at(family == Family::v4 ? 0 : 1);
  }

  NetworkNamespace outside_ = new_pod("outside");
  NetworkNamespace far_ = new_pod("far");
};

// "ip <arguments>" in the calling thread's namespace. Throws when it fails.
void run_ip(const std::string& arguments);
void write_sysctl(const std::string& name, const std::string& value);

}  // namespace weft::test
