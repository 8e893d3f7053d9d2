#include "cni-plugin/attach_result.h"

#include "cni-plugin/ptp.h"

#include <gtest/gtest.h>

namespace weft::cni {
namespace {

PodLink example() {
  PodLink link = pod_link_of({"a", "eth0"});
  link.mtu = 1450;
  link.ipv6_mtu = 1430;
  link.addresses = {ptp::pod_address(IpAddress::parse("10.244.7.2").value()),
                    ptp::pod_address(IpAddress::parse("fd00::2").value())};
  return link;
}

Outcome<Json> result_of(const Json& additions) {
  Json document = {{"cniVersion", "1.0.0"}, {"name", "weft"}};
  document.update(additions);
  return attach_result(parse_net_conf(document.dump()).value(), example(), "/run/netns/a");
}

TEST(AttachResult, OfVersion031) {
  EXPECT_EQ(to_text(result_of({{"cniVersion", "0.3.1"}}).value()),
            R"({"cniVersion":"0.3.1","interfaces":[{"mac":"b6:6a:2c:92:83:65","name":"wpf2569f853e4e"},)"
            R"({"mac":"76:ad:58:3c:5a:13","name":"eth0","sandbox":"/run/netns/a"}],)"
            R"("ips":[{"address":"10.244.7.2/32","gateway":"169.254.1.1","interface":1,"version":"4"},)"
            R"({"address":"fd00::2/128","gateway":"fe80::1","interface":1,"version":"6"}],)"
            R"("routes":[{"dst":"0.0.0.0/0","gw":"169.254.1.1"},{"dst":"::/0","gw":"fe80::1"}]})");
}

TEST(AttachResult, OfVersion110) {
  EXPECT_EQ(to_text(result_of({{"cniVersion", "1.1.0"}}).value()),
            R"({"cniVersion":"1.1.0","interfaces":[{"mac":"b6:6a:2c:92:83:65","mtu":1450,"name":"wpf2569f853e4e"},)"
            R"({"mac":"76:ad:58:3c:5a:13","mtu":1450,"name":"eth0","sandbox":"/run/netns/a"}],)"
            R"("ips":[{"address":"10.244.7.2/32","gateway":"169.254.1.1","interface":1},)"
            R"({"address":"fd00::2/128","gateway":"fe80::1","interface":1}],)"
            R"("routes":[{"dst":"0.0.0.0/0","gw":"169.254.1.1"},{"dst":"::/0","gw":"fe80::1","mtu":1430}]})");
}

TEST(AttachResult, PassesDnsThrough) {
  const Json dns = {{"nameservers", {"10.0.0.10"}}};
  EXPECT_EQ(result_of({{"dns", dns}})->at("dns"), dns);
  EXPECT_EQ(result_of({{"dns", dns}, {"prevResult", {{"dns", {{"domain", "x"}}}}}})->at("dns"), dns);
  EXPECT_FALSE(result_of(Json::object())->contains("dns"));
}

TEST(AttachResult, KeepsWhatCameBefore) {
  const auto result = result_of({{"prevResult",
                                  {{"cniVersion", "1.0.0"},
                                   {"interfaces", {{{"name", "x"}}, {{"name", "y"}}}},
                                   {"ips", nullptr},
                                   {"future", 7}}}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->at("interfaces").size(), 4U);
  EXPECT_EQ(result->at("ips").at(0).at("interface"), 3);
  EXPECT_EQ(result->at("future"), 7);
  EXPECT_TRUE(result_of({{"prevResult", nullptr}}));
}

TEST(AttachResult, RefusesAPreviousResultThatIsNone) {
  for (const Json& previous : {Json(7), Json("x"), Json::array(), Json{{"ips", 7}}, Json{{"interfaces", "x"}},
                               Json{{"routes", Json::object()}}}) {
    const auto result = result_of({{"prevResult", previous}});
    ASSERT_FALSE(result) << previous;
    EXPECT_EQ(result.error().code, Code::invalid_configuration);
  }
}

}  // namespace
}  // namespace weft::cni
