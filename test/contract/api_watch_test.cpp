// WATCH: order, completeness, bookmarks, ends.
#include "test/contract/api_contract.h"

#include <thread>

namespace weft::test {
namespace {

using Json = nlohmann::json;

const std::string kWatchList = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";

class ApiWatch : public ApiContract {
 protected:
  std::string present() {
    return "resourceVersion=" + list("", kMetadataList).json["metadata"]["resourceVersion"].get<std::string>();
  }
};

TEST_F(ApiWatch, EveryWriteComesOnceAndInOrder) {
  create_node("a");
  create_node("b");
  auto stream = watch(present());
  EXPECT_EQ(stream.status(), 200);
  EXPECT_TRUE(stream.chunked());
  std::vector<std::uint64_t> written;
  for (int i = 0; i < 6; ++i) written.push_back(annotate(i % 2 == 0 ? "a" : "b", std::to_string(i)));
  for (const auto version : written) {
    const auto event = next_own(stream);
    EXPECT_EQ(event.type, "MODIFIED");
    EXPECT_EQ(event.version(), version);
  }
}

TEST_F(ApiWatch, ReplaysFromAPastVersion) {
  const auto start = present();
  create_node("a");
  annotate("a", "1");
  delete_node("a");
  auto stream = watch(start);
  for (const auto* type : {"ADDED", "MODIFIED", "DELETED"}) EXPECT_EQ(next_own(stream).type, type);
}

TEST_F(ApiWatch, DeletedCarriesTheLastStateAndTheRevisionOfTheDeletion) {
  create_node("a");
  create_node("b");
  const auto before = annotate("a", "last");
  auto stream = watch(present());
  delete_node("a");
  const auto after = annotate("b", "next");
  const auto event = next_own(stream);
  EXPECT_EQ(event.type, "DELETED");
  EXPECT_GT(event.version(), before);
  EXPECT_LT(event.version(), after);
  EXPECT_EQ(event.object["metadata"]["annotations"]["contract/value"], "last");
}

TEST_F(ApiWatch, ListAndWatchMissNothing) {
  for (const auto* name : {"a", "b", "c"}) create_node(name);
  std::thread writer([this] {
    for (int i = 0; i < 30; ++i) annotate(std::string(1, static_cast<char>('a' + i % 3)), std::to_string(i));
  });
  const auto response = list();
  auto state = own_items(response.json);
  auto stream = watch("resourceVersion=" + response.json["metadata"]["resourceVersion"].get<std::string>());
  std::map<std::string, std::string> seen;
  const auto note = [&](const Json& node) {
    seen[node["metadata"]["name"]] = node["metadata"].value("annotations", Json::object()).value("contract/value", "");
  };
  for (const auto& [name, node] : state) note(node);
  const std::map<std::string, std::string> wanted{
      {full_name("a"), "27"}, {full_name("b"), "28"}, {full_name("c"), "29"}};
  auto last = version_of(response.json);
  while (seen != wanted) {
    const auto event = next_own(stream);
    EXPECT_GT(event.version(), last);
    last = event.version();
    note(event.object);
  }
  writer.join();
}

TEST_F(ApiWatch, WithoutAVersionItStartsWithThePresent) {
  create_node("a");
  create_node("b");
  for (const auto* query : {"timeoutSeconds=30", "resourceVersion=0"}) {
    auto stream = watch(query);
    const auto first = next_own(stream);
    const auto second = next_own(stream);
    EXPECT_EQ(first.type, "ADDED");
    EXPECT_EQ(second.type, "ADDED");
    EXPECT_NE(first.name(), second.name());
  }
}

TEST_F(ApiWatch, WatchListEndsWithABookmarkThenGoesOn) {
  create_node("a");
  const auto written = annotate("a", "1");
  for (const auto& accept : {std::string("application/json"), kMetadata}) {
    auto stream = watch(kWatchList, accept);
    const auto added = next_own(stream);
    EXPECT_EQ(added.type, "ADDED");
    EXPECT_EQ(added.object["metadata"]["annotations"].value("contract/value", "").empty(), false);
    const auto mark = next_own(stream);
    ASSERT_EQ(mark.type, "BOOKMARK");
    EXPECT_EQ(mark.object["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");
    EXPECT_GE(mark.version(), written);
    EXPECT_EQ(mark.object["kind"], accept == kMetadata ? "PartialObjectMetadata" : "Node");
    const auto next = annotate("a", accept == kMetadata ? "2" : "3");
    EXPECT_EQ(next_own(stream).version(), next);
  }
}

TEST_F(ApiWatch, WatchListFromAForgottenVersionWorks) {
  create_node("a");
  auto stream = watch(kWatchList + "&resourceVersion=" + std::to_string(kForgottenVersion));
  EXPECT_EQ(next_own(stream).type, "ADDED");
  EXPECT_EQ(next_own(stream).type, "BOOKMARK");
}

TEST_F(ApiWatch, WatchListFromTheFutureIsAnErrorEvent) {
  auto stream = watch(kWatchList + "&resourceVersion=" + std::to_string(kFutureVersion));
  EXPECT_EQ(stream.status(), 200);
  const auto event = next_own(stream);
  EXPECT_EQ(event.type, "ERROR");
  EXPECT_EQ(event.object["code"], 504);
  EXPECT_EQ(event.object["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
}

TEST_F(ApiWatch, MetadataOnlyLacksTheSpec) {
  create_node("a", {{"spec", {{"podCIDR", "10.3.0.0/24"}}}});
  const auto start = present();
  annotate("a", "1");
  auto stream = watch(start, kMetadata);
  const auto event = next_own(stream);
  EXPECT_EQ(event.object["kind"], "PartialObjectMetadata");
  EXPECT_EQ(event.object["apiVersion"], "meta.k8s.io/v1");
  EXPECT_FALSE(event.object.contains("spec"));
  EXPECT_EQ(event.object["metadata"]["annotations"]["contract/value"], "1");
}

TEST_F(ApiWatch, ForgottenVersionIsAnErrorEvent) {
  auto stream = watch("resourceVersion=" + std::to_string(kForgottenVersion));
  EXPECT_EQ(stream.status(), 200);
  const auto event = next_own(stream);
  EXPECT_EQ(event.type, "ERROR");
  EXPECT_EQ(event.object["kind"], "Status");
  EXPECT_EQ(event.object["code"], 410);
  EXPECT_EQ(event.object["reason"], "Expired");
  EXPECT_FALSE(stream.next().has_value());
}

TEST_F(ApiWatch, TimeoutEndsItCleanly) {
  auto stream = watch(present() + "&timeoutSeconds=1");
  EXPECT_FALSE(stream.next().has_value());
}

TEST_F(ApiWatch, BookmarksComeAboutOnceAMinute) {
  const auto start = present();
  auto stream = watch(start + "&allowWatchBookmarks=true&timeoutSeconds=90", kMetadata);
  const auto event = stream.next(std::chrono::seconds(80));
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->type, "BOOKMARK");
  EXPECT_EQ(event->object["kind"], "PartialObjectMetadata");
  EXPECT_GE(event->version(), std::stoull(start.substr(start.find('=') + 1)));
}

TEST_F(ApiWatch, NameSelector) {
  create_node("a");
  create_node("b");
  auto stream = watch(present() + "&fieldSelector=metadata.name%3D" + full_name("b"));
  annotate("a", "1");
  annotate("b", "1");
  EXPECT_EQ(next_own(stream).name(), full_name("b"));
}

TEST_F(ApiWatch, BadOptionsAreRefused) {
  expect_status(list("watch=1&sendInitialEvents=true&allowWatchBookmarks=true"), 422, "Invalid");
  expect_status(list("watch=1&resourceVersionMatch=NotOlderThan"), 422, "Invalid");
  expect_status(list("watch=1&resourceVersion=abc"), 500, "");
  expect_status(list("watch=1&timeoutSeconds=x"), 400, "BadRequest");
}

}  // namespace
}  // namespace weft::test
