#include "test/contract/cni/cni_node.h"
#include "test/support/kernel_objects.h"
#include "test/support/nft_tool.h"

#include <functional>

namespace weft::test {
namespace {

// What somebody does in the namespace that the thread is in.
using Hand = std::function<void(OtherHand&)>;

void by_other_hand(const Hand& damage) {
  if (!damage) return;
  OtherHand hand;
  damage(hand);
}

Hand removing(Route route) {
  return [=](OtherHand& hand) { hand.remove_route(route); };
}

Hand removing_neighbour(const std::string& link, const IpAddress& address) {
  return [=](OtherHand& hand) { hand.remove(Neighbour{.link = link, .address = address, .mac = {}}); };
}

Hand setting_down(const std::string& link) {
  return [=](OtherHand& hand) { hand.set_up(link, false); };
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
  pod_.run([] { OtherHand().add_address("eth0", "198.51.100.1/24"); });
  EXPECT_EQ(run("CHECK", "a").exit_code, 0);
}

TEST_F(CheckTest, NamesWhatIsWrong) {
  struct Damage {
    Hand host;
    Hand pod;
    std::string fault;
  };
  const IpPrefix all4 = IpPrefix::parse("0.0.0.0/0").value();
  const IpPrefix all6 = IpPrefix::parse("::/0").value();
  const std::vector<Damage> damages = {
      {{},
       [](OtherHand& hand) { hand.remove_address("eth0", "10.244.7.2/32"); },
       "eth0 in the pod lacks the address 10.244.7.2"},
      {{},
       [](OtherHand& hand) { hand.remove_address("eth0", "fd00:10:244:7::2/128"); },
       "eth0 in the pod lacks the address fd00:10:244:7::2"},
      {{}, removing({.destination = all4, .link = "eth0"}), "no default route by 169.254.1.1"},
      {{}, removing({.destination = all6, .link = "eth0"}), "no default route by fe80::1"},
      {{}, removing_neighbour("eth0", ip("169.254.1.1")), "no permanent neighbour entry for 169.254.1.1"},
      {{}, setting_down("eth0"), "eth0 in the pod is down"},
      {setting_down(host_), {}, host_ + " on the host is down"},
      {removing_neighbour(host_, addresses_[1]), {}, "no permanent neighbour entry for fd00:10:244:7::2"},
      {removing({.destination = IpPrefix::parse("10.244.7.2/32").value(), .link = host_}),
       {},
       "no route to 10.244.7.2"},
      {[&](OtherHand& hand) { hand.remove_link(host_); }, {}, "there is no link " + host_},
  };
  for (const Damage& damage : damages) {
    by_other_hand(damage.host);
    pod_.run([&damage] { by_other_hand(damage.pod); });
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
