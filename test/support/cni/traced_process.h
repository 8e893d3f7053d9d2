// The plugin, disturbed at one chosen system call.
//
// ptrace(2): the thread that starts it is the tracer. Throws std::system_error where tracing is impossible. System
// calls are counted from the one that reads standard input, which is number 1.
#pragma once

#include "test/support/cni/plugin_process.h"

#include <functional>
#include <map>
#include <optional>

namespace weft::test {

// From one disturbed system call to the next, for tests that look at what is left and not for faults of memory: with
// sanitizers, whose start takes longer than all the plugin does, these look at a part.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kStride = 7;
#else
inline constexpr int kStride = 1;
#endif

// Kills the plugin with SIGKILL as it enters its `number`-th system call, which does not happen then.
// False when it ended before that.
[[nodiscard]] bool kill_at_system_call(const PluginCall& call, int number);

// Calls `action` while the plugin stands before its `number`-th system call, and lets it go on; its answer. nullopt
// when it ended before that.
[[nodiscard]] std::optional<PluginAnswer> pause_at_system_call(const PluginCall& call, int number,
                                                               const std::function<void()>& action);

// The plugin's system calls by their numbers in the kernel's table, from the one that reads its request to its end.
[[nodiscard]] std::map<long, int> count_system_calls(const PluginCall& call);

#ifdef __x86_64__
struct Disturbed {
  PluginAnswer answer;
  long system_call = -1;  // its number in the kernel's table
  unsigned long first_argument = 0;
};
// Makes its `number`-th system call fail with `error` without happening. nullopt when it ended before that.
[[nodiscard]] std::optional<Disturbed> fail_system_call(const PluginCall& call, int number, int error);
#endif

}  // namespace weft::test
