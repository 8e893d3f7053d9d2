// Any text as a kubeconfig, a server URL, base64 or an ExecCredential.
#include "subnet/exec_credential.h"
#include "subnet/kube_config_file.h"

#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = weft::parse_kube_config(text, "/etc/kubernetes/config", "");
  if (config && config->insecure_skip_tls_verify && !config->ca.empty()) std::abort();
  const auto server = weft::KubeServer::parse(text);
  if (server && weft::KubeServer::parse(server->to_string()) != server) std::abort();
  const auto bytes = weft::decode_base64(text);
  if (bytes && weft::decode_base64(weft::encode_base64(*bytes)) != bytes) std::abort();
  (void)weft::parse_exec_credential(text, {.api_version = "client.authentication.k8s.io/v1", .command = "x"});
  return 0;
}
