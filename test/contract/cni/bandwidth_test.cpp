// The kernel's queues as the plugin has set them; that they limit is the kernel's business.
#include "backend/netlink/message_view.h"
#include "backend/netlink/socket.h"
#include "test/contract/cni/cni_node.h"
#include "test/support/cni/udp.h"

#include <cstring>

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace weft::test {
namespace {

using netlink::MessageView;

struct Queue {
  std::string kind;
  std::uint64_t rate = 0;
  std::uint32_t limit = 0;
};

Queue parse_queue(MessageView view) {
  const auto attributes = view.attributes<tcmsg>();
  const auto options = attributes.nested(TCA_OPTIONS);
  Queue queue;
  queue.kind = attributes.string(TCA_KIND);
  const auto bytes = options.bytes(TCA_TBF_PARMS);
  if (queue.kind != "tbf" || bytes.size() < sizeof(tc_tbf_qopt)) return queue;
  tc_tbf_qopt parameters{};
  std::memcpy(&parameters, bytes.data(), sizeof parameters);
  queue.rate = parameters.rate.rate;
  const auto large = options.bytes(TCA_TBF_RATE64);
  if (large.size() == sizeof queue.rate) std::memcpy(&queue.rate, large.data(), sizeof queue.rate);
  queue.limit = parameters.limit;
  return queue;
}

// The root queue of a link of this namespace.
Queue queue_of(const std::string& link) {
  const int index = static_cast<int>(::if_nametoindex(link.c_str()));
  const auto root_of_link = [index](MessageView view) -> std::optional<Queue> {
    const auto* header = view.header<tcmsg>();
    if (header == nullptr || header->tcm_ifindex != index || header->tcm_parent != TC_H_ROOT) return std::nullopt;
    return parse_queue(view);
  };
  netlink::Message message;
  message.start(RTM_GETQDISC, 0, tcmsg{});
  auto socket = netlink::Socket::open(NETLINK_ROUTE).value();
  const auto queues = socket.dump(message, root_of_link).value();
  return queues.empty() ? Queue() : queues.front();
}

class BandwidthTest : public CniNodeTest, public ::testing::WithParamInterface<const char*> {
 protected:
  BandwidthTest() { config_["mode"] = GetParam(); }
};

TEST_P(BandwidthTest, EachDirectionHasItsOwnLimit) {
  config_["runtimeConfig"]["bandwidth"] = {{"ingressRate", 80'000'000}, {"egressRate", 16'000'000}};
  const NetworkNamespace pod = new_pod("a");
  const PluginAnswer answer = run("ADD", "a");
  ASSERT_EQ(answer.exit_code, 0) << answer.output;
  const auto interfaces = answer.json().at("interfaces");
  const std::string host = interfaces.at(interfaces.size() - 2).at("name");
  const Queue to_pod = queue_of(host);
  EXPECT_EQ(to_pod.kind, "tbf");
  EXPECT_EQ(to_pod.rate, 10'000'000U);
  EXPECT_EQ(to_pod.limit, 500'000U);
  const Queue from_pod = pod.run([] { return queue_of("eth0"); });
  EXPECT_EQ(from_pod.kind, "tbf");
  EXPECT_EQ(from_pod.rate, 2'000'000U);

  UdpEnd node(ip(kNodeAddress4));
  UdpEnd inside = pod.run([&] { return UdpEnd(addresses_of(answer).at(0)); });
  EXPECT_TRUE(inside.exchange(node));
}

TEST_P(BandwidthTest, ARateBeyondFourGigabytesASecondIsKept) {
  config_["runtimeConfig"]["bandwidth"] = {{"ingressRate", 100'000'000'000U}, {"ingressBurst", 4294967295U}};
  const NetworkNamespace pod = new_pod("a");
  const PluginAnswer answer = run("ADD", "a");
  ASSERT_EQ(answer.exit_code, 0) << answer.output;
  const auto interfaces = answer.json().at("interfaces");
  EXPECT_EQ(queue_of(interfaces.at(interfaces.size() - 2).at("name")).rate, 12'500'000'000U);
  EXPECT_NE(pod.run([] { return queue_of("eth0").kind; }), "tbf");
}

INSTANTIATE_TEST_SUITE_P(Modes, BandwidthTest, ::testing::Values("ptp", "bridge"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace weft::test
