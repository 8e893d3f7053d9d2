#include "test/support/api_server/object_store.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weft::test {
namespace {

nlohmann::json node(const std::string& name, const std::string& value) {
  return {{"kind", "Node"}, {"metadata", {{"name", name}, {"annotations", {{"v", value}}}}}};
}

std::string names(const std::vector<ObjectPtr>& objects) {
  std::string text;
  for (const auto& object : objects) text += object->key + "@" + std::to_string(object->revision) + " ";
  return text;
}

class ObjectStoreTest : public ::testing::Test {
 protected:
  ObjectStoreTest() {
    store.put("nodes/a", node("a", "1"));     // 2
    store.put("nodes/b", node("b", "1"));     // 3
    store.put("events/x/e", node("e", "1"));  // 4
    store.put("nodes/a", node("a", "2"));     // 5
    store.remove("nodes/b");                  // 6
  }
  ObjectStore store;
};

TEST_F(ObjectStoreTest, ListsThePresentAndThePast) {
  EXPECT_EQ(names(store.list("nodes/", store.revision())), "nodes/a@5 ");
  EXPECT_EQ(names(store.list("nodes/", 4)), "nodes/a@2 nodes/b@3 ");
  EXPECT_EQ(names(store.list("nodes/", 2)), "nodes/a@2 ");
  EXPECT_EQ(names(store.list("", 5)), "events/x/e@4 nodes/a@5 nodes/b@3 ");
}

TEST_F(ObjectStoreTest, ChangesComeInOrderAndADeletionHasItsOwnRevision) {
  const auto changes = store.changes_after(3, 10);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].object->key, "events/x/e");
  EXPECT_EQ(changes[1].type, ChangeType::modified);
  EXPECT_EQ(changes[2].type, ChangeType::deleted);
  EXPECT_EQ(changes[2].object->revision, 6U);
  EXPECT_NE(changes[2].object->text.find("\"resourceVersion\":\"6\""), std::string::npos);
  EXPECT_EQ(store.changes_after(3, 1).size(), 1U);
}

TEST_F(ObjectStoreTest, CompactionForgetsOnlyThePast) {
  store.compact(5);
  EXPECT_EQ(store.compacted(), 5U);
  EXPECT_EQ(names(store.list("nodes/", 5)), "nodes/a@5 nodes/b@3 ");
  EXPECT_EQ(store.changes_after(5, 10).size(), 1U);
}

TEST_F(ObjectStoreTest, RestoreTakesTheCounterBack) {
  store.restore(3);
  EXPECT_EQ(store.revision(), 3U);
  EXPECT_EQ(names(store.list("", 3)), "nodes/a@2 nodes/b@3 ");
  EXPECT_EQ(store.put("nodes/c", node("c", "1"))->revision, 4U);
}

TEST_F(ObjectStoreTest, ALongLogIsCompactedByItself) {
  store.set_max_changes(2);
  store.put("nodes/a", node("a", "3"));
  store.put("nodes/a", node("a", "4"));
  EXPECT_GT(store.compacted(), 0U);
  EXPECT_LE(store.changes_after(0, 100).size(), 5U);
}

}  // namespace
}  // namespace weft::test
