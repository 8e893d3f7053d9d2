// When the ledger is swept: at start and then every period; a second later where the ledger was busy.
//
// Owns a netlink socket and the timer. Threading: the thread of the io_context, the firewall thread.
#pragma once

#include "daemon/ledger_sweep.h"
#include "daemon/pod_ports.h"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace weft {

struct SweepOptions {
  std::string directory;                     // the plugin's dataDir
  std::chrono::milliseconds period{60'000};  // also how long an entry may be without a link
};

class SweepLoop {
 public:
  using Report = std::function<void(SweepReport)>;

  // Opens netlink in the calling thread's network namespace.
  [[nodiscard]] static Result<std::unique_ptr<SweepLoop>> open(boost::asio::io_context& io, SweepOptions options,
                                                               Report report);
  SweepLoop(const SweepLoop&) = delete;
  SweepLoop& operator=(const SweepLoop&) = delete;

  // Sweeps, and goes on doing so.
  void begin();

 private:
  SweepLoop(boost::asio::io_context& io, SweepOptions options, Report report, std::string boot_id,
            std::unique_ptr<HostLinks> links);

  SweepOptions options_;
  Report report_;
  std::string boot_id_;
  std::unique_ptr<HostLinks> links_;
  NftPodPorts ports_;
  LedgerSweep sweep_;
  boost::asio::steady_timer timer_;
};

}  // namespace weft
