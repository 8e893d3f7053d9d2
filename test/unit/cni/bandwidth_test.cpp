#include "cni-plugin/bandwidth.h"

#include <gtest/gtest.h>

namespace weft::cni {
namespace {

Outcome<Bandwidth> parsed(const Json& bandwidth) {
  const Json document = {{"runtimeConfig", {{"bandwidth", bandwidth}}}};
  return parse_bandwidth(parse_object(document.dump()).value());
}

TEST(Bandwidth, NothingAskedIsNoLimit) {
  for (const Json& document :
       {Json::object(), Json{{"runtimeConfig", Json::object()}}, Json{{"runtimeConfig", {{"bandwidth", nullptr}}}}}) {
    const auto none = parse_bandwidth(document);
    ASSERT_TRUE(none) << document;
    EXPECT_FALSE(none->to_pod || none->from_pod);
  }
  const auto zero = parsed({{"ingressRate", 0}, {"ingressBurst", 0}, {"egressRate", 0}, {"egressBurst", 4294967295U}});
  ASSERT_TRUE(zero);
  EXPECT_FALSE(zero->to_pod || zero->from_pod);
}

TEST(Bandwidth, IngressIsTowardsThePod) {
  const auto both = parsed({{"ingressRate", 80'000'000}, {"ingressBurst", 8'000'000}, {"egressRate", 16'000'000}});
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->to_pod, (RateLimit{10'000'000, 1'000'000, 1'250'000}));
  EXPECT_EQ(both->from_pod, (RateLimit{2'000'000, 65536, 115'536}));
}

// As containerd writes it (go-cni's type BandWidth has no JSON names).
TEST(Bandwidth, IsReadAsContainerdSendsIt) {
  const auto both =
      parsed({{"IngressRate", 80'000'000}, {"IngressBurst", 4294967295U}, {"EgressRate", 0}, {"EgressBurst", 0}});
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->to_pod->rate, 10'000'000U);
  EXPECT_FALSE(both->from_pod);
}

// 4294967295 is what container runtimes send whatever the rate is.
TEST(Bandwidth, ABurstIsAtMostASecondsWorth) {
  EXPECT_EQ(parsed({{"ingressRate", 8'000'000}, {"ingressBurst", 4294967295U}})->to_pod->burst, 1'000'000U);
  EXPECT_EQ(parsed({{"ingressRate", 8'000}, {"ingressBurst", 4294967295U}})->to_pod->burst, 65536U);
  EXPECT_EQ(parsed({{"ingressRate", 1'000'000'000'000U}, {"ingressBurst", 4294967295U}})->to_pod->burst, 536'870'911U);
}

TEST(Bandwidth, NothingOverflows) {
  const auto most = parsed({{"egressRate", 1'000'000'000'000'000U}, {"egressBurst", 18446744073709551615U}});
  ASSERT_TRUE(most) << most.error().message;
  EXPECT_EQ(most->from_pod->rate, 125'000'000'000'000U);
  EXPECT_EQ(most->from_pod->burst, 2147483647U);
  EXPECT_GT(most->from_pod->queue, most->from_pod->burst);
}

TEST(Bandwidth, WrongValuesAreNamedWithTheirRange) {
  for (const Json& rate : {Json(999), Json(-1), Json("10M"), Json(1.5), Json(true), Json(1'000'000'000'000'001U)}) {
    const auto wrong = parsed({{"egressRate", rate}});
    ASSERT_FALSE(wrong) << rate;
    EXPECT_EQ(wrong.error().code, Code::invalid_configuration);
    EXPECT_NE(wrong.error().message.find("\"egressRate\" " + to_text(rate) + ": must be a number of bits from 1000"),
              std::string::npos)
        << wrong.error().message;
  }
  EXPECT_FALSE(parsed(7));
}

}  // namespace
}  // namespace weft::cni
