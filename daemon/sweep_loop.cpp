#include "daemon/sweep_loop.h"

#include "subnet/ledger/boot_id.h"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <utility>

namespace weft {
namespace {

constexpr std::chrono::milliseconds kSoon{1000};

}  // namespace

Result<std::unique_ptr<SweepLoop>> SweepLoop::open(boost::asio::io_context& io, SweepOptions options, Report report) {
  auto boot_id = current_boot_id();
  if (!boot_id) return std::unexpected(boot_id.error());
  auto links = NetlinkHostLinks::open();
  if (!links) return std::unexpected(links.error());
  return std::unique_ptr<SweepLoop>(
      new SweepLoop(io, std::move(options), std::move(report), *std::move(boot_id), *std::move(links)));
}

SweepLoop::SweepLoop(boost::asio::io_context& io, SweepOptions options, Report report, std::string boot_id,
                     std::unique_ptr<HostLinks> links)
    : options_(std::move(options)),
      report_(std::move(report)),
      boot_id_(std::move(boot_id)),
      links_(std::move(links)),
      sweep_(options_.directory, *links_, ports_),
      timer_(io) {}

void SweepLoop::begin() {
  SweepReport report = sweep_.run({.boot_id = boot_id_, .since_boot = time_since_boot(), .grace = options_.period});
  timer_.expires_after(report.unfinished ? std::min(kSoon, options_.period) : options_.period);
  report_(std::move(report));
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) begin();
  });
}

}  // namespace weft
