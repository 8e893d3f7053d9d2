#include "subnet/program.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <memory>
#include <string_view>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weft {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// The process group of the program; killed and reaped unless it has ended.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    kill();
    waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill() const { ::kill(-pid_, SIGKILL); }
  // The wait status once the program has ended.
  int reap() {
    int status = 0;
    kill();  // what it left behind; its own number is not free before the next line
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return status;
  }

 private:
  pid_t pid_;
};

struct SpawnSetup {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  SpawnSetup() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

// Ours, with the program's own in front, since the first of a name counts.
std::vector<std::string> environment_of(const Program& program) {
  std::vector<std::string> all;
  all.reserve(program.environment.size());
  for (const auto& [name, value] : program.environment) all.push_back(fmt::format("{}={}", name, value));
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto name = text.substr(0, text.find('='));
    bool replaced = false;
    for (const auto& variable : program.environment) replaced = replaced || variable.first == name;
    if (!replaced) all.emplace_back(text);
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  list.reserve(texts.size() + 1);
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

Result<pid_t> spawn(Program& program, int output) {
  SpawnSetup setup;
  posix_spawn_file_actions_addopen(&setup.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&setup.files, output, STDOUT_FILENO);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&setup.attributes, &none);
  posix_spawnattr_setsigdefault(&setup.attributes, &all);
  posix_spawnattr_setpgroup(&setup.attributes, 0);
  posix_spawnattr_setflags(&setup.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  auto environment = environment_of(program);
  const auto argv = pointers(program.argv);
  const auto envp = pointers(environment);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, argv[0], &setup.files, &setup.attributes, argv.data(), envp.data());
  if (failed != 0) return fail_errno("run " + program.argv[0], failed);
  return pid;
}

Result<> judge(int status, const Program& program) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFEXITED(status)) return fail("{} ended with status {}", program.argv[0], WEXITSTATUS(status));
  return fail("{} was killed by signal {}", program.argv[0], WTERMSIG(status));
}

// Kills the program at the deadline; then its output and its process end, and with them the waiting.
struct Deadline : std::enable_shared_from_this<Deadline> {
  Deadline(const asio::any_io_executor& executor, const Child& running, Descriptor& stdout_end)
      : timer(executor), child(running), output(stdout_end) {}

  // As long as somebody owns this, child and output exist.
  void start(std::chrono::milliseconds time) {
    timer.expires_after(time);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
      const auto self = weak.lock();
      if (self && !ec) self->end();
    });
  }
  void end() {
    passed = true;
    child.kill();
    boost::system::error_code ignored;
    static_cast<void>(output.close(ignored));
  }

  asio::steady_timer timer;
  const Child& child;
  Descriptor& output;
  bool passed = false;
};

asio::awaitable<Result<std::string>> read_all(Descriptor& output, const Program& program) {
  std::string text;
  std::string buffer(16 * 1024, '\0');
  while (true) {
    const auto [ec, size] = co_await output.async_read_some(asio::buffer(buffer), kTuple);
    text.append(buffer, 0, size);
    if (text.size() > program.max_output) {
      co_return fail("{} wrote more than {} bytes", program.argv[0], program.max_output);
    }
    if (ec) co_return text;
  }
}

}  // namespace

asio::awaitable<Result<std::string>> run_program(Program program) {
  const auto executor = co_await asio::this_coro::executor;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) co_return fail_errno("pipe", errno);
  Descriptor output(executor, ends[0]);
  const auto pid = spawn(program, ends[1]);
  close(ends[1]);
  if (!pid) co_return std::unexpected(pid.error());
  Child child(*pid);
  // glibc 2.36 declares pidfd_open() for C only.
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, child.pid(), 0));
  if (handle < 0) co_return fail_errno("pidfd_open", errno);
  Descriptor process(executor, handle);
  const auto deadline = std::make_shared<Deadline>(executor, child, output);
  deadline->start(program.timeout);
  auto text = co_await read_all(output, program);
  if (!text) co_return text;
  co_await process.async_wait(Descriptor::wait_read, kTuple);
  deadline->timer.cancel();
  if (deadline->passed) co_return fail("{} did not end within {} ms", program.argv[0], program.timeout.count());
  const auto good = judge(child.reap(), program);
  if (!good) co_return std::unexpected(good.error());
  co_return text;
}

}  // namespace weft
