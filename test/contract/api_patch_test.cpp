// PATCH: preconditions, subresources, merging.
#include "test/contract/api_contract.h"

namespace weft::test {
namespace {

using Json = nlohmann::json;

class ApiPatch : public ApiContract {};

TEST_F(ApiPatch, VersionPreconditionHolds) {
  const auto version = create_node("a")["metadata"]["resourceVersion"];
  const Json first{{"metadata", {{"resourceVersion", version}, {"annotations", {{"contract/x", "1"}}}}}};
  EXPECT_EQ(patch_status("a", first).status, 200);
  const Json second{{"metadata", {{"resourceVersion", version}, {"annotations", {{"contract/x", "2"}}}}}};
  for (const auto& type : {kMerge, kStrategic}) expect_status(patch_status("a", second, type), 409, "Conflict");
  EXPECT_EQ(get_node("a").json["metadata"]["annotations"]["contract/x"], "1");
}

TEST_F(ApiPatch, UidMismatchIsInvalid) {
  create_node("a");
  const Json patch{{"metadata", {{"uid", "00000000-0000-0000-0000-000000000000"}}}};
  for (const auto& type : {kMerge, kStrategic}) {
    const auto response = patch_status("a", patch, type);
    expect_status(response, 422, "Invalid");
    EXPECT_EQ(response.json["details"]["causes"][0]["field"], "metadata.uid");
  }
}

TEST_F(ApiPatch, StaleVersionComesBeforeUidMismatch) {
  const auto version = create_node("a")["metadata"]["resourceVersion"];
  annotate("a", "1");
  const Json patch{{"metadata", {{"resourceVersion", version}, {"uid", "00000000-0000-0000-0000-000000000000"}}}};
  expect_status(patch_status("a", patch), 409, "Conflict");
}

TEST_F(ApiPatch, OldVersionFailsOnARecreatedNode) {
  const auto old = create_node("a")["metadata"];
  ASSERT_EQ(delete_node("a").status, 200);
  const auto renewed = create_node("a")["metadata"];
  EXPECT_NE(old["uid"], renewed["uid"]);
  const Json by_version{{"metadata", {{"resourceVersion", old["resourceVersion"]}, {"annotations", {{"c/x", "1"}}}}}};
  expect_status(patch_status("a", by_version), 409, "Conflict");
  const Json by_uid{{"metadata", {{"uid", old["uid"]}, {"annotations", {{"c/x", "1"}}}}}};
  expect_status(patch_status("a", by_uid), 422, "Invalid");
}

TEST_F(ApiPatch, NoOpWritesNothing) {
  create_node("a");
  const auto version = annotate("a", "same");
  auto stream = watch("resourceVersion=" + std::to_string(version));
  EXPECT_EQ(annotate("a", "same"), version);
  EXPECT_EQ(version_of(get_node("a").json), version);
  const auto next = annotate("a", "other");
  EXPECT_EQ(next_own(stream).version(), next);
}

TEST_F(ApiPatch, VersionsOfAllNodesAreOneOrder) {
  create_node("a");
  create_node("b");
  std::uint64_t last = 0;
  for (int round = 0; round < 3; ++round) {
    for (const auto* name : {"a", "b"}) {
      const auto version = annotate(name, std::to_string(round));
      EXPECT_GT(version, last);
      last = version;
    }
  }
}

TEST_F(ApiPatch, NullDeletesAnAnnotation) {
  create_node("a");
  for (const auto& type : {kMerge, kStrategic}) {
    annotate("a", "1");
    const auto response = patch_status("a", annotations_patch({{"contract/value", nullptr}}), type);
    EXPECT_EQ(response.status, 200);
    EXPECT_FALSE(response.json["metadata"].value("annotations", Json::object()).contains("contract/value"));
  }
}

TEST_F(ApiPatch, StatusSubresourceKeepsSpec) {
  create_node("a");
  const Json patch{{"spec", {{"podCIDR", "10.9.0.0/24"}, {"podCIDRs", {"10.9.0.0/24"}}}},
                   {"status", {{"addresses", {{{"type", "InternalIP"}, {"address", "192.0.2.1"}}}}}}};
  const auto response = patch_status("a", patch);
  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(response.json["spec"].contains("podCIDR"));
  EXPECT_EQ(response.json["status"]["addresses"][0]["address"], "192.0.2.1");
}

TEST_F(ApiPatch, MainResourceKeepsStatus) {
  create_node("a");
  const Json patch{{"spec", {{"unschedulable", true}}},
                   {"status", {{"addresses", {{{"type", "InternalIP"}, {"address", "192.0.2.1"}}}}}}};
  const auto response = patch_node("a", patch);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.json["spec"]["unschedulable"], true);
  EXPECT_FALSE(response.json["status"].contains("addresses"));
}

Json condition(const char* type, const char* value) {
  return {{"status", {{"conditions", {{{"type", type}, {"status", value}}}}}}};
}

std::map<std::string, std::string> conditions(const Json& node) {
  std::map<std::string, std::string> found;
  for (const auto& entry : node["status"]["conditions"]) found[entry["type"]] = entry["status"];
  return found;
}

TEST_F(ApiPatch, StrategicPatchMergesConditionsByType) {
  create_node("a");
  patch_status("a", condition("Ready", "True"), kStrategic);
  patch_status("a", condition("NetworkUnavailable", "True"), kStrategic);
  const auto response = patch_status("a", condition("NetworkUnavailable", "False"), kStrategic);
  const std::map<std::string, std::string> wanted{{"Ready", "True"}, {"NetworkUnavailable", "False"}};
  EXPECT_EQ(conditions(response.json), wanted);
}

TEST_F(ApiPatch, MergePatchReplacesAllConditions) {
  create_node("a");
  patch_status("a", condition("Ready", "True"), kStrategic);
  const auto response = patch_status("a", condition("NetworkUnavailable", "False"), kMerge);
  const std::map<std::string, std::string> wanted{{"NetworkUnavailable", "False"}};
  EXPECT_EQ(conditions(response.json), wanted);
}

TEST_F(ApiPatch, OneStatusPatchTakesAnnotationsAndCondition) {
  const auto metadata = create_node("a")["metadata"];
  auto patch = condition("NetworkUnavailable", "False");
  patch["metadata"] = {{"resourceVersion", metadata["resourceVersion"]},
                       {"uid", metadata["uid"]},
                       {"annotations", {{"contract/lease", "{\"v\":1}"}, {"contract/claim", nullptr}}}};
  const auto response = patch_status("a", patch, kStrategic);
  EXPECT_EQ(response.status, 200) << response.text;
  EXPECT_EQ(response.json["metadata"]["annotations"]["contract/lease"], "{\"v\":1}");
  EXPECT_EQ(conditions(response.json)["NetworkUnavailable"], "False");
}

TEST_F(ApiPatch, AnswerCanBeMetadataOnly) {
  create_node("a");
  const auto response = send_request(admin(), {.method = "PATCH",
                                               .target = "/api/v1/nodes/" + full_name("a") + "/status",
                                               .body = annotations_patch({{"contract/x", "1"}}).dump(),
                                               .content_type = kMerge,
                                               .accept = kMetadata});
  EXPECT_EQ(response.json["kind"], "PartialObjectMetadata");
  EXPECT_EQ(response.json["metadata"]["annotations"]["contract/x"], "1");
  EXPECT_FALSE(response.json.contains("spec"));
}

TEST_F(ApiPatch, MissingNodeIsNotFound) {
  expect_status(patch_status("none", annotations_patch({{"contract/x", "1"}})), 404, "NotFound");
}

TEST_F(ApiPatch, BadPatchesAreRefused) {
  create_node("a");
  const auto target = "/api/v1/nodes/" + full_name("a") + "/status";
  const auto raw = [&](const std::string& body, const std::string& type) {
    return send_request(admin(), {.method = "PATCH", .target = target, .body = body, .content_type = type});
  };
  expect_status(raw("{bad", kMerge), 400, "BadRequest");
  expect_status(raw("[]", kMerge), 400, "BadRequest");
  expect_status(raw("{}", "text/plain"), 415, "UnsupportedMediaType");
  expect_status(raw(R"({"metadata":{"annotations":{"contract/x":1}}})", kMerge), 422, "Invalid");
  expect_status(raw(R"({"metadata":{"annotations":{"contract/x":1}}})", kStrategic), 422, "Invalid");
  expect_status(raw(R"({"metadata":{"resourceVersion":"abc","annotations":{"c/x":"1"}}})", kMerge), 500, "");
  expect_status(raw(R"({"metadata":{"name":"other"}})", kMerge), 400, "BadRequest");
}

}  // namespace
}  // namespace weft::test
