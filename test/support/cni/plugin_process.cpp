#include "test/support/cni/plugin_process.h"

#include "subnet/unique_fd.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <vector>

#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weft::test {

namespace {

int memory_file(const char* name) {
  const int fd = ::memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
  return fd;
}

UniqueFd input_file(const std::string& content) {
  UniqueFd fd(memory_file("input"));
  if (::pwrite(fd.get(), content.data(), content.size(), 0) != static_cast<ssize_t>(content.size())) {
    throw std::system_error(errno, std::generic_category(), "write the plugin's input");
  }
  return fd;
}

std::string content_of(int fd) {
  std::string content(static_cast<std::size_t>(::lseek(fd, 0, SEEK_END)), '\0');
  const ssize_t size = ::pread(fd, content.data(), content.size(), 0);
  content.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return content;
}

// The child's part: only system calls, because other threads of the parent may hold locks.
[[noreturn]] void become_plugin(std::array<int, 3> files, const char* name, char* const* environment, bool traced) {
  std::array<char*, 2> arguments = {const_cast<char*>(name), nullptr};
  for (int target = 0; target < 3; ++target) ::dup2(files[static_cast<std::size_t>(target)], target);
  if (traced) ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  ::execve(WEFT_CNI_BINARY, arguments.data(), environment);
  ::_exit(127);
}

}  // namespace

PluginProcess::PluginProcess(const PluginCall& call, bool traced)
    : output_(memory_file("output")), errors_(memory_file("errors")), pid_(-1) {
  // LeakSanitizer cannot work in a traced process.
  std::vector<std::string> lines = {"ASAN_OPTIONS=detect_leaks=0"};
  for (const auto& [name, value] : call.environment) lines.push_back(fmt::format("{}={}", name, value));
  std::vector<char*> environment;
  environment.reserve(lines.size() + 1);
  for (std::string& line : lines) environment.push_back(line.data());
  environment.push_back(nullptr);
  const UniqueFd input = input_file(call.input);
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) become_plugin({input.get(), output_, errors_}, call.name.c_str(), environment.data(), traced);
}

PluginProcess::~PluginProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(output_);
  ::close(errors_);
}

PluginAnswer PluginProcess::answer(int wait_status) {
  pid_ = -1;
  return {WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status), content_of(output_),
          content_of(errors_)};
}

PluginAnswer PluginProcess::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  return answer(status);
}

PluginAnswer run_plugin(const PluginCall& call) { return PluginProcess(call).wait(); }

int PluginAnswer::code() const {
  const auto object = json();
  return object.is_object() && object.contains("code") && object["code"].is_number() ? object["code"].get<int>() : -1;
}

std::string PluginAnswer::message() const {
  const auto object = json();
  return object.is_object() && object.contains("msg") && object["msg"].is_string() ? object["msg"].get<std::string>()
                                                                                   : std::string();
}

}  // namespace weft::test
