#include "test/contract/cni/host_port_node.h"

#include "test/support/nft_tool.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace weft::test {

namespace {

// A link from the node to `space`, whose default route it becomes. Without waiting for duplicate address detection.
void join(const NetworkNamespace& space, const std::string& link, const std::string& net4, const std::string& net6) {
  run_ip("link add " + link + " type veth peer name eth0 netns " + space.path());
  space.run([&] {
    write_sysctl("ipv6/conf/default/accept_dad", "0");
    run_ip("addr add " + net4 + "9/24 dev eth0");
    run_ip("addr add " + net6 + "9/64 dev eth0 nodad");
    run_ip("link set eth0 up");
  });
  run_ip("addr add " + net4 + "1/24 dev " + link);
  run_ip("addr add " + net6 + "1/64 dev " + link + " nodad");
  run_ip("link set " + link + " up");
  space.run([&] {
    run_ip("route add default via " + net4 + "1");
    run_ip("-6 route add default via " + net6 + "1");
  });
}

}  // namespace

void run_ip(const std::string& arguments) {
  if (std::system(("ip " + arguments).c_str()) != 0) throw std::runtime_error("ip " + arguments);
}

void write_sysctl(const std::string& name, const std::string& value) {
  std::ofstream file("/proc/sys/net/" + name);
  if (!(file << value << std::flush)) throw std::runtime_error("cannot set " + name);
}

HostPortNode::HostPortNode() {
  write_sysctl("ipv6/conf/default/accept_dad", "0");
  write_sysctl("ipv4/ip_forward", "1");
  write_sysctl("ipv6/conf/all/forwarding", "1");
  join(outside_, "out", "198.51.100.", "2001:db8:51::");
  join(far_, "far", "203.0.113.", "2001:db8:113::");
}

std::uint64_t HostPortNode::counted(const std::string& counter) {
  const std::string text = nft_list_with_counters("counter inet weft-pods " + counter);
  const auto at = text.find("packets ");
  return at == std::string::npos ? 0 : std::stoull(text.substr(at + 8));
}

}  // namespace weft::test
