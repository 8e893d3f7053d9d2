// What a Node may be, from its creation to its end.
#include "test/contract/api_contract.h"

namespace weft::test {
namespace {

using Json = nlohmann::json;

class ApiNode : public ApiContract {};

TEST_F(ApiNode, CreateSetsIdentity) {
  const auto node = create_node("a");
  EXPECT_EQ(node["kind"], "Node");
  EXPECT_EQ(node["metadata"]["uid"].get<std::string>().size(), 36U);
  EXPECT_GT(version_of(node), 0U);
  EXPECT_EQ(get_node("a").json, node);
}

TEST_F(ApiNode, CreatingAnExistingOneIsAConflict) {
  create_node("a");
  expect_status(post_node({{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", {{"name", full_name("a")}}}}), 409,
                "AlreadyExists");
}

TEST_F(ApiNode, BadNamesAndBodiesAreRefused) {
  expect_status(post_node({{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", {{"name", "Not_A_Name"}}}}), 422,
                "Invalid");
  expect_status(send_request(admin(), {.method = "POST", .target = "/api/v1/nodes", .body = "{bad"}), 400,
                "BadRequest");
}

TEST_F(ApiNode, MissingOneIsNotFound) {
  expect_status(get_node("none"), 404, "NotFound");
  expect_status(delete_node("none"), 404, "NotFound");
}

TEST_F(ApiNode, PodCidrIsWriteOnce) {
  create_node("a");
  const auto cidr = [](const char* text) { return Json{{"spec", {{"podCIDR", text}, {"podCIDRs", {text}}}}}; };
  EXPECT_EQ(patch_node("a", cidr("10.1.0.0/24")).json["spec"]["podCIDRs"][0], "10.1.0.0/24");
  expect_status(patch_node("a", cidr("10.2.0.0/24")), 422, "Invalid");
  expect_status(patch_node("a", {{"spec", {{"podCIDR", nullptr}, {"podCIDRs", nullptr}}}}), 422, "Invalid");
}

TEST_F(ApiNode, PodCidrAndTheListAreOneValue) {
  const auto node = create_node("a", {{"spec", {{"podCIDR", "10.3.0.0/24"}}}});
  EXPECT_EQ(node["spec"]["podCIDRs"], Json::array({"10.3.0.0/24"}));
}

TEST_F(ApiNode, BadPodCidrIsRefused) {
  const Json node{{"apiVersion", "v1"},
                  {"kind", "Node"},
                  {"metadata", {{"name", full_name("a")}}},
                  {"spec", {{"podCIDRs", {"10.3.0.0/33"}}, {"podCIDR", "10.3.0.0/33"}}}};
  expect_status(post_node(node), 422, "Invalid");
}

TEST_F(ApiNode, AnnotationsAreLimited) {
  create_node("a");
  const std::string key = "contract/big";
  const std::size_t room = 256 * 1024 - key.size();
  EXPECT_EQ(patch_status("a", annotations_patch({{key, std::string(room, 'x')}})).status, 200);
  expect_status(patch_status("a", annotations_patch({{key, std::string(room + 1, 'x')}})), 422, "Invalid");
  expect_status(patch_status("a", annotations_patch({{"bad key", "x"}})), 422, "Invalid");
}

TEST_F(ApiNode, FinalizerHoldsADeletedNode) {
  const auto created = create_node("a", {{"metadata", {{"finalizers", {"contract/hold"}}}}});
  auto stream = watch("resourceVersion=" + created["metadata"]["resourceVersion"].get<std::string>());
  EXPECT_EQ(delete_node("a").status, 200);
  const auto held = next_own(stream);
  EXPECT_EQ(held.type, "MODIFIED");
  EXPECT_TRUE(held.object["metadata"].contains("deletionTimestamp"));
  EXPECT_EQ(get_node("a").status, 200);
  EXPECT_GT(annotate("a", "still here"), held.version());
  EXPECT_EQ(next_own(stream).type, "MODIFIED");
  expect_status(post_node({{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", {{"name", full_name("a")}}}}), 409,
                "AlreadyExists");
  EXPECT_EQ(patch_node("a", {{"metadata", {{"finalizers", nullptr}}}}).status, 200);
  EXPECT_EQ(next_own(stream).type, "DELETED");
  EXPECT_EQ(get_node("a").status, 404);
}

TEST_F(ApiNode, DeleteAnswersAStatusWithTheUid) {
  const auto node = create_node("a");
  const auto response = delete_node("a");
  EXPECT_EQ(response.json["status"], "Success");
  EXPECT_EQ(response.json["details"]["uid"], node["metadata"]["uid"]);
}

TEST_F(ApiNode, RecreatedOneIsAnother) {
  const auto first = create_node("a", {{"metadata", {{"annotations", {{"contract/x", "1"}}}}}});
  delete_node("a");
  const auto second = create_node("a");
  EXPECT_NE(first["metadata"]["uid"], second["metadata"]["uid"]);
  EXPECT_GT(version_of(second), version_of(first));
  EXPECT_FALSE(second["metadata"].contains("annotations"));
}

}  // namespace
}  // namespace weft::test
