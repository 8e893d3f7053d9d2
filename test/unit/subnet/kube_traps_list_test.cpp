// The traps of the lease protocol (lease_traps_*_test.cpp) that belong to the list a claim is judged by.
#include "subnet/node_resource.h"
#include "subnet/resource_list.h"
#include "test/unit/subnet/kube_client_fixture.h"

namespace weft {
namespace {

using boost::asio::awaitable;
using Listing = ResourceListing<RawNode>;

std::string page(std::string_view node, std::string_view revision, std::string_view next) {
  return http_ok(fmt::format(
      R"({{"kind":"NodeList","apiVersion":"v1","metadata":{{"resourceVersion":"{}","continue":"{}"}},"items":[)"
      R"({{"metadata":{{"name":"{}","resourceVersion":"1"}},"spec":{{"podCIDR":"10.1.1.0/24"}}}}]}})",
      revision, next, node));
}

class LeaseTraps : public KubeClientTest {
 protected:
  // Lists from a server that gives `answers` one after the other; `targets` is what it was asked for.
  ApiResult<Listing> list(std::vector<std::string> answers, ListOptions list_options = {}) {
    TestServer server(io, [&](TestPeer& peer, unsigned) -> awaitable<void> {
      while (targets.size() < answers.size()) {
        const auto request = co_await peer.request();
        if (request.empty()) co_return;
        const auto start = request.find(' ') + 1;
        targets.push_back(request.substr(start, request.find(' ', start) - start));
        co_await peer.send(answers[targets.size() - 1]);
      }
      co_await peer.until_closed();
    });
    serve_at(server.port());
    KubeClient client(io, config, options);
    std::optional<ApiResult<Listing>> answer;
    const ResourceList<NodeResource> request(client, NodeResource("weft.network"), std::move(list_options),
                                             [&](auto result) { answer = std::move(result); });
    EXPECT_TRUE(run_until(io, [&] { return answer.has_value(); }));
    return answer ? std::move(*answer) : std::unexpected(ApiError{});
  }

  std::vector<std::string> targets;
};

TEST_F(LeaseTraps, Trap02_AListIsAQuorumReadOrOfOneRevision) {
  ASSERT_TRUE(list({page("a", "7", "")}));
  EXPECT_EQ(targets, std::vector<std::string>{"/api/v1/nodes?limit=500"});
  targets.clear();
  ASSERT_TRUE(list({page("a", "7", "")}, {.exact = 7}));
  EXPECT_EQ(targets, std::vector<std::string>{"/api/v1/nodes?limit=500&resourceVersion=7&resourceVersionMatch=Exact"});
}

TEST_F(LeaseTraps, Trap10_AListHasEveryNode) {
  const auto all = list({page("windows", "7", "t"), page("foreign", "7", "")});
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->objects.size(), 2U);
  EXPECT_TRUE(all->objects[0].has_spec);
  EXPECT_EQ(all->objects[0].pod_cidrs, std::vector<std::string>{"10.1.1.0/24"});
  for (const auto& target : targets) EXPECT_EQ(target.find("Selector"), std::string::npos) << target;
}

// The Status has a token to go on without consistency.
TEST_F(LeaseTraps, Trap11_AnExpiredPageEndsTheList) {
  const std::string status =
      R"({"kind":"Status","metadata":{"continue":"inconsistent"},"reason":"Expired","code":410})";
  const std::string gone = fmt::format(
      "HTTP/1.1 410 Gone\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", status.size(), status);
  const auto cut = list({page("a", "7", "t"), gone, page("b", "9", "")});
  ASSERT_FALSE(cut);
  EXPECT_TRUE(cut.error().is_expired());
  EXPECT_EQ(targets.size(), 2U) << "nothing more is asked for";
}

TEST_F(LeaseTraps, Trap18_PagesOfTwoRevisionsAreNoList) {
  const auto torn = list({page("a", "7", "t"), page("b", "8", "")});
  ASSERT_FALSE(torn);
  EXPECT_NE(torn.error().message.find("different resourceVersions"), std::string::npos) << torn.error().message;
}

}  // namespace
}  // namespace weft
