#include "test/contract/api_contract.h"

#include "test/support/api_server/api.h"
#include "test/support/api_server/server.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace weft::test {
namespace {

struct Environment {
  ApiTarget admin;
  ApiTarget weft;
  std::unique_ptr<ApiServer> fake;
};

std::string variable(const char* name) {
  const auto* value = std::getenv(name);
  if (value == nullptr || *value == '\0') throw std::runtime_error(std::string("environment: ") + name + " is not set");
  return value;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Environment use_real() {
  const auto url = variable("WEFT_KUBE_API");
  const std::string scheme = "https://";
  const auto colon = url.rfind(':');
  if (!url.starts_with(scheme) || colon < scheme.size()) throw std::runtime_error("WEFT_KUBE_API: want https://A:P");
  ApiTarget target{.host = url.substr(scheme.size(), colon - scheme.size()),
                   .port = static_cast<std::uint16_t>(std::stoul(url.substr(colon + 1))),
                   .ca_pem = read_file(variable("WEFT_KUBE_CA")),
                   .token = variable("WEFT_KUBE_TOKEN")};
  auto weft = target;
  weft.token = variable("WEFT_KUBE_WEFT_TOKEN");
  return {target, weft, nullptr};
}

// An aged history, a short bookmark interval, and Weft's account with the rights of the manifest.
void prepare(Api& api) {
  for (int i = 0; i < 8; ++i) {
    const nlohmann::json node{{"apiVersion", "v1"}, {"kind", "Node"}, {"metadata", {{"name", "old"}}}};
    api.store.put("nodes/old", node);
  }
  api.store.remove("nodes/old");
  api.store.compact(api.store.revision());
  api.behaviour.bookmark_interval = std::chrono::seconds(1);
  api.users.add("weft-token", {.name = "system:serviceaccount:kube-system:weft",
                               .allowed = {"get:nodes", "list:nodes", "watch:nodes", "patch:nodes/status",
                                           "create:events", "patch:events"}});
}

Environment use_fake() {
  auto server = ApiServer::start({.tls = true, .token = "admin-token"});
  if (!server) throw std::runtime_error(server.error().message);
  (*server)->with(prepare);
  ApiTarget target{
      .host = "127.0.0.1", .port = (*server)->port(), .ca_pem = (*server)->ca_pem(), .token = "admin-token"};
  auto weft = target;
  weft.token = "weft-token";
  return {target, weft, std::move(*server)};
}

const Environment& environment() {
  static const Environment instance = std::getenv("WEFT_KUBE_API") != nullptr ? use_real() : use_fake();
  return instance;
}

}  // namespace

const ApiTarget& ApiContract::admin() { return environment().admin; }
const ApiTarget& ApiContract::weft() { return environment().weft; }

std::string ApiContract::prefix() const {
  std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name + "-";
}

std::string ApiContract::full_name(const std::string& short_name) const { return prefix() + short_name; }

void ApiContract::TearDown() {
  for (const auto& name : created_) {
    (void)patch_node(name, {{"metadata", {{"finalizers", nullptr}}}});
    (void)delete_node(name);
  }
}

nlohmann::json ApiContract::create_node(const std::string& short_name, Json object) {
  object["apiVersion"] = "v1";
  object["kind"] = "Node";
  object["metadata"]["name"] = full_name(short_name);
  auto response = post_node(object);
  if (response.status != 201) throw std::runtime_error("create " + short_name + ": " + response.text);
  created_.push_back(short_name);
  return std::move(response.json);
}

ApiResponse ApiContract::post_node(const Json& object) {
  return send_request(admin(), {.method = "POST", .target = "/api/v1/nodes", .body = object.dump()});
}

ApiResponse ApiContract::get_node(const std::string& short_name) {
  return get("/api/v1/nodes/" + full_name(short_name));
}

ApiResponse ApiContract::send_patch(const std::string& target, const Json& patch, const std::string& type) {
  return send_request(admin(), {.method = "PATCH", .target = target, .body = patch.dump(), .content_type = type});
}

ApiResponse ApiContract::patch_node(const std::string& short_name, const Json& patch, const std::string& type) {
  return send_patch("/api/v1/nodes/" + full_name(short_name), patch, type);
}

ApiResponse ApiContract::patch_status(const std::string& short_name, const Json& patch, const std::string& type) {
  return send_patch("/api/v1/nodes/" + full_name(short_name) + "/status", patch, type);
}

ApiResponse ApiContract::delete_node(const std::string& short_name) {
  return send_request(admin(), {.method = "DELETE", .target = "/api/v1/nodes/" + full_name(short_name)});
}

std::uint64_t ApiContract::annotate(const std::string& short_name, const std::string& value) {
  const auto response = patch_status(short_name, annotations_patch({{"contract/value", value}}));
  if (response.status != 200) throw std::runtime_error("annotate " + short_name + ": " + response.text);
  return version_of(response.json);
}

ApiResponse ApiContract::get(const std::string& target, const std::string& accept) {
  return send_request(admin(), {.target = target, .accept = accept});
}

ApiResponse ApiContract::list(const std::string& query, const std::string& accept) {
  return get("/api/v1/nodes" + (query.empty() ? "" : "?" + query), accept);
}

WatchStream ApiContract::watch(const std::string& query, const std::string& accept) {
  return {admin(), {.target = "/api/v1/nodes?watch=1&" + query, .accept = accept}};
}

WatchEvent ApiContract::next_own(WatchStream& stream) {
  while (auto event = stream.next()) {
    if (event->type == "BOOKMARK" || event->type == "ERROR" || event->name().starts_with(prefix())) return *event;
  }
  throw std::runtime_error("the watch ended");
}

std::map<std::string, nlohmann::json> ApiContract::own_items(const Json& list) const {
  std::map<std::string, Json> items;
  for (const auto& item : list.at("items")) {
    const auto name = item.at("metadata").value("name", "");
    if (name.starts_with(prefix())) items[name.substr(prefix().size())] = item;
  }
  return items;
}

void expect_status(const ApiResponse& response, int code, const std::string& reason) {
  EXPECT_EQ(response.status, code) << response.text;
  ASSERT_TRUE(response.json.is_object()) << response.text;
  EXPECT_EQ(response.json.value("kind", ""), "Status") << response.text;
  EXPECT_EQ(response.json.value("code", 0), code);
  EXPECT_EQ(response.json.value("reason", ""), reason) << response.text;
}

nlohmann::json annotations_patch(nlohmann::json annotations) {
  return {{"metadata", {{"annotations", std::move(annotations)}}}};
}

}  // namespace weft::test
