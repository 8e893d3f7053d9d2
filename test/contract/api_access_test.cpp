// Who may do what, and the texts a user will see; Events.
#include "test/contract/api_contract.h"

namespace weft::test {
namespace {

using Json = nlohmann::json;
using ::testing::Test;

class ApiAccess : public ApiContract {
 protected:
  static ApiTarget with_token(const std::string& token) {
    auto target = admin();
    target.token = token;
    return target;
  }

  Json event(const std::string& name) {
    return {{"apiVersion", "v1"},
            {"kind", "Event"},
            {"metadata", {{"name", name}, {"namespace", "default"}}},
            {"involvedObject", {{"apiVersion", "v1"}, {"kind", "Node"}, {"name", full_name("a")}}},
            {"reason", "SubnetLeased"},
            {"message", "10.244.1.0/24"},
            {"type", "Normal"},
            {"source", {{"component", "weftd"}, {"host", full_name("a")}}},
            {"firstTimestamp", "2026-01-01T00:00:00Z"},
            {"lastTimestamp", "2026-01-01T00:00:00Z"},
            {"count", 1}};
  }
};

const std::string kEvents = "/api/v1/namespaces/default/events";

TEST_F(ApiAccess, UnknownTokenIsUnauthorized) {
  expect_status(send_request(with_token("wrong"), {.target = "/api/v1/nodes"}), 401, "Unauthorized");
}

TEST_F(ApiAccess, NoTokenIsAnonymousAndForbidden) {
  const auto response = send_request(with_token(""), {.target = "/api/v1/nodes"});
  expect_status(response, 403, "Forbidden");
  EXPECT_EQ(response.json["message"],
            "nodes is forbidden: User \"system:anonymous\" cannot list resource \"nodes\" in API group \"\" at the "
            "cluster scope");
}

TEST_F(ApiAccess, WeftMayDoWhatItNeeds) {
  create_node("a");
  EXPECT_EQ(send_request(weft(), {.target = "/api/v1/nodes?limit=1"}).status, 200);
  EXPECT_EQ(send_request(weft(), {.target = "/api/v1/nodes/" + full_name("a")}).status, 200);
  WatchStream stream(weft(), {.target = "/api/v1/nodes?watch=1&timeoutSeconds=1"});
  EXPECT_EQ(stream.status(), 200);
  const auto patch = annotations_patch({{"contract/x", "1"}}).dump();
  EXPECT_EQ(send_request(weft(), {.method = "PATCH",
                                  .target = "/api/v1/nodes/" + full_name("a") + "/status",
                                  .body = patch,
                                  .content_type = kMerge})
                .status,
            200);
}

TEST_F(ApiAccess, WeftMayDoNothingElse) {
  create_node("a");
  const auto node = "/api/v1/nodes/" + full_name("a");
  const auto patched = send_request(weft(), {.method = "PATCH", .target = node, .body = "{}", .content_type = kMerge});
  expect_status(patched, 403, "Forbidden");
  EXPECT_EQ(patched.json["message"], "nodes \"" + full_name("a") +
                                         "\" is forbidden: User \"system:serviceaccount:kube-system:weft\" cannot "
                                         "patch resource \"nodes\" in API group \"\" at the cluster scope");
  expect_status(send_request(weft(), {.method = "DELETE", .target = node}), 403, "Forbidden");
  expect_status(send_request(weft(), {.method = "POST", .target = "/api/v1/nodes", .body = "{}"}), 403, "Forbidden");
  expect_status(send_request(weft(), {.target = "/api/v1/pods"}), 403, "Forbidden");
  const auto events = send_request(weft(), {.target = kEvents});
  expect_status(events, 403, "Forbidden");
  EXPECT_EQ(events.json["message"],
            "events is forbidden: User \"system:serviceaccount:kube-system:weft\" cannot list resource \"events\" in "
            "API group \"\" in the namespace \"default\"");
}

TEST_F(ApiAccess, EventsAreCreatedAndCounted) {
  const auto name = full_name("event");
  const auto created = send_request(weft(), {.method = "POST", .target = kEvents, .body = event(name).dump()});
  EXPECT_EQ(created.status, 201) << created.text;
  const auto patched = send_request(weft(), {.method = "PATCH",
                                             .target = kEvents + "/" + name,
                                             .body = R"({"count":2,"lastTimestamp":"2026-01-01T00:01:00Z"})",
                                             .content_type = kMerge});
  EXPECT_EQ(patched.status, 200) << patched.text;
  const auto listed = get(kEvents);
  EXPECT_EQ(listed.json["kind"], "EventList");
  Json found;
  for (const auto& item : listed.json["items"]) {
    if (item["metadata"]["name"] == name) found = item;
  }
  ASSERT_TRUE(found.is_object());
  EXPECT_EQ(found["count"], 2);
  EXPECT_EQ(found["reason"], "SubnetLeased");
  EXPECT_EQ(send_request(admin(), {.method = "DELETE", .target = kEvents + "/" + name}).status, 200);
}

TEST_F(ApiAccess, GeneratedNamesAreUnique) {
  auto body = event("");
  body["metadata"] = {{"generateName", full_name("event.")}, {"namespace", "default"}};
  const auto first = send_request(weft(), {.method = "POST", .target = kEvents, .body = body.dump()});
  const auto second = send_request(weft(), {.method = "POST", .target = kEvents, .body = body.dump()});
  ASSERT_EQ(first.status, 201) << first.text;
  ASSERT_EQ(second.status, 201) << second.text;
  EXPECT_NE(first.json["metadata"]["name"], second.json["metadata"]["name"]);
}

TEST_F(ApiAccess, EventOfAnotherNamespaceIsRefused) {
  auto body = event(full_name("event"));
  body["metadata"]["namespace"] = "kube-system";
  expect_status(send_request(admin(), {.method = "POST", .target = kEvents, .body = body.dump()}), 400, "BadRequest");
}

TEST_F(ApiAccess, OtherPathsAndMethods) {
  EXPECT_EQ(get("/nowhere").status, 404);
  EXPECT_EQ(get("/readyz").status, 200);
  expect_status(send_request(admin(), {.method = "PUT", .target = "/api/v1/nodes", .body = "{}"}), 405,
                "MethodNotAllowed");
  expect_status(get("/api/v1/nodes", "text/html"), 406, "NotAcceptable");
}

}  // namespace
}  // namespace weft::test
