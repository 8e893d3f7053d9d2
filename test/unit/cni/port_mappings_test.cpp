#include "cni-plugin/port_mappings.h"

#include "test/support/literals.h"

#include <gtest/gtest.h>

namespace weft::cni {
namespace {

using test::ip;

Json with(const Json& mappings) {
  const Json document = {{"runtimeConfig", {{"portMappings", mappings}}}};
  return parse_object(document.dump()).value();
}

Failure refusal(const Json& mapping) {
  const auto parsed = parse_port_mappings(with(Json::array({mapping})));
  return parsed ? Failure{Code::kernel, "accepted", ""} : parsed.error();
}

TEST(PortMappings, AreReadInAllForms) {
  const auto parsed = parse_port_mappings(with({
      {{"hostPort", 8080}, {"containerPort", 80}, {"protocol", "tcp"}, {"hostIP", ""}},
      {{"hostPort", 53}, {"containerPort", 5353}, {"protocol", "UDP"}, {"hostIP", "192.0.2.1"}},
      {{"hostPort", 9}, {"containerPort", 10}, {"protocol", "SCTP"}, {"hostIP", "::"}},
      {{"hostPort", 65535}, {"containerPort", 1}},
  }));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, (std::vector<PortMapping>{{Transport::tcp, 8080, 80, std::nullopt},
                                               {Transport::tcp, 65535, 1, std::nullopt},
                                               {Transport::udp, 53, 5353, ip("192.0.2.1")},
                                               {Transport::sctp, 9, 10, ip("::")}}));
}

// As containerd writes them (go-cni's type PortMapping has no JSON names).
TEST(PortMappings, AreReadAsContainerdSendsThem) {
  const auto parsed = parse_port_mappings(with({
      {{"HostPort", 8080}, {"ContainerPort", 80}, {"Protocol", "tcp"}, {"HostIP", ""}},
      {{"HostPort", 53}, {"ContainerPort", 5353}, {"Protocol", "udp"}, {"HostIP", "192.0.2.1"}},
  }));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, (std::vector<PortMapping>{{Transport::tcp, 8080, 80, std::nullopt},
                                               {Transport::udp, 53, 5353, ip("192.0.2.1")}}));
}

TEST(PortMappings, MayBeMissing) {
  for (const Json& document : {Json::object(), Json{{"runtimeConfig", nullptr}}, with(nullptr), with(Json::array())}) {
    const auto parsed = parse_port_mappings(document);
    ASSERT_TRUE(parsed) << document;
    EXPECT_TRUE(parsed->empty());
  }
}

TEST(PortMappings, ValuesOutOfRangeAreNamed) {
  struct Bad {
    Json mapping;
    Code code;
    std::string told;
  };
  const std::vector<Bad> bad = {
      {7, Code::invalid_configuration, "hostPort"},
      {{{"containerPort", 80}}, Code::invalid_configuration, R"("hostPort" must be a number from 1 to 65535)"},
      {{{"hostPort", 0}, {"containerPort", 80}}, Code::invalid_configuration, R"("hostPort":0})"},
      {{{"hostPort", 65536}, {"containerPort", 80}}, Code::invalid_configuration, "65536"},
      {{{"hostPort", -1}, {"containerPort", 80}}, Code::invalid_configuration, "-1"},
      {{{"hostPort", "80"}, {"containerPort", 80}}, Code::invalid_configuration, R"("80")"},
      {{{"hostPort", 80}}, Code::invalid_configuration, R"("containerPort" must be)"},
      {{{"hostPort", 80}, {"containerPort", 70000}}, Code::invalid_configuration, "70000"},
      {{{"hostPort", 80}, {"containerPort", 80}, {"protocol", "icmp"}},
       Code::unsupported_field,
       R"("protocol" "icmp" is not supported)"},
      {{{"hostPort", 80}, {"containerPort", 80}, {"protocol", 6}}, Code::unsupported_field, "6"},
      {{{"hostPort", 80}, {"containerPort", 80}, {"hostIP", "localhost"}},
       Code::invalid_configuration,
       R"("hostIP" "localhost": must be an address)"},
      {{{"hostPort", 80}, {"containerPort", 80}, {"hostIP", "224.0.0.1"}}, Code::invalid_configuration, "224.0.0.1"},
      {{{"hostPort", 80}, {"containerPort", 80}, {"hostIP", "::1"}}, Code::unsupported_field, "use 127.0.0.1"},
  };
  for (const Bad& entry : bad) {
    const Failure failure = refusal(entry.mapping);
    EXPECT_EQ(failure.code, entry.code) << entry.mapping;
    EXPECT_NE(failure.message.find("portMappings"), std::string::npos) << failure.message;
    EXPECT_NE(failure.message.find(entry.told), std::string::npos) << failure.message;
  }
}

TEST(PortMappings, AreAListOfLimitedLength) {
  EXPECT_EQ(parse_port_mappings(with("80")).error().code, Code::invalid_configuration);
  const Json one = {{"hostPort", 80}, {"containerPort", 80}};
  EXPECT_TRUE(parse_port_mappings(with(Json(1024, one))));
  EXPECT_EQ(parse_port_mappings(with(Json(1025, one))).error().code, Code::invalid_configuration);
}

TEST(PortMappings, RepetitionsAreOneAndContradictionsAreRefused) {
  const auto both = [](const char* first, int first_target, const char* second, int second_target) {
    return parse_port_mappings(with({{{"hostPort", 80}, {"containerPort", first_target}, {"hostIP", first}},
                                     {{"hostPort", 80}, {"containerPort", second_target}, {"hostIP", second}}}));
  };
  EXPECT_EQ(both("", 8080, "", 8080)->size(), 1U);
  EXPECT_EQ(both("192.0.2.1", 8080, "192.0.2.2", 8081)->size(), 2U);
  EXPECT_EQ(both("0.0.0.0", 8080, "::", 8081)->size(), 2U);
  EXPECT_EQ(both("", 8080, "192.0.2.2", 8081)->size(), 2U) << "the more specific one comes first";
  for (const auto& refused :
       {both("", 1, "", 2), both("", 1, "0.0.0.0", 2), both("::", 2, "", 1), both("192.0.2.1", 1, "192.0.2.1", 2)}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::invalid_configuration);
    EXPECT_NE(refused.error().message.find("one port of the node with two targets"), std::string::npos);
  }
}

TEST(PortMappings, NeedAPodAddressOfTheFamily) {
  const std::vector<AddressPool> v4 = {AddressPool::of(test::net("10.244.7.0/24")).value()};
  const std::vector<PortMapping> any = {{Transport::tcp, 80, 80, std::nullopt}};
  const std::vector<PortMapping> v6 = {{Transport::tcp, 80, 80, ip("2001:db8::1")}};
  EXPECT_TRUE(check_families(any, v4));
  const auto refused = check_families(v6, v4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::invalid_configuration);
  EXPECT_NE(refused.error().message.find("pods have no IPv6 addresses"), std::string::npos);
}

TEST(PortMappings, TheLoopbackIsReachedByThoseOfAllAddressesAndItsOwn) {
  const auto reached = [](std::optional<IpAddress> address) {
    const std::vector<PortMapping> mappings = {{Transport::tcp, 80, 80, address}};
    return has_loopback_port(mappings);
  };
  EXPECT_TRUE(reached(std::nullopt));
  EXPECT_TRUE(reached(ip("0.0.0.0")));
  EXPECT_TRUE(reached(ip("127.0.0.2")));
  EXPECT_FALSE(reached(ip("192.0.2.1")));
  EXPECT_FALSE(reached(ip("::")));
}

}  // namespace
}  // namespace weft::cni
