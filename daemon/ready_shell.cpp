#include "daemon/ready_shell.h"

#include "daemon/conflist.h"
#include "daemon/node_events.h"
#include "daemon/options.h"
#include "subnet/file_writer.h"
#include "subnet/kube_request.h"
#include "subnet/patch_body.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <utility>

namespace weft {

struct ReadyShell::Impl : std::enable_shared_from_this<ReadyShell::Impl> {
  Impl(KubeClient& c, ReadySequence s, ReadyPaths p, ReadyReports r)
      : client(c), sequence(std::move(s)), paths(std::move(p)), reports(std::move(r)), timer(c.io()) {}

  void step(ReadyInput first) {
    std::deque<ReadyInput> inputs{std::move(first)};
    while (!inputs.empty() && !stopped) {
      const auto now = std::chrono::steady_clock::now();
      for (const ReadyAction& action : sequence.step(inputs.front(), now)) {
        if (const auto* write = std::get_if<ready_action::WriteFiles>(&action))
          inputs.push_back(write_files(write->env));
        if (std::holds_alternative<ready_action::RemoveFiles>(action)) remove_files();
        if (const auto* set = std::get_if<ready_action::SetCondition>(&action)) set_condition(set->unavailable);
      }
      inputs.pop_front();
    }
    reports.stepped();
    timer.expires_at(sequence.wake_at());
    timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      const auto self = weak.lock();
      if (!error && self) self->step(ready_input::Tick{});
    });
  }

  ready_input::FilesDone write_files(const SubnetEnv& env) {
    Result<bool> written = write_file_if_changed(paths.subnet_file, render_subnet_env(env));
    if (written && !paths.cni_conf_dir.empty()) {
      const ConflistPaths content{.subnet_file = paths.subnet_file, .data_dir = paths.cni_data_dir};
      written = write_file_if_changed(conflist_path(paths.cni_conf_dir), render_conflist(content));
    }
    ready_input::FilesDone done{written ? "" : written.error().message};
    reports.files(done.error);
    return done;
  }

  void remove_files() {
    if (!paths.cni_conf_dir.empty()) static_cast<void>(remove_file(conflist_path(paths.cni_conf_dir)));
    static_cast<void>(remove_file(paths.subnet_file));
    reports.removed();
  }

  void set_condition(bool unavailable) {
    const auto body =
        network_condition_body(unavailable, unavailable ? "WeftHasNoSubnet" : "WeftIsUp",
                               unavailable ? "the node has lost its subnet" : "weftd serves pods on this node",
                               rfc3339(std::chrono::system_clock::now()));
    client.send(patch_node_status(paths.node, body),
                [weak = weak_from_this(), unavailable](const ApiResult<KubeResponse>& response) {
                  const auto self = weak.lock();
                  if (!self) return;
                  self->reports.condition(unavailable, response ? "" : response.error().message);
                  self->step(ready_input::ConditionDone{response.has_value()});
                });
  }

  KubeClient& client;
  ReadySequence sequence;
  ReadyPaths paths;
  ReadyReports reports;
  boost::asio::steady_timer timer;
  bool stopped = false;
};

ReadyShell::ReadyShell(KubeClient& client, ReadySequence sequence, ReadyPaths paths, ReadyReports reports)
    : impl_(std::make_shared<Impl>(client, std::move(sequence), std::move(paths), std::move(reports))) {}

ReadyShell::~ReadyShell() { stop(); }

void ReadyShell::step(const ReadyInput& input) { impl_->step(input); }

const ReadySequence& ReadyShell::sequence() const { return impl_->sequence; }

void ReadyShell::stop() {
  impl_->stopped = true;
  impl_->timer.cancel();
}

ReadyPaths ready_paths(const RunOptions& options) {
  return {.node = options.node_name,
          .subnet_file = options.subnet_path(),
          .cni_conf_dir = options.cni_conf_dir,
          .cni_data_dir = options.ledger_path()};
}

}  // namespace weft
