// The bytes of an HTTP/1.1 request. Pure.
#pragma once

#include "subnet/kube_request.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

// What goes into every request beside its own headers.
struct HttpIdentity {
  std::string host;       // Host header
  std::string base_path;  // put in front of the target
  std::string user_agent;
  std::string authorization;                                 // whole header value, may be empty
  std::vector<std::pair<std::string, std::string>> headers;  // impersonation
};

// Never asks for compression. Characters that could end a header line are left out of header values.
[[nodiscard]] std::string render_request(const KubeRequest& request, const HttpIdentity& identity);

}  // namespace weft
