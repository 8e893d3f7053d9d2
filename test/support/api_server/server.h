// A small Kubernetes API server for Nodes and Events in one process: the fast tests' and the demo's control plane.
//
// Semantics are those of kube-apiserver v1.37 as far as Weft relies on them; test/contract/api_* holds both to the
// same suite. State is in memory. Owns one thread; all members may be called from any thread. Faults and settings:
// control.h over HTTP, with() from C++.
#pragma once

#include "subnet/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weft::test {

class Api;

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the kernel picks one
  bool tls = false;
  std::vector<std::string> names = {};  // more names and addresses for the certificate
  std::string token = {};               // empty: nobody has to authenticate
};

class ApiServer {
 public:
  // Serves when it returns.
  [[nodiscard]] static Result<std::unique_ptr<ApiServer>> start(const ServerOptions& options);
  ~ApiServer();  // ends all connections

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string url() const;     // "https://127.0.0.1:40321"
  [[nodiscard]] std::string ca_pem() const;  // empty without TLS
  // YAML (JSON, to be exact) for this server and the token of the options.
  [[nodiscard]] std::string kubeconfig() const;

  // Runs `action` on the server's thread and waits for it; watches see its effects at once. See api.h.
  void with(const std::function<void(Api&)>& action);
  void disconnect_all();

 private:
  class Impl;
  explicit ApiServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::test
