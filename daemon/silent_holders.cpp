#include "daemon/silent_holders.h"

#include "subnet/resource_list.h"

#include <utility>

namespace weft {

SilentHolders::SilentHolders(KubeClient& client, const LeaseSet& nodes, std::string self)
    : client_(client), nodes_(nodes), self_(std::move(self)) {}

SilentHolders::~SilentHolders() = default;

void SilentHolders::ask(Answer answer) {
  waiting_.push_back(std::move(answer));
  if (waiting_.size() > 1) return;
  auto done = [this](const ApiResult<ResourceListing<NodeReadiness>>& listing) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    answer_all(listing ? describe_silent_holders(listing->objects, nodes_, self_, now) : "");
  };
  list_ = std::make_unique<ResourceList<NodeReadinessResource>>(client_, NodeReadinessResource(), ListOptions{},
                                                                std::move(done));
}

void SilentHolders::answer_all(const std::string& names) {
  for (const Answer& answer : std::exchange(waiting_, {})) answer(names);
}

}  // namespace weft
