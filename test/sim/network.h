// Requests on their way: executed and answered at any moment, or lost, or executed long after their client gave up.
#pragma once

#include "test/sim/daemon.h"
#include "test/sim/invariants.h"

#include <vector>

namespace weft::sim {

struct Request {
  std::size_t daemon = 0;
  unsigned incarnation = 0;
  LeaseAction action;  // GetOwnNode, ListNodes or PatchOwnNode
  bool executed = false;
  bool abandoned = false;  // answered as unknown; may still be executed
  LeaseInput answer;       // when executed
  unsigned epoch = 0;
};

class Network {
 public:
  Network(Store& store, std::vector<Daemon>& daemons, Invariants& invariants, const Trace& trace, SplitMix64& random,
          Sabotage sabotage);

  void send(std::size_t daemon, const LeaseActions& actions);
  [[nodiscard]] bool empty() const { return requests_.empty(); }
  // Something happens to one request. `loss`: per cent that go astray.
  [[nodiscard]] LeaseActions advance(unsigned loss, LeaseTime now, std::size_t* daemon);
  // The server went back in time: what was under way is lost.
  void drop_all();

 private:
  void execute(Request& request);
  [[nodiscard]] LeaseInput execute(const Request& request, const lease_action::GetOwnNode& action);
  [[nodiscard]] LeaseInput execute(const Request& request, const lease_action::ListNodes& action);
  [[nodiscard]] LeaseInput execute(const Request& request, const lease_action::PatchOwnNode& action);
  [[nodiscard]] LeaseInput lost_answer(const Request& request) const;
  [[nodiscard]] LeaseActions deliver(const Request& request, const LeaseInput& answer, LeaseTime now);
  [[nodiscard]] bool is_guarded(const NodePatch& patch) const;

  Store& store_;
  std::vector<Daemon>& daemons_;
  Invariants& invariants_;
  const Trace& trace_;
  SplitMix64& random_;
  Sabotage sabotage_;
  std::vector<Request> requests_;
};

}  // namespace weft::sim
