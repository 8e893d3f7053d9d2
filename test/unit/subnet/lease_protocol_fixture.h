// One LeaseProtocol, fed by hand: the test plays the API server and the shell.
#pragma once

#include "subnet/lease_protocol.h"
#include "subnet/lease_set.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft {

[[nodiscard]] IpPrefix block(std::string_view text);
[[nodiscard]] NodeRecord node(std::string name, Revision revision, std::string uid = "");  // uid: "uid-NAME"
[[nodiscard]] NodeRecord with_lease(NodeRecord record, std::string_view v4, Revision rev = 1,
                                    LeaseSource source = LeaseSource::claim);
[[nodiscard]] NodeRecord with_claim(NodeRecord record, std::string_view v4, std::string nonce = "other");
[[nodiscard]] NodeRecord with_pod_cidr(NodeRecord record, std::string_view block);
// What the API server makes of a PATCH.
[[nodiscard]] NodeRecord patched(NodeRecord record, const NodePatch& patch, Revision revision);
[[nodiscard]] FamilyConfig family_config(std::string_view network, unsigned subnet_length);
[[nodiscard]] Vtep test_vtep(std::uint8_t host = 7);
// Node "me", 10.1.0.0/16 in blocks of /24.
[[nodiscard]] LeaseConfig test_config();

class LeaseProtocolTest : public ::testing::Test {
 protected:
  // Starts with `others` and `own` in the cluster, a vtep known, and the own Node read.
  void start(const NodeRecord& own, std::vector<NodeRecord> others = {}, LeaseConfig config = test_config());
  // As start(), and on to HELD on `own`'s first claim.
  void start_held(const NodeRecord& own, std::vector<NodeRecord> others = {}, LeaseConfig config = test_config());

  void step(const LeaseInput& input);
  void advance(std::chrono::milliseconds by) { now_ += by; }
  void fire_timer();  // at the time armed

  void event(const NodeRecord& record);  // MODIFIED or ADDED, live
  void deleted(NodeRecord last, Revision revision);
  void list(const std::vector<NodeRecord>& records, Revision revision, bool quorum = true);
  void answer_get(const NodeRecord& record);
  void answer_get(lease_input::ReadOutcome outcome);
  void answer_patch(lease_input::PatchOutcome outcome);
  void answer_list(const std::vector<NodeRecord>& records, Revision revision);
  void fail_list(lease_input::ReadOutcome outcome);
  // The PATCH asked for last is applied to `own_` at `revision`: the answer, and the event.
  void apply_patch(Revision revision);
  void apply_patch_quietly(Revision revision);  // neither answer nor event
  // The claim asked for wins and is confirmed.
  void run_to_held(Revision revision);

  // The last action of a kind in what the last step() returned.
  template <class Action>
  [[nodiscard]] const Action* last() const {
    const Action* found = nullptr;
    for (const auto& action : actions_) {
      if (const auto* match = std::get_if<Action>(&action)) found = match;
    }
    return found;
  }
  template <class Action>
  [[nodiscard]] bool did() const {
    return last<Action>() != nullptr;
  }
  [[nodiscard]] const NodePatch& patch() const;  // of the last PatchOwnNode of all steps
  [[nodiscard]] LeaseState state() const { return protocol_->state(); }
  [[nodiscard]] bool said(lease_action::LeaseEventReason reason) const;

  LeaseSet nodes_;
  std::unique_ptr<LeaseProtocol> protocol_;
  NodeRecord own_;  // as the store has it
  LeaseActions actions_;
  LeaseTime now_{std::chrono::hours(1)};

 private:
  std::optional<lease_action::PatchOwnNode> patch_;
  LeaseRequestId get_ = 0;
  LeaseRequestId list_ = 0;
  std::optional<LeaseTime> timer_;
};

}  // namespace weft
