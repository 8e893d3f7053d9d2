#include "cni-plugin/run_plugin.h"

#include "cni-plugin/json_document.h"
#include "subnet/unique_fd.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weft::cni {

namespace {

// Exit statuses of a child that did not become the plugin.
constexpr int kNotStarted = 127;
constexpr int kBeingReplaced = 126;

Result<UniqueFd> memory_file(std::string_view content) {
  UniqueFd fd(::memfd_create("cni", MFD_CLOEXEC));
  if (!fd) return fail_errno("memfd_create", errno);
  while (!content.empty()) {
    const ssize_t written = ::write(fd.get(), content.data(), content.size());
    if (written < 0) return fail_errno("write the delegate's request", errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) return fail_errno("rewind the delegate's request", errno);
  return fd;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& setup) {
  std::vector<std::string> lines;
  lines.reserve(setup.size());
  for (const auto& [name, value] : setup) lines.push_back(fmt::format("{}={}", name, value));
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string_view text = *line;
    if (!setup.contains(std::string(text.substr(0, text.find('='))))) lines.emplace_back(text);
  }
  return lines;
}

std::vector<char*> pointers(std::vector<std::string>& lines) {
  std::vector<char*> result;
  result.reserve(lines.size() + 1);
  for (std::string& line : lines) result.push_back(line.data());
  result.push_back(nullptr);
  return result;
}

// The child's part. The parent may be gone before prctl(): then there is nobody to run for.
[[noreturn]] void become(const std::string& path, char* const* environment, int input, int output, pid_t parent) {
  std::array<char*, 2> arguments = {const_cast<char*>(path.c_str()), nullptr};
  const bool ready = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent &&
                     ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0;
  if (ready) ::execve(path.c_str(), arguments.data(), environment);
  ::_exit(ready && errno == ETXTBSY ? kBeingReplaced : kNotStarted);
}

Result<int> wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return fail_errno("wait for the delegate", errno);
  }
  return status;
}

std::string content_of(const UniqueFd& file) {
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  std::string content(size < 0 ? 0 : std::min(static_cast<std::size_t>(size), kMaxJsonBytes), '\0');
  const ssize_t count = ::pread(file.get(), content.data(), content.size(), 0);
  content.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return content;
}

Outcome<std::string> judge(const std::string& type, int status, std::string output) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) return output;
  const auto error = parse_object(output);
  const Json* code = error ? member(*error, "code") : nullptr;
  if (code != nullptr && code->is_number_unsigned()) {
    return std::unexpected(Failure{Code{code->get<unsigned>()},
                                   fmt::format("delegate {}: {}", type, text_member(*error, "msg")),
                                   text_member(*error, "details")});
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kBeingReplaced) {
    return refuse(Code::try_again_later, "delegate {}: its file is just being replaced", type);
  }
  if (WIFEXITED(status)) {
    return refuse(Code::kernel, "delegate {} ended with exit status {}: {}", type, WEXITSTATUS(status), output);
  }
  return refuse(Code::kernel, "delegate {} was ended by signal {}", type, WTERMSIG(status));
}

}  // namespace

Outcome<std::string> find_plugin(const std::string& type) {
  if (type.empty() || type.find('/') != std::string::npos || type == "." || type == "..") {
    return refuse(Code::invalid_configuration, "\"type\" \"{}\" of the delegate: must be a plugin's file name", type);
  }
  const char* variable = std::getenv("CNI_PATH");
  std::string_view directories = variable == nullptr ? "" : variable;
  if (directories.empty()) return refuse(Code::invalid_environment, "CNI_PATH is missing: a delegate is found by it");
  const std::string searched(directories);
  while (!directories.empty()) {
    const std::string_view directory = directories.substr(0, directories.find(':'));
    directories.remove_prefix(std::min(directories.size(), directory.size() + 1));
    std::string path = fmt::format("{}/{}", directory, type);
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) return path;
  }
  return refuse(Code::invalid_configuration, "there is no plugin {} in CNI_PATH {}: install it, or use another mode",
                type, searched);
}

Outcome<std::string> run_plugin(const PluginRun& run) {
  const auto path = find_plugin(run.type);
  if (!path) return path;
  const auto input = memory_file(run.input);
  if (!input) return refuse_with(Code::io_failure, "delegate " + run.type, input.error());
  const auto output = memory_file("");
  if (!output) return refuse_with(Code::io_failure, "delegate " + run.type, output.error());
  std::vector<std::string> lines = environment_with(run.setup);
  const std::vector<char*> environment = pointers(lines);

  const pid_t self = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return refuse_with(Code::io_failure, "delegate " + run.type, Error{std::strerror(errno), errno});
  if (child == 0) become(*path, environment.data(), input->get(), output->get(), self);
  const auto status = wait_for(child);
  if (!status) return refuse_with(Code::io_failure, "delegate " + run.type, status.error());
  return judge(run.type, *status, content_of(*output));
}

}  // namespace weft::cni
