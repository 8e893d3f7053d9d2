#include "backend/pod_table/damage.h"

#include "backend/pod_table/skeleton.h"
#include "test/unit/subnet/ledger/attachments.h"

#include <gtest/gtest.h>

namespace weft::pod_table {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kNow{1000};

LivingPod pod(const std::string& id, const char* address, std::uint16_t host_port, seconds since = seconds(1)) {
  Attachment attachment = test::attachment(id);
  attachment.addresses = {IpAddress::parse(address).value()};
  attachment.port_mappings = {{.transport = Transport::tcp, .host_port = host_port, .pod_port = 80}};
  attachment.since_boot = since;
  return {std::move(attachment), ""};
}

// What the kernel has of the pods' elements: no mapping, no comment.
std::vector<PortElement> present(const std::vector<LivingPod>& pods) {
  std::vector<PortElement> elements;
  for (const LivingPod& pod : pods) {
    for (PortElement& element : port_elements(pod.attachment, pod.bridge)) {
      elements.push_back({element.set, {element.element.key, element.element.data, ""}, nullptr});
    }
  }
  return elements;
}

TEST(Damage, NoneWhereEveryElementIsThere) {
  const std::vector<LivingPod> living = {pod("a", "10.244.7.2", 8080), pod("b", "fd00::3", 8080)};
  const Damage damage = find_damage(living, present(living), kNow);
  EXPECT_TRUE(damage.missing.empty() && damage.wrong.empty() && damage.stale.empty() && damage.hurt.empty());
}

TEST(Damage, MissingElementsNameThePodsTheyHurt) {
  const std::vector<LivingPod> living = {pod("a", "10.244.7.2", 8080), pod("b", "10.244.7.3", 8081)};
  const Damage damage = find_damage(living, present({living[0]}), kNow);
  EXPECT_EQ(damage.missing.size(), 2U) << "the port and the hairpin";
  EXPECT_EQ(damage.hurt, std::vector<const Attachment*>{&living[1].attachment});
  EXPECT_TRUE(damage.wrong.empty() && damage.stale.empty());
}

TEST(Damage, WhatLeadsToADeadPodIsExchanged) {
  const std::vector<LivingPod> living = {pod("a", "10.244.7.2", 8080)};
  const Damage damage = find_damage(living, present({pod("dead", "10.244.7.9", 8080)}), kNow);
  ASSERT_EQ(damage.wrong.size(), 1U);
  EXPECT_STREQ(damage.wrong[0].set, ports_map(Family::v4));
  EXPECT_EQ(damage.missing.size(), 2U);
  ASSERT_EQ(damage.stale.size(), 1U);
  EXPECT_STREQ(damage.stale[0].set, hairpin_set(Family::v4));
}

// Of two that want it the later one is about to be refused, or the earlier one is: whoever has it keeps it.
TEST(Damage, APortThatALivingPodHasStaysItsOwn) {
  const std::vector<LivingPod> living = {pod("a", "10.244.7.2", 8080), pod("b", "10.244.7.3", 8080)};
  const Damage damage = find_damage(living, present({living[1]}), kNow);
  EXPECT_TRUE(damage.wrong.empty() && damage.stale.empty());
  ASSERT_EQ(damage.missing.size(), 1U);
  EXPECT_STREQ(damage.missing[0].set, hairpin_set(Family::v4));
}

TEST(Damage, ALostPortBelongsToThePodThatCameFirst) {
  const std::vector<LivingPod> living = {pod("a", "10.244.7.2", 8080), pod("b", "10.244.7.3", 8080)};
  const auto wanted = wanted_elements(living);
  ASSERT_EQ(wanted.size(), 3U);
  for (const PortElement& element : wanted) {
    EXPECT_TRUE(element.mapping == nullptr || element.mapping == &living[0].attachment.port_mappings[0]);
  }
}

TEST(Damage, AYoungPodIsLeftToItsAdd) {
  const std::vector<LivingPod> living = {pod("a", "10.244.7.2", 8080, kNow)};
  Damage damage = find_damage(living, present({pod("dead", "10.244.7.9", 8080)}), kNow + kAddTime - milliseconds(1));
  EXPECT_TRUE(damage.too_young);
  EXPECT_TRUE(damage.missing.empty() && damage.wrong.empty() && damage.hurt.empty());
  EXPECT_EQ(damage.stale.size(), 1U) << "not the port, which it wants";
  damage = find_damage(living, {}, kNow + kAddTime);
  EXPECT_FALSE(damage.too_young);
  EXPECT_EQ(damage.missing.size(), 2U);
}

TEST(Damage, ABridgeIsNamedOnceForAllItsPods) {
  std::vector<LivingPod> living = {pod("a", "10.244.7.2", 8080), pod("b", "10.244.7.3", 8081)};
  for (LivingPod& pod : living) pod.bridge = "cni0";
  EXPECT_EQ(wanted_elements(living).size(), 5U);
  EXPECT_TRUE(find_damage({&living[1], 1}, present(living), kNow).missing.empty());
  const Damage lost = find_damage(living, present({living[0]}), kNow);
  EXPECT_EQ(lost.missing.size(), 2U) << "not the bridge";
}

// Of an earlier version, or of a process in a time namespace of its own.
TEST(Damage, APodOfUnknownAgeIsNotYoung) {
  std::vector<LivingPod> living = {pod("a", "10.244.7.2", 8080, kNow + seconds(5))};
  EXPECT_FALSE(find_damage(living, {}, kNow).too_young);
  living[0].attachment.since_boot.reset();
  EXPECT_FALSE(find_damage(living, {}, kNow).too_young);
}

}  // namespace
}  // namespace weft::pod_table
