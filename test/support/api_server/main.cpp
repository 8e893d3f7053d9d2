// weft-test-apiserver: the test API server as a program. Prints one line when it serves, ends on SIGTERM or SIGINT.
#include "test/support/api_server/server.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace {

using weft::test::ApiServer;
using weft::test::ServerOptions;

struct Arguments {
  std::string listen = "127.0.0.1:0";
  std::string port_file;
  std::string kubeconfig;
  std::string tls_dir;
  ServerOptions server;
};

// "127.0.0.1:0", "[::1]:6443"
bool split_listen(Arguments& arguments) {
  const auto colon = arguments.listen.rfind(':');
  if (colon == std::string::npos) return false;
  auto address = arguments.listen.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  const auto port = arguments.listen.substr(colon + 1);
  char* end = nullptr;
  const auto number = std::strtoul(port.c_str(), &end, 10);
  if (port.empty() || *end != '\0' || number > 65535) return false;
  arguments.server.address = address;
  arguments.server.port = static_cast<std::uint16_t>(number);
  return true;
}

// Whoever waits for the file must not see half of it.
bool write_file(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  const auto temporary = path + ".tmp";
  std::ofstream(temporary) << text;
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) fmt::print(stderr, "weft-test-apiserver: write {}: {}\n", path, error.message());
  return !error;
}

bool write_files(const Arguments& arguments, const ApiServer& server) {
  if (!arguments.tls_dir.empty()) {
    std::filesystem::create_directories(arguments.tls_dir);
    if (!write_file(arguments.tls_dir + "/ca.crt", server.ca_pem())) return false;
  }
  return write_file(arguments.kubeconfig, server.kubeconfig()) &&
         write_file(arguments.port_file, fmt::format("{}\n", server.port()));
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("A small Kubernetes API server for Nodes and Events, for tests.");
  app.add_option("--listen", arguments.listen, "ADDRESS:PORT, port 0 lets the kernel pick")->capture_default_str();
  app.add_option("--port-file", arguments.port_file, "write the port there when it serves");
  app.add_option("--kubeconfig", arguments.kubeconfig, "write a kubeconfig there when it serves");
  app.add_option("--token", arguments.server.token, "bearer token that clients must send");
  app.add_option("--tls-dir", arguments.tls_dir, "serve TLS and write ca.crt there");
  app.add_option("--name", arguments.server.names, "another name or address for the certificate");
  CLI11_PARSE(app, argc, argv);
  arguments.server.tls = !arguments.tls_dir.empty();
  if (!split_listen(arguments)) {
    fmt::print(stderr, "weft-test-apiserver: --listen {}: want ADDRESS:PORT\n", arguments.listen);
    return 2;
  }

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);  // before the server's thread exists, which inherits it

  const auto server = ApiServer::start(arguments.server);
  if (!server) {
    fmt::print(stderr, "weft-test-apiserver: {}\n", server.error().message);
    return 1;
  }
  if (!write_files(arguments, **server)) return 1;
  fmt::print("weft-test-apiserver: serving {}\n", (*server)->url());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
