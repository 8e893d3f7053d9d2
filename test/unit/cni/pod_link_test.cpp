#include "cni-plugin/pod_link.h"

#include "subnet/ledger/host_link.h"

#include <gtest/gtest.h>

#include <set>

#include <net/if.h>

namespace weft::cni {
namespace {

// Living links have these names: a change here loses them at the next DEL.
TEST(PodLink, NamesNeverChange) {
  EXPECT_EQ(host_link_name({"a", "eth0"}), "wpf2569f853e4e");
  EXPECT_EQ(host_link_name({"b", "eth0"}), "wp8e4cd2577d75");
  const PodLink link = pod_link_of({"a", "eth0"});
  EXPECT_EQ(link.host_name, "wpf2569f853e4e");
  EXPECT_EQ(link.pod_name, "eth0");
  EXPECT_EQ(link.host_mac.to_string(), "b6:6a:2c:92:83:65");
  EXPECT_EQ(link.pod_mac.to_string(), "76:ad:58:3c:5a:13");
}

TEST(PodLink, EveryPartOfTheKeyCounts) {
  std::set<std::string> names;
  for (int container = 0; container < 1000; ++container) {
    for (const char* interface : {"eth0", "eth1"}) {
      const std::string name = host_link_name({std::to_string(container), interface});
      EXPECT_LT(name.size(), std::size_t{IFNAMSIZ});
      EXPECT_TRUE(names.insert(name).second);
    }
  }
  EXPECT_NE(host_link_name({"ab", "c"}), host_link_name({"a", "bc"}));
}

TEST(PodLink, HardwareAddressesAreUnicastAndOurOwn) {
  std::set<MacAddress> seen;
  for (int container = 0; container < 1000; ++container) {
    const PodLink link = pod_link_of({std::to_string(container), "eth0"});
    for (const MacAddress& mac : {link.host_mac, link.pod_mac}) {
      EXPECT_TRUE(mac.is_unicast());
      EXPECT_NE(mac.bytes()[0] & 0x02, 0) << "locally administered";
      EXPECT_TRUE(seen.insert(mac).second);
    }
  }
}

}  // namespace
}  // namespace weft::cni
