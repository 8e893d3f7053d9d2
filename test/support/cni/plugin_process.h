// The plugin's binary, called as a container runtime calls it.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>

#include <sys/types.h>

namespace weft::test {

struct PluginCall {
  std::map<std::string, std::string> environment;
  std::string input;
  std::string name = "weft";  // argv[0]
};

struct PluginAnswer {
  int exit_code = 0;  // 128 + number when a signal ended it
  std::string output;
  std::string errors;  // standard error

  // The output, or null when it is not JSON.
  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(output, nullptr, false); }
  // The "code" of an error object; -1 when there is none.
  [[nodiscard]] int code() const;
  [[nodiscard]] std::string message() const;
};

// In the calling thread's namespaces. Throws std::system_error when the process cannot be started.
[[nodiscard]] PluginAnswer run_plugin(const PluginCall& call);

// A process with the call's environment and input, its output in files; for callers that do more than wait.
class PluginProcess {
 public:
  // `traced`: it stops at its first instruction for the calling thread, which is its tracer.
  explicit PluginProcess(const PluginCall& call, bool traced = false);
  PluginProcess(const PluginProcess&) = delete;
  PluginProcess& operator=(const PluginProcess&) = delete;
  ~PluginProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Once the caller has waited for the process and has its wait status.
  [[nodiscard]] PluginAnswer answer(int wait_status);
  [[nodiscard]] PluginAnswer wait();

 private:
  int output_;
  int errors_;
  pid_t pid_;
};

}  // namespace weft::test
