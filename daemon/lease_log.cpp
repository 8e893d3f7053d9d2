#include "daemon/lease_log.h"

#include "daemon/log.h"

#include <chrono>

namespace weft {

void LeaseLog::failed(FaultLog& faults, std::string_view what, const std::string& error) {
  if (const auto count = faults.failed(error, std::chrono::steady_clock::now())) {
    log_error(what, {{"error", error}, {"times", std::to_string(*count)}});
  }
}

void LeaseLog::synced(const std::string& server, std::size_t nodes) {
  log_info("synchronised with the API server", {{"server", server}, {"nodes", std::to_string(nodes)}});
}

void LeaseLog::no_node(const std::string& node) {
  log_warning("the cluster has no Node of this name: waiting for the kubelet to register it, or is --node-name wrong?",
              {{"node", node}});
}

void LeaseLog::watch_broken(const StreamBroken& broken) {
  failed(watch_faults_, "the API server cannot be watched, trying again", broken.reason);
}

void LeaseLog::watch_alive() {
  if (const auto count = watch_faults_.recovered()) {
    log_info("the API server answers again", {{"failures", std::to_string(*count)}});
  }
}

void LeaseLog::held_back(std::size_t nodes) {
  log_warning("a list of nodes lacks many known peers; they stay until a second list confirms it",
              {{"missing", std::to_string(nodes)}});
}

void LeaseLog::held(const Lease& lease) {
  const std::string subnets = lease.subnets.to_string();
  static_cast<void>(lease_faults_.recovered());
  if (subnets == held_) return;
  held_ = subnets;
  log_info("lease held", {{"subnets", subnets}, {"source", std::string(to_string(lease.source))}});
}

void LeaseLog::suspect(const std::string& reason) {
  held_.clear();
  log_warning("the lease is gone from the Node, claiming it again; traffic goes on", {{"reason", reason}});
}

void LeaseLog::evicted(const Subnets& subnets, const std::string& reason) {
  held_.clear();
  log_error("the subnet is another node's now, everything on it is withdrawn",
            {{"subnets", subnets.to_string()}, {"reason", reason}});
}

void LeaseLog::exhausted(const std::string& reason) {
  failed(lease_faults_, "no subnet can be had, trying again", reason);
}

void LeaseLog::silent_holders(const std::string& names) {
  if (names.empty()) return;
  log_warning("these nodes hold subnets and have long been NotReady: delete those that are gone", {{"nodes", names}});
}

void LeaseLog::problem(const std::string& message) {
  failed(lease_faults_, "the lease protocol meets a problem, trying again", message);
}

void LeaseLog::files(const std::string& error) {
  if (!error.empty()) return failed(file_faults_, "cannot tell the CNI plugin about the subnet, trying again", error);
  static_cast<void>(file_faults_.recovered());
}

void LeaseLog::condition(bool unavailable, const std::string& error) {
  if (!error.empty()) return failed(condition_faults_, "the node's condition cannot be set, trying again", error);
  static_cast<void>(condition_faults_.recovered());
  log_info("node condition set", {{"NetworkUnavailable", unavailable ? "True" : "False"}});
}

void LeaseLog::event(const std::string& error) {
  if (error.empty()) return static_cast<void>(event_faults_.recovered());
  if (const auto count = event_faults_.failed(error, std::chrono::steady_clock::now())) {
    log_warning("an event on the node cannot be posted", {{"error", error}, {"times", std::to_string(*count)}});
  }
}

}  // namespace weft
