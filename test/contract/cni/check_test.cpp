#include "backend/netlink/requests.h"
#include "backend/netlink/socket.h"
#include "test/contract/cni/cni_node.h"
#include "test/support/nft_tool.h"

#include <functional>

#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft::test {
namespace {

using netlink::Message;

void request_here(const Message& message) {
  const Result<> done = netlink::Socket::open(NETLINK_ROUTE).value().request(message);
  ASSERT_TRUE(done) << done.error().message;
}

void set_link_down(const std::string& name) {
  ifinfomsg header{};
  header.ifi_change = IFF_UP;
  Message message;
  message.start(RTM_NEWLINK, 0, header);
  message.put_string(IFLA_IFNAME, name);
  request_here(message);
}

void remove_link(const std::string& name) {
  Message message;
  message.start(RTM_DELLINK, 0, ifinfomsg{});
  message.put_string(IFLA_IFNAME, name);
  request_here(message);
}

void remove_address(const std::string& link, const IpAddress& address) {
  netlink::AddressRecord record;
  record.link = static_cast<int>(::if_nametoindex(link.c_str()));
  record.address = address;
  record.length = address_bits(address.family());
  Message message;
  write_remove(message, record);
  request_here(message);
}

void remove_neighbour(const std::string& link, const IpAddress& address) {
  netlink::NeighbourRecord record;
  record.link = static_cast<int>(::if_nametoindex(link.c_str()));
  record.address = address;
  Message message;
  write_remove(message, record);
  request_here(message);
}

void remove_route(const std::string& link, const IpPrefix& destination) {
  netlink::RouteRecord record;
  record.destination = destination;
  record.hop.link = static_cast<int>(::if_nametoindex(link.c_str()));
  Message message;
  write_remove(message, record);
  request_here(message);
}

class CheckTest : public CniNodeTest {
 protected:
  void SetUp() override { attach(); }

  // The same addresses every time.
  void attach() {
    std::filesystem::remove(data_directory() + "/free.IPv4");
    std::filesystem::remove(data_directory() + "/free.IPv6");
    config_.erase("prevResult");
    const PluginAnswer answer = run("ADD", "a");
    ASSERT_EQ(answer.exit_code, 0) << answer.output;
    config_["prevResult"] = answer.json();
    host_ = answer.json().at("interfaces").at(0).at("name");
    addresses_ = addresses_of(answer);
  }

  // What CHECK says after `damage`, which must be a fault.
  std::string fault() const {
    const PluginAnswer answer = run("CHECK", "a");
    EXPECT_EQ(answer.exit_code, 1);
    EXPECT_EQ(answer.code(), 103) << answer.output;
    return answer.message();
  }

  NetworkNamespace pod_ = new_pod("a");
  std::string host_;
  std::vector<IpAddress> addresses_;
};

TEST_F(CheckTest, IsContentAfterAdd) {
  const PluginAnswer answer = run("CHECK", "a");
  EXPECT_EQ(answer.exit_code, 0) << answer.output;
  EXPECT_EQ(answer.output, "");
}

TEST_F(CheckTest, ChainedPluginsMayAddAddressesAndRoutes) {
  pod_.run([] {
    netlink::AddressRecord more;
    more.link = static_cast<int>(::if_nametoindex("eth0"));
    more.address = ip("198.51.100.1");
    more.length = 24;
    Message message;
    write_put(message, more);
    request_here(message);
  });
  EXPECT_EQ(run("CHECK", "a").exit_code, 0);
}

TEST_F(CheckTest, NamesWhatIsWrong) {
  struct Damage {
    std::function<void()> host;
    std::function<void()> pod;
    std::string fault;
  };
  const std::vector<Damage> damages = {
      {{}, [&] { remove_address("eth0", addresses_[0]); }, "eth0 in the pod lacks the address 10.244.7.2"},
      {{}, [&] { remove_address("eth0", addresses_[1]); }, "eth0 in the pod lacks the address fd00:10:244:7::2"},
      {{}, [] { remove_route("eth0", IpPrefix::parse("0.0.0.0/0").value()); }, "no default route by 169.254.1.1"},
      {{}, [] { remove_route("eth0", IpPrefix::parse("::/0").value()); }, "no default route by fe80::1"},
      {{}, [] { remove_neighbour("eth0", ip("169.254.1.1")); }, "no permanent neighbour entry for 169.254.1.1"},
      {{}, [] { set_link_down("eth0"); }, "eth0 in the pod is down"},
      {[&] { set_link_down(host_); }, {}, host_ + " on the host is down"},
      {[&] { remove_neighbour(host_, addresses_[1]); }, {}, "no permanent neighbour entry for fd00:10:244:7::2"},
      {[&] { remove_route(host_, IpPrefix::parse("10.244.7.2/32").value()); }, {}, "no route to 10.244.7.2"},
      {[&] { remove_link(host_); }, {}, "there is no link " + host_},
  };
  for (const Damage& damage : damages) {
    if (damage.host) damage.host();
    if (damage.pod) pod_.run(damage.pod);
    const std::string told = fault();
    EXPECT_NE(told.find(damage.fault), std::string::npos) << told << "\nexpected: " << damage.fault;
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
    attach();
    if (HasFailure()) return;
  }
}

TEST_F(CheckTest, NamesWhatIsWrongWithHostPorts) {
  ASSERT_EQ(run("DEL", "a").exit_code, 0);
  config_["runtimeConfig"]["portMappings"] = {{{"hostPort", 8080}, {"containerPort", 80}}};
  attach();
  const std::vector<std::pair<std::string, std::string>> damages = {
      {"delete element inet weft-pods ports4 { tcp . 8080 }",
       "hostPort 8080/tcp does not lead to the pod: map ports4 of table inet weft-pods has no element for it"},
      {"delete element inet weft-pods ports6 { tcp . 8080 }; "
       "add element inet weft-pods ports6 { tcp . 8080 : fd00::99 . 80 }",
       "hostPort 8080/tcp leads to somebody else"},
      {"delete element inet weft-pods hairpin4 { 10.244.7.2 . 10.244.7.2 }", "the pod cannot reach itself"},
      {"flush chain inet weft-pods output", "table inet weft-pods has "},
      {"delete table inet weft-pods", "there is no nf_tables table inet weft-pods of this version"},
  };
  for (const auto& [damage, expected] : damages) {
    EXPECT_EQ(run("CHECK", "a").exit_code, 0) << run("CHECK", "a").output;
    nft_run(damage);
    const std::string told = fault();
    EXPECT_NE(told.find(expected), std::string::npos) << told << "\nexpected: " << expected;
    ASSERT_EQ(run("DEL", "a").exit_code, 0);
    nft_run("add table inet weft-pods; delete table inet weft-pods");
    attach();
  }
}

TEST_F(CheckTest, WithoutTheLedgersEntryFails) {
  std::filesystem::remove_all(data_directory());
  EXPECT_NE(fault().find("never added"), std::string::npos);
}

TEST_F(CheckTest, IsNotForConfigurationsThatDoNotKnowIt) {
  config_["cniVersion"] = "0.3.1";
  EXPECT_EQ(run("CHECK", "a").code(), 1);
}

}  // namespace
}  // namespace weft::test
