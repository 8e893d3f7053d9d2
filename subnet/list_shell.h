// The part of ResourceList that is the same for every resource: pages and their revision.
//
// Owns the stream of the present page; no byte of it for 30 s is an error. Threading: the client's io_context thread.
#pragma once

#include "subnet/event_scanner.h"
#include "subnet/kube_client.h"
#include "subnet/lease.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

struct ListOptions {
  std::string path;      // "/api/v1/nodes"
  std::string resource;  // "nodes"
  View view = View::full;
  unsigned page_limit = 500;
  // The state at exactly this revision (resourceVersionMatch=Exact; 410 when it is too old); else a quorum read.
  std::optional<Revision> exact;
};

class ListShell : private KubeStreamSink {
 public:
  ListShell(const ListShell&) = delete;
  ListShell& operator=(const ListShell&) = delete;

 protected:
  ListShell(KubeClient& client, ListOptions options) : client_(client), options_(std::move(options)) {}
  ~ListShell() = default;

  void begin() { open_page(); }
  void page_ends(const DecodedHead& head);

  virtual void page_begins() = 0;
  virtual Result<> page_bytes(std::string_view bytes) = 0;
  virtual Result<> page_whole() = 0;
  // Last call; the object may be gone after it.
  virtual void ended(ApiResult<Revision> outcome) = 0;

 private:
  void on_open() override {}
  void on_bytes(std::string_view bytes) override;
  void on_end(ApiResult<> outcome) override;
  void open_page();
  void fail_list(std::string why);

  KubeClient& client_;
  ListOptions options_;
  std::unique_ptr<KubeStream> stream_;
  std::string revision_;  // of the list; every page must have it
  std::string continue_token_;
  bool pages_differ_ = false;
};

}  // namespace weft
