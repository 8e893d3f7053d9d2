#include "backend/kernel_errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace weft::test {

namespace {

using testing::HasSubstr;

const Link kLink{.name = "weft.1", .vxlan = VxlanParams{.vni = 1}};
const LinkAddress kAddress{.link = "weft.1"};
const Neighbour kNeighbour{.link = "weft.1"};
const FdbEntry kEntry{.link = "weft.1"};
const Route kRoute{.link = "weft.1"};

Result<> removing(const KernelObject& object, int code) {
  return judge_error({Verb::remove, object}, {.message = "text", .code = code});
}
Result<> putting(const KernelObject& object, int code) {
  return judge_error({Verb::put, object}, {.message = "text", .code = code});
}

TEST(KernelErrors, RemovingWhatIsGoneSucceeds) {
  EXPECT_TRUE(removing(kLink, ENODEV));
  EXPECT_TRUE(removing(kAddress, EADDRNOTAVAIL));
  EXPECT_TRUE(removing(kNeighbour, ENOENT));
  EXPECT_TRUE(removing(kEntry, ENOENT));
  EXPECT_TRUE(removing(kRoute, ESRCH));
}

TEST(KernelErrors, WhatALostDeviceTookIsGoneToo) {
  EXPECT_TRUE(removing(kAddress, ENODEV));
  EXPECT_TRUE(removing(kNeighbour, ENODEV));
  EXPECT_TRUE(removing(kEntry, ENODEV));
  EXPECT_TRUE(removing(kRoute, ENODEV));
}

TEST(KernelErrors, EachKindHasItsOwnWordForGone) {
  EXPECT_FALSE(removing(kRoute, ENOENT));
  EXPECT_FALSE(removing(kNeighbour, ESRCH));
  EXPECT_FALSE(removing(kEntry, EADDRNOTAVAIL));
  EXPECT_FALSE(removing(kAddress, ENOENT));
  EXPECT_FALSE(removing(kLink, ENOENT));
}

TEST(KernelErrors, PuttingToleratesNothing) {
  for (const int code : {ENODEV, ENOENT, ESRCH, EADDRNOTAVAIL, EEXIST}) {
    EXPECT_FALSE(putting(kRoute, code));
    EXPECT_FALSE(putting(kNeighbour, code));
  }
}

TEST(KernelErrors, TheMessageNamesObjectCauseAndRemedy) {
  const auto refused = putting(kRoute, EPERM);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, EPERM);
  EXPECT_THAT(refused.error().message, HasSubstr("put route"));
  EXPECT_THAT(refused.error().message, HasSubstr("text"));
  EXPECT_THAT(refused.error().message, HasSubstr("CAP_NET_ADMIN"));
}

TEST(KernelErrors, AKernelWithoutVxlanIsNamed) {
  EXPECT_THAT(putting(kLink, EOPNOTSUPP).error().message, HasSubstr("modprobe vxlan"));
  EXPECT_THAT(putting(kLink, ENOENT).error().message, HasSubstr("modprobe vxlan"));
  EXPECT_THAT(removing(kLink, EOPNOTSUPP).error().message, HasSubstr("rename it"));
}

}  // namespace

}  // namespace weft::test
