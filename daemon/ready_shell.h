// Carries out what the ready sequence decides: files, and the Node's condition.
//
// Owns the sequence and its timer. Threading: the reactor. Files are small and on local disks; they are written there.
#pragma once

#include "daemon/ready_sequence.h"
#include "subnet/kube_client.h"

#include <functional>
#include <memory>
#include <string>

namespace weft {

struct RunOptions;

struct ReadyPaths {
  std::string node;
  std::string subnet_file;
  std::string cni_conf_dir;  // empty: no conflist
  std::string cni_data_dir;
};

[[nodiscard]] ReadyPaths ready_paths(const RunOptions& options);

struct ReadyReports {
  std::function<void(const std::string& error)> files;  // each attempt; empty: written
  std::function<void()> removed;
  std::function<void()> stepped;  // ask the sequence anew
  std::function<void(bool unavailable, const std::string& error)> condition;
};

class ReadyShell {
 public:
  // `client` must outlive the shell.
  ReadyShell(KubeClient& client, ReadySequence sequence, ReadyPaths paths, ReadyReports reports);
  ~ReadyShell();
  ReadyShell(const ReadyShell&) = delete;
  ReadyShell& operator=(const ReadyShell&) = delete;

  void step(const ReadyInput& input);
  [[nodiscard]] const ReadySequence& sequence() const;
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace weft
