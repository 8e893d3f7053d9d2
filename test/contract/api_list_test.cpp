// LIST: which state one gets, in pages and at versions.
#include "test/contract/api_contract.h"

namespace weft::test {
namespace {

using Json = nlohmann::json;

class ApiList : public ApiContract {
 protected:
  // The continue token the real server would have made at a version that is gone.
  static std::string forgotten_continuation() {
    return "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6Miwic3RhcnQiOiIvYVx1MDAwMCJ9";
  }
};

TEST_F(ApiList, IsASnapshotAtItsVersion) {
  create_node("a");
  const auto written = annotate("a", "1");
  const auto response = list();
  EXPECT_EQ(response.json["kind"], "NodeList");
  EXPECT_GE(version_of(response.json), written);
  for (const auto& item : response.json["items"]) EXPECT_LE(version_of(item), version_of(response.json));
  EXPECT_EQ(own_items(response.json)["a"]["metadata"]["annotations"]["contract/value"], "1");
}

TEST_F(ApiList, ItemsCarryNoKindUnlessMetadataOnly) {
  create_node("a", {{"spec", {{"podCIDR", "10.3.0.0/24"}}}});
  const auto full = own_items(list().json)["a"];
  EXPECT_FALSE(full.contains("kind"));
  EXPECT_EQ(full["spec"]["podCIDR"], "10.3.0.0/24");
  const auto response = list("", kMetadataList);
  EXPECT_EQ(response.json["kind"], "PartialObjectMetadataList");
  EXPECT_EQ(response.json["apiVersion"], "meta.k8s.io/v1");
  const auto partial = own_items(response.json)["a"];
  EXPECT_EQ(partial["kind"], "PartialObjectMetadata");
  EXPECT_FALSE(partial.contains("spec"));
  EXPECT_FALSE(partial.contains("status"));
}

TEST_F(ApiList, PagesAreOneSnapshot) {
  for (const auto* name : {"a", "b", "c"}) create_node(name);
  auto page = list("limit=1", kMetadataList).json;
  const auto version = page["metadata"]["resourceVersion"];
  auto items = own_items(page);
  annotate("b", "too late");
  delete_node("c");
  while (page["metadata"].contains("continue") && !page["metadata"]["continue"].get<std::string>().empty()) {
    page = list("limit=1&continue=" + page["metadata"]["continue"].get<std::string>(), kMetadataList).json;
    EXPECT_EQ(page["metadata"]["resourceVersion"], version);
    items.merge(own_items(page));
  }
  ASSERT_EQ(items.size(), 3U);
  EXPECT_FALSE(items["b"]["metadata"].contains("annotations"));
}

TEST_F(ApiList, ExactShowsThePast) {
  create_node("a");
  create_node("b");
  annotate("a", "before");
  const auto version = list().json["metadata"]["resourceVersion"].get<std::string>();
  annotate("a", "after");
  delete_node("b");
  for (const auto* match : {"&resourceVersionMatch=Exact", "&limit=500"}) {
    const auto response = list("resourceVersion=" + version + match);
    EXPECT_EQ(response.json["metadata"]["resourceVersion"], version) << match;
    auto items = own_items(response.json);
    EXPECT_EQ(items.size(), 2U);
    EXPECT_EQ(items["a"]["metadata"]["annotations"]["contract/value"], "before");
  }
}

TEST_F(ApiList, NotOlderThanShowsAtLeastThat) {
  create_node("a");
  const auto written = annotate("a", "1");
  for (const auto* match : {"", "&resourceVersionMatch=NotOlderThan"}) {
    const auto response = list("resourceVersion=" + std::to_string(written) + match);
    EXPECT_GE(version_of(response.json), written) << match;
    EXPECT_EQ(own_items(response.json)["a"]["metadata"]["annotations"]["contract/value"], "1");
  }
  EXPECT_EQ(list("resourceVersion=0").status, 200);
}

TEST_F(ApiList, ForgottenVersionIsExpired) {
  const auto version = "resourceVersion=" + std::to_string(kForgottenVersion);
  expect_status(list(version + "&resourceVersionMatch=Exact"), 410, "Expired");
  expect_status(list(version + "&limit=1"), 410, "Expired");
  EXPECT_EQ(list(version).status, 200);  // not older than that
}

TEST_F(ApiList, ExpiredContinuationOffersAnInconsistentOne) {
  create_node("a");
  const auto response = list("limit=1&continue=" + forgotten_continuation());
  expect_status(response, 410, "Expired");
  const auto token = response.json["metadata"].value("continue", "");
  ASSERT_FALSE(token.empty());
  const auto rest = list("limit=500&continue=" + token);
  EXPECT_EQ(rest.status, 200) << rest.text;
  EXPECT_TRUE(own_items(rest.json).contains("a"));
}

TEST_F(ApiList, FutureVersionIsTooLarge) {
  const auto response = list("resourceVersion=" + std::to_string(kFutureVersion));
  expect_status(response, 504, "Timeout");
  EXPECT_EQ(response.json["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
  EXPECT_EQ(response.headers.count("retry-after"), 1U);
}

TEST_F(ApiList, NameSelector) {
  create_node("a");
  create_node("b");
  const auto response = list("fieldSelector=metadata.name%3D" + full_name("b"));
  ASSERT_EQ(response.json["items"].size(), 1U);
  EXPECT_EQ(response.json["items"][0]["metadata"]["name"], full_name("b"));
}

TEST_F(ApiList, BadOptionsAreRefused) {
  expect_status(list("resourceVersionMatch=Exact"), 422, "Invalid");
  expect_status(list("resourceVersionMatch=Exact&resourceVersion=0"), 422, "Invalid");
  expect_status(list("resourceVersionMatch=Sometimes&resourceVersion=1"), 422, "Invalid");
  expect_status(list("sendInitialEvents=true"), 422, "Invalid");
  expect_status(list("resourceVersion=abc"), 400, "BadRequest");
  expect_status(list("limit=1&continue=zzz"), 400, "BadRequest");
  expect_status(list("fieldSelector=metadata.uid%3Dx"), 400, "BadRequest");
  expect_status(list("limit=1&resourceVersion=5&continue=" + forgotten_continuation()), 400, "BadRequest");
}

}  // namespace
}  // namespace weft::test
