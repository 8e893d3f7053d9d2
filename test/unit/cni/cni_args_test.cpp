#include "cni-plugin/cni_args.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft::cni {
namespace {

std::string refusal(std::string_view text) {
  const auto args = parse_cni_args(text);
  if (args) return "";
  EXPECT_EQ(args.error().code, Code::invalid_environment);
  return args.error().message;
}

TEST(CniArgs, AreWhatKubernetesRuntimesSend) {
  const auto args = parse_cni_args(
      "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web-0;K8S_POD_INFRA_CONTAINER_ID=3f;K8S_POD_UID=7");
  ASSERT_TRUE(args) << args.error().message;
  EXPECT_EQ(args->pod_namespace, "default");
  EXPECT_EQ(args->pod_name, "web-0");
  EXPECT_EQ(args->ip, "");
}

TEST(CniArgs, AreWhatPodmanSends) {
  const auto args = parse_cni_args("IP=10.244.7.9;MAC=0a:58:0a:f4:07:09;");
  ASSERT_TRUE(args) << args.error().message;
  EXPECT_EQ(args->ip, "10.244.7.9");
  EXPECT_EQ(args->mac, "0a:58:0a:f4:07:09");
}

TEST(CniArgs, MayBeEmptyInAnyWay) {
  for (const char* text : {"", ";", ";;", "IP=", "IP=;MAC="}) {
    const auto args = parse_cni_args(text);
    ASSERT_TRUE(args) << text;
    EXPECT_EQ(args->ip + args->mac, "");
  }
}

TEST(CniArgs, UnknownOnesAreIgnoredOnlyWhenTheRuntimeSaysSo) {
  EXPECT_EQ(refusal("A=1;IP=10.0.0.1;GATEWAY=2"), "CNI_ARGS: unknown A, GATEWAY: leave it out, or add IgnoreUnknown=1");
  EXPECT_NE(refusal("A=1;IgnoreUnknown=0"), "");
  EXPECT_NE(refusal("ip=10.0.0.1"), "") << "keys have a case";
  for (const char* text : {"A=1;IgnoreUnknown=1", "IgnoreUnknown=true;A=", "A=1;IgnoreUnknown=TRUE"}) {
    EXPECT_EQ(refusal(text), "") << text;
  }
  EXPECT_EQ(refusal("IgnoreUnknown=yes"), "CNI_ARGS: IgnoreUnknown=yes: must be 1 or 0");
}

TEST(CniArgs, APairHasOneEqualsSign) {
  EXPECT_EQ(refusal("IgnoreUnknown=1;x"), "CNI_ARGS: \"x\" is not of the form KEY=VALUE");
  EXPECT_EQ(refusal("A=b=c;IgnoreUnknown=1"), "CNI_ARGS: \"A=b=c\" is not of the form KEY=VALUE");
}

TEST(CniArgs, NamesAreCutToWhatKubernetesAllows) {
  EXPECT_EQ(parse_cni_args("K8S_POD_NAME=" + std::string(1000, 'a'))->pod_name.size(), 253U);
}

RC_GTEST_PROP(CniArgs, AnyTextIsRead, (const std::string& text)) { static_cast<void>(parse_cni_args(text)); }

}  // namespace
}  // namespace weft::cni
