#include "test/contract/cni/cni_node.h"

#include "backend/netlink/requests.h"
#include "backend/netlink/socket.h"
#include "test/support/namespace.h"
#include "test/unit/subnet/ledger/attachments.h"

#include <fstream>
#include <stdexcept>

namespace weft::test {

namespace {

constexpr int kLoopback = 1;  // the index of `lo` in every namespace

void give_node_address(const char* text) {
  netlink::AddressRecord address;
  address.link = kLoopback;
  address.address = ip(text);
  address.length = address_bits(address.address.family());
  netlink::Message message;
  write_put(message, address);
  auto socket = netlink::Socket::open(NETLINK_ROUTE);
  const Result<> done = socket ? socket->request(message) : Result<>(std::unexpected(socket.error()));
  if (!done) throw std::runtime_error(done.error().message);
}

}  // namespace

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

std::vector<IpAddress> addresses_of(const PluginAnswer& answer) {
  std::vector<IpAddress> addresses;
  const nlohmann::json result = answer.json();
  for (const auto& entry : result.at("ips")) {
    const std::string text = entry.at("address");
    addresses.push_back(ip(text.substr(0, text.find('/'))));
  }
  return addresses;
}

CniNodeTest::CniNodeTest() {
  keep_mounts_private();
  reboot();
  write_subnet_env();
  config_ = {{"cniVersion", "1.1.0"},
             {"name", "weft"},
             {"type", "weft"},
             {"subnetFile", directory_ / "subnet.env"},
             {"dataDir", data_directory()}};
}

void CniNodeTest::reboot() const {
  new_network();
  give_node_address(kNodeAddress4);
  give_node_address(kNodeAddress6);
  std::filesystem::remove_all(data_directory());
}

void CniNodeTest::write_subnet_env(std::string_view v4, std::string_view v6) const {
  std::ofstream file(directory_ / "subnet.env");
  if (!v4.empty()) file << "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=" << v4 << '\n';
  if (!v6.empty()) file << "FLANNEL_IPV6_NETWORK=fd00:10:244::/48\nFLANNEL_IPV6_SUBNET=" << v6 << '\n';
  file << "FLANNEL_MTU=1450\nWEFT_IPV6_MTU=1430\nFLANNEL_IPMASQ=true\n";
}

void CniNodeTest::remove_subnet_env() const { std::filesystem::remove(directory_ / "subnet.env"); }

NetworkNamespace CniNodeTest::new_pod(const std::string& name) const { return NetworkNamespace(pod_path(name)); }

PluginCall CniNodeTest::call(const std::string& verb, const std::string& name) const {
  return {{{"CNI_COMMAND", verb},
           {"CNI_CONTAINERID", name},
           {"CNI_NETNS", pod_path(name)},
           {"CNI_IFNAME", "eth0"},
           {"CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + name}},
          config_.dump()};
}

std::vector<IpAddress> CniNodeTest::add(const std::string& name) const {
  const PluginAnswer answer = run("ADD", name);
  EXPECT_EQ(answer.exit_code, 0) << answer.output << answer.errors;
  return answer.exit_code == 0 ? addresses_of(answer) : std::vector<IpAddress>();
}

std::set<std::string> CniNodeTest::ledger_files() const {
  return std::filesystem::exists(data_directory()) ? files_below(data_directory()) : std::set<std::string>();
}

}  // namespace weft::test
