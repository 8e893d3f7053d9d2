// A minimal HTTPS client for the API contract: blocking, one connection a request, deadlines on everything. Not
// Weft's own client, so that a mistake in that one cannot hide in both.
#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace weft::test {

struct ApiTarget {
  std::string host;
  std::uint16_t port = 0;
  std::string ca_pem;
  std::string token;  // empty: none is sent
};

struct ApiRequest {
  std::string method = "GET";
  std::string target;
  std::string body = {};
  std::string content_type = "application/json";
  std::string accept = "application/json";
};

struct ApiResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string text;
  nlohmann::json json;  // discarded where the text is none
};

// Throws std::runtime_error when there is no answer: a contract test cannot go on then.
[[nodiscard]] ApiResponse send_request(const ApiTarget& target, const ApiRequest& request);

struct WatchEvent {
  std::string type;
  nlohmann::json object;

  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::uint64_t version() const;
};

// One running watch. The constructor returns when the response's header is there.
class WatchStream {
 public:
  WatchStream(const ApiTarget& target, const ApiRequest& request);
  ~WatchStream();

  [[nodiscard]] int status() const;
  [[nodiscard]] bool chunked() const;
  // The next event; none at the end of the stream. Throws when neither comes in time.
  [[nodiscard]] std::optional<WatchEvent> next(std::chrono::seconds patience = std::chrono::seconds(20));

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] std::uint64_t version_of(const nlohmann::json& object);

}  // namespace weft::test
