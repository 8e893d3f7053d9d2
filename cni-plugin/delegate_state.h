// What each delegated attachment was made with: files below dataDir/delegates, one a pod interface.
//
// DEL must undo what ADD did, whatever has become of the configuration and of the node's lease since. Written before
// the delegate runs, whole or not at all.
//
// Owns: the directory's descriptor. Threading: one thread; any number of processes.
#pragma once

#include "cni-plugin/failure.h"
#include "cni-plugin/json_document.h"
#include "subnet/ledger/attachment.h"
#include "subnet/ledger/directory.h"

#include <optional>
#include <vector>

namespace weft::cni {

class DelegateState {
 public:
  [[nodiscard]] static Result<DelegateState> create(const std::string& data_directory);
  // nullopt: nothing was ever delegated here.
  [[nodiscard]] static Result<std::optional<DelegateState>> open(const std::string& data_directory);

  // EEXIST: there is one.
  [[nodiscard]] Result<> save(const AttachmentKey& key, const Json& conf) const;
  // nullopt: none, or one that cannot be read.
  [[nodiscard]] std::optional<Json> find(const AttachmentKey& key) const;
  [[nodiscard]] Result<> remove(const AttachmentKey& key) const;
  [[nodiscard]] Result<std::vector<AttachmentKey>> list() const;

 private:
  explicit DelegateState(Directory directory) : directory_(std::move(directory)) {}

  Directory directory_;
};

}  // namespace weft::cni
