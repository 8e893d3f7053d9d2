#include "test/support/cni/traced_process.h"

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weft::test {

namespace {

constexpr int kSystemCallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

void trace(long result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  }
  return status;
}

// From one stop to the next entry or exit of a system call; the wait status.
int next_stop(pid_t pid) {
  trace(::ptrace(PTRACE_SYSCALL, pid, nullptr, nullptr), "PTRACE_SYSCALL");
  return wait_for(pid);
}

// At the entry of a system call: whether it reads standard input. All before that is the C library's start.
bool reads_request(pid_t pid) {
  __ptrace_syscall_info info{};
  trace(::ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info), "PTRACE_GET_SYSCALL_INFO");
  return info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr == SYS_read && info.entry.args[0] == STDIN_FILENO;
}

// Runs until the process enters its `number`-th system call from the one that reads its request. The wait status:
// stopped, or ended before.
int run_to_entry(pid_t pid, int number) {
  int status = wait_for(pid);  // the stop after execve
  trace(::ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD), "PTRACE_SETOPTIONS");
  for (int entered = 0; WIFSTOPPED(status);) {
    status = next_stop(pid);
    if (WIFSTOPPED(status) && (entered > 0 || reads_request(pid))) ++entered;
    if (!WIFSTOPPED(status) || entered == number) break;
    status = next_stop(pid);  // its exit
  }
  return status;
}

// To its end; the wait status.
int run_to_end(pid_t pid, int status) {
  while (WIFSTOPPED(status)) {
    // Signals such as SIGABRT go on to the process; the stop of a system call is none.
    const int signal = WSTOPSIG(status) == kSystemCallStop ? 0 : WSTOPSIG(status);
    trace(::ptrace(PTRACE_CONT, pid, nullptr, signal), "PTRACE_CONT");
    status = wait_for(pid);
  }
  return status;
}

}  // namespace

bool kill_at_system_call(const PluginCall& call, int number) {
  PluginProcess process(call, /*traced=*/true);
  const int status = run_to_entry(process.pid(), number);
  if (!WIFSTOPPED(status)) {
    static_cast<void>(process.answer(status));
    return false;
  }
  ::kill(process.pid(), SIGKILL);
  static_cast<void>(process.answer(wait_for(process.pid())));
  return true;
}

std::optional<PluginAnswer> pause_at_system_call(const PluginCall& call, int number,
                                                 const std::function<void()>& action) {
  PluginProcess process(call, /*traced=*/true);
  const int status = run_to_entry(process.pid(), number);
  if (!WIFSTOPPED(status)) {
    static_cast<void>(process.answer(status));
    return std::nullopt;
  }
  action();
  return process.answer(run_to_end(process.pid(), status));
}

std::map<long, int> count_system_calls(const PluginCall& call) {
  PluginProcess process(call, /*traced=*/true);
  std::map<long, int> counts;
  int status = run_to_entry(process.pid(), 1);
  while (WIFSTOPPED(status)) {
    __ptrace_syscall_info info{};
    trace(::ptrace(PTRACE_GET_SYSCALL_INFO, process.pid(), sizeof info, &info), "PTRACE_GET_SYSCALL_INFO");
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) ++counts[static_cast<long>(info.entry.nr)];
    status = next_stop(process.pid());
  }
  const PluginAnswer answer = process.answer(status);
  if (answer.exit_code != 0) throw std::runtime_error(answer.output);
  return counts;
}

#ifdef __x86_64__
std::optional<Disturbed> fail_system_call(const PluginCall& call, int number, int error) {
  PluginProcess process(call, /*traced=*/true);
  int status = run_to_entry(process.pid(), number);
  if (!WIFSTOPPED(status)) {
    static_cast<void>(process.answer(status));
    return std::nullopt;
  }
  user_regs_struct registers{};
  trace(::ptrace(PTRACE_GETREGS, process.pid(), nullptr, &registers), "PTRACE_GETREGS");
  Disturbed disturbed;
  disturbed.system_call = static_cast<long>(registers.orig_rax);
  disturbed.first_argument = registers.rdi;
  registers.orig_rax = ~0ULL;  // no such call: the kernel skips it
  trace(::ptrace(PTRACE_SETREGS, process.pid(), nullptr, &registers), "PTRACE_SETREGS");
  status = next_stop(process.pid());
  if (WIFSTOPPED(status)) {
    registers.rax = static_cast<unsigned long long>(-error);
    trace(::ptrace(PTRACE_SETREGS, process.pid(), nullptr, &registers), "PTRACE_SETREGS");
  }
  disturbed.answer = process.answer(run_to_end(process.pid(), status));
  return disturbed;
}
#endif

}  // namespace weft::test
