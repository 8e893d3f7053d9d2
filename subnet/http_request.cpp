#include "subnet/http_request.h"

namespace weft {
namespace {

void add_header(std::string& text, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  text.append(name).append(": ");
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte >= ' ' && byte != 0x7f) || c == '\t') text += c;
  }
  text += "\r\n";
}

}  // namespace

std::string render_request(const KubeRequest& request, const HttpIdentity& identity) {
  std::string text;
  text.append(to_string(request.method)).append(" ");
  text.append(identity.base_path).append(request.target).append(" HTTP/1.1\r\n");
  add_header(text, "Host", identity.host);
  add_header(text, "User-Agent", identity.user_agent);
  add_header(text, "Accept", request.accept);
  add_header(text, "Authorization", identity.authorization);
  for (const auto& [name, value] : identity.headers) add_header(text, name, value);
  if (request.method != HttpMethod::get) {
    add_header(text, "Content-Type", request.content_type);
    add_header(text, "Content-Length", std::to_string(request.body.size()));
  }
  text += "\r\n";
  if (request.method != HttpMethod::get) text += request.body;
  return text;
}

}  // namespace weft
