// What Weft relies on in the Kubernetes API, as one suite for the test API server and the real one.
//
// Without an environment it starts the test API server. With these it runs against another one, which scripts/e2e
// sets for a real kube-apiserver:
//   WEFT_KUBE_API         https://ADDRESS:PORT
//   WEFT_KUBE_CA          the file with its authority
//   WEFT_KUBE_TOKEN       a token of group system:masters
//   WEFT_KUBE_WEFT_TOKEN  a token of Weft's ServiceAccount
// The real one must have had its history compacted beyond version 2 (kube_apiserver.py --aged).
#pragma once

#include "test/contract/api_client.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weft::test {

inline const std::string kMerge = "application/merge-patch+json";
inline const std::string kStrategic = "application/strategic-merge-patch+json";
inline const std::string kMetadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
inline const std::string kMetadataList =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
inline constexpr std::uint64_t kForgottenVersion = 2;
inline constexpr std::uint64_t kFutureVersion = 1'000'000'000;

class ApiContract : public ::testing::Test {
 protected:
  using Json = nlohmann::json;

  void TearDown() override;  // removes the nodes the test made

  // `short_name` gets the test's own prefix, so that tests do not see each other's nodes.
  [[nodiscard]] std::string full_name(const std::string& short_name) const;
  // Creates; the answer must be 201. `object` may add metadata, spec, status.
  Json create_node(const std::string& short_name, Json object = Json::object());
  ApiResponse post_node(const Json& object);
  ApiResponse get_node(const std::string& short_name);
  ApiResponse patch_node(const std::string& short_name, const Json& patch, const std::string& type = kMerge);
  ApiResponse patch_status(const std::string& short_name, const Json& patch, const std::string& type = kMerge);
  ApiResponse delete_node(const std::string& short_name);
  // Sets annotation contract/value by a status patch and returns the new version.
  std::uint64_t annotate(const std::string& short_name, const std::string& value);

  ApiResponse get(const std::string& target, const std::string& accept = "application/json");
  ApiResponse list(const std::string& query = "", const std::string& accept = "application/json");
  // Watches nodes; `query` without "watch=1".
  [[nodiscard]] WatchStream watch(const std::string& query, const std::string& accept = "application/json");
  // The next event about a node of this test; others (of a server in use) are skipped. Fails at the end.
  [[nodiscard]] WatchEvent next_own(WatchStream& stream);
  // Items of a list that belong to this test, by short name.
  [[nodiscard]] std::map<std::string, Json> own_items(const Json& list) const;

  [[nodiscard]] static const ApiTarget& admin();
  [[nodiscard]] static const ApiTarget& weft();

 private:
  [[nodiscard]] std::string prefix() const;
  ApiResponse send_patch(const std::string& target, const Json& patch, const std::string& type);

  std::vector<std::string> created_;
};

// A Status failure with this code and reason.
void expect_status(const ApiResponse& response, int code, const std::string& reason);
[[nodiscard]] nlohmann::json annotations_patch(nlohmann::json annotations);

}  // namespace weft::test
