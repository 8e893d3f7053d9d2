// A small HTTP server for probes, metrics and `weftd debug`, on TCP and on a unix socket.
//
// Owns its listeners and connections. Threading: the io_context's one thread; the handler is called there and
// answers through its callback, then or later, from the same thread.
// Limits: GET only, no body, 8 KiB of header, 64 connections, 10 s for a request and for its answer.
#pragma once

#include "daemon/options.h"
#include "subnet/result.h"

#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace weft {

struct AdminRequest {
  std::string path;      // without the query: "/readyz"
  bool verbose = false;  // ?verbose
  bool local = false;    // came over the unix socket
};

struct AdminResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

using AdminReply = std::function<void(AdminResponse)>;
using AdminHandler = std::function<void(const AdminRequest&, AdminReply)>;

class AdminServer {
 public:
  AdminServer(boost::asio::io_context& io, AdminHandler handler);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  [[nodiscard]] Result<> listen(const AdminAddress& address);
  // Mode 0600; a socket left by a process that is gone is replaced.
  [[nodiscard]] Result<> listen(const std::string& unix_path);
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace weft
