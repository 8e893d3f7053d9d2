#include "daemon/ledger_sweep.h"

#include "subnet/ledger/host_link.h"

#include <cerrno>
#include <map>
#include <utility>

namespace weft {
namespace {

SweepFinding finding_of(const PodVerdict& verdict, const AttachmentKey& key, const Result<Attachment>& entry) {
  SweepFinding finding{.state = verdict.state, .container = key.container_id, .link = host_link_of(key, entry)};
  finding.why = verdict.why;
  if (!entry) return finding;
  if (!entry->pod_name.empty()) finding.pod = entry->pod_namespace + '/' + entry->pod_name;
  finding.addresses = entry->addresses;
  return finding;
}

}  // namespace

class LedgerSweep::Run {
 public:
  Run(HostLinks& links, PodPorts& ports, const SweepMoment& moment) : links_(links), ports_(ports), moment_(moment) {}

  // First the links, then the entries: an ADD in flight has its entry before its link.
  SweepReport on(const std::string& directory) {
    const auto links = links_.list();
    if (!links) return {.error = links.error().message};
    for (const HostLink& link : *links) unclaimed_.emplace(link.name, link);
    const auto ledger = Ledger::open(directory);
    if (!ledger && ledger.error().code != ENOENT) return {.error = ledger.error().message};
    if (ledger) {
      const auto looked = look_at(*ledger);
      if (!looked) note(looked.error());
      if (!looked) return std::move(report_);
    }
    remove_unclaimed();
    return std::move(report_);
  }

 private:
  Result<> look_at(const Ledger& ledger) {
    const auto keys = ledger.keys();
    if (!keys) return std::unexpected(keys.error());
    for (const AttachmentKey& key : *keys) look_at_entry(ledger, key);
    const auto strays = ledger.strays();
    if (!strays) return std::unexpected(strays.error());
    for (const Ledger::Stray& stray : *strays) look_at_stray(ledger, stray);
    return {};
  }

  // Most entries have their link, and then their files need not be read.
  void look_at_entry(const Ledger& ledger, const AttachmentKey& key) {
    if (claim(host_link_name(key))) return void(++report_.pods);
    const auto entry = ledger.find(key);
    if (!entry && entry.error().code == ENOENT) return;  // released meanwhile
    if (entry && claim(entry->host_link)) return void(++report_.pods);
    const PodVerdict verdict = judge_entry(entry, false, moment_);
    if (!verdict.swept) return;
    const auto released = ledger.release_if(key, [&](const Result<Attachment>& now) { return is_dead(key, now); });
    if (!released) return note(released.error());
    if (*released) removed(finding_of(verdict, key, entry));
  }

  void look_at_stray(const Ledger& ledger, const Ledger::Stray& stray) {
    if (stray.attachment) static_cast<void>(claim(stray.attachment->host_link));
    const auto fate = ledger.settle(
        stray.address, [&](const Attachment& named) { return links_.exists(named.host_link) || !closed(named); });
    if (!fate) return note(fate.error());
    if (*fate == Ledger::StrayFate::kept) return;
    const bool restored = *fate == Ledger::StrayFate::restored;
    const PodVerdict verdict = judge_stray(stray.attachment, restored);
    SweepFinding finding =
        finding_of(verdict, stray.attachment ? stray.attachment->key : AttachmentKey(), stray.attachment);
    finding.addresses = {stray.address};
    finding.fate = restored ? SweepFinding::Fate::restored : SweepFinding::Fate::removed;
    report_.findings.push_back(std::move(finding));
  }

  void remove_unclaimed() {
    for (const auto& [name, link] : unclaimed_) {
      const PodVerdict verdict = judge_link(link);
      SweepFinding finding{.state = verdict.state, .link = name, .why = verdict.why};
      if (!verdict.swept) {
        report_.findings.push_back(std::move(finding));
        continue;
      }
      const auto gone = links_.remove(link);
      if (!gone) note(gone.error());
      if (gone) removed(std::move(finding));
    }
  }

  // Asked under the ledger's lock, of what is recorded by then. The ports first, as DEL does it: what is in the ledger
  // tells what is in the kernel.
  bool is_dead(const AttachmentKey& key, const Result<Attachment>& entry) {
    if (links_.exists(host_link_name(key))) return false;
    const bool link_exists = entry && !entry->host_link.empty() && links_.exists(entry->host_link);
    return judge_entry(entry, link_exists, moment_).swept && (!entry || closed(*entry));
  }

  bool closed(const Attachment& attachment) {
    const auto done = ports_.close(attachment);
    if (!done) note(done.error());
    return done.has_value();
  }

  bool claim(const std::string& link) {
    const auto found = unclaimed_.find(link);
    if (found == unclaimed_.end()) return claimed_.contains(link);
    claimed_.insert(unclaimed_.extract(found));
    return true;
  }

  void removed(SweepFinding finding) {
    finding.fate = SweepFinding::Fate::removed;
    report_.findings.push_back(std::move(finding));
  }

  void note(const Error& error) {
    if (error.code == EWOULDBLOCK) return void(report_.unfinished = true);
    if (report_.error.empty()) report_.error = error.message;
  }

  HostLinks& links_;
  PodPorts& ports_;
  const SweepMoment& moment_;
  std::map<std::string, HostLink> unclaimed_;  // links that no entry has named yet
  std::map<std::string, HostLink> claimed_;
  SweepReport report_;
};

SweepReport LedgerSweep::run(const SweepMoment& moment) { return Run(links_, ports_, moment).on(directory_); }

}  // namespace weft
