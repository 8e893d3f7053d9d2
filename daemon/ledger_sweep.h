// Takes back what ended pods have left in the node's ledger: containerd has releases that never send DEL.
//
// An entry lives as long as its host link; with it go the addresses and the hostPorts. The sweep shares the ledger with
// any number of plugins at work: it decides under the ledger's lock, for which it does not wait, and an ADD looks at
// its entry again once the link is there (Ledger::holds), so no pod ever loses an address to a sweep. Owns nothing.
// Threading: one thread. Pure but for the ledger's files and the two ports.
#pragma once

#include "daemon/pod_ports.h"
#include "daemon/pod_states.h"
#include "subnet/ledger/ledger.h"

#include <cstddef>
#include <string>
#include <vector>

namespace weft {

// One thing a sweep came upon, for the log.
struct SweepFinding {
  enum class Fate : std::uint8_t { kept, removed, restored };

  PodState state = PodState::link_gone;
  Fate fate = Fate::kept;
  std::string container;
  std::string pod;  // "namespace/name"
  std::vector<IpAddress> addresses;
  std::string link;
  std::string why;

  friend bool operator==(const SweepFinding&, const SweepFinding&) = default;
};

struct SweepReport {
  std::size_t pods = 0;  // entries whose link is there
  std::vector<SweepFinding> findings;
  bool unfinished = false;  // the ledger's lock was taken: once more, soon
  std::string error;        // the first failure; what it was about is tried again next time

  friend bool operator==(const SweepReport&, const SweepReport&) = default;
};

class LedgerSweep {
 public:
  // `directory`: the plugin's dataDir; it need not exist. `links` and `ports` must outlive the sweep.
  LedgerSweep(std::string directory, HostLinks& links, PodPorts& ports)
      : directory_(std::move(directory)), links_(links), ports_(ports) {}

  [[nodiscard]] SweepReport run(const SweepMoment& moment);

 private:
  class Run;

  std::string directory_;
  HostLinks& links_;
  PodPorts& ports_;
};

}  // namespace weft
