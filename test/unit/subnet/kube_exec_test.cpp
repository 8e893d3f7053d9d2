#include "subnet/exec_credential.h"
#include "subnet/exec_login.h"
#include "subnet/program.h"
#include "subnet/rfc3339.h"
#include "test/unit/subnet/kube_client_fixture.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

#include <signal.h>

namespace weft {
namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;

const ExecPlugin kPlugin{.api_version = "client.authentication.k8s.io/v1", .command = "login"};

std::string credential(const std::string& status) {
  return R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" + status + "}";
}

TEST(ExecCredential, TokenCertificateAndExpiry) {
  const auto parsed = parse_exec_credential(
      credential(
          R"({"token":"t","clientCertificateData":"C","clientKeyData":"K","expirationTimestamp":"2026-01-01T00:00:00Z"})"),
      kPlugin);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->token, "t");
  EXPECT_EQ(parsed->certificate, "C");
  EXPECT_EQ(parsed->key, "K");
  EXPECT_EQ(parsed->expires, parse_rfc3339("2026-01-01T00:00:00Z"));
}

TEST(ExecCredential, WhatIsNoneIsRefusedWithoutRepeatingIt) {
  for (
      const std::string& text :
      {std::string("secret"), std::string("[]"), std::string("{}"), credential("3"), credential("{}"),
       credential(R"({"token":7})"), credential(R"({"clientCertificateData":"secret"})"),
       credential(R"({"token":"secret","expirationTimestamp":"soon"})"),
       std::string(
           R"({"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"secret"}})"),
       std::string(2'000'000, ' ')}) {
    const auto parsed = parse_exec_credential(text, kPlugin);
    ASSERT_FALSE(parsed) << text.substr(0, 100);
    EXPECT_NE(parsed.error().message.find("exec plugin login"), std::string::npos);
    EXPECT_EQ(parsed.error().message.find("secret"), std::string::npos);
  }
}

TEST(ExecCredential, Times) {
  const auto noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 25) + 12h;
  EXPECT_EQ(parse_rfc3339("2026-11-25T12:00:00Z"), noon);
  EXPECT_EQ(parse_rfc3339("2026-11-25T14:00:00.123456+02:00"), noon);
  EXPECT_EQ(parse_rfc3339("2026-11-25T06:30:00-05:30"), noon);
  for (const auto* text : {"", "2026-11-25", "2026-13-25T12:00:00Z", "2026-11-25T12:00:00", "2026-11-25T25:00:00Z",
                           "2026-11-25T12:00:00Zx", "2026-11-25 12:00:00Z", "x", "2026-02-30T12:00:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(ExecCredential, ATimeThatTheClockCannotHoldIsTheNearestThatItCan) {
  using Clock = std::chrono::system_clock;
  const auto expiry = [](const std::string& time) {
    const auto parsed =
        parse_exec_credential(credential(R"({"token":"t","expirationTimestamp":")" + time + "\"}"), kPlugin);
    return parsed->expires.value();
  };
  EXPECT_EQ(expiry("9999-12-31T23:59:59Z"), Clock::time_point::max()) << "never, to those who write it";
  EXPECT_EQ(expiry("0001-01-01T00:00:00Z"), Clock::time_point::min());
  EXPECT_LT(expiry("2262-04-11T23:47:16Z"), Clock::time_point::max());
}

TEST(ExecCredential, InfoNamesTheClusterOnlyWhenAskedFor) {
  KubeConfig config;
  config.server.host = "k8s";
  EXPECT_EQ(exec_info(kPlugin, config, "CA").find("server"), std::string::npos);
  auto curious = kPlugin;
  curious.provide_cluster_info = true;
  const auto info = exec_info(curious, config, "CA");
  EXPECT_NE(info.find("\"server\":\"https://k8s:443\""), std::string::npos) << info;
  EXPECT_NE(info.find("\"certificate-authority-data\":\"Q0E=\""), std::string::npos) << info;
}

class RunProgram : public testing::Test {
 protected:
  Result<std::string> run(Program program) {
    std::optional<Result<std::string>> answer;
    boost::asio::co_spawn(io, run_program(std::move(program)),
                          [&](const std::exception_ptr& failure, Result<std::string> result) {
                            if (!failure) answer = std::move(result);
                          });
    EXPECT_TRUE(run_until(io, [&] { return answer.has_value(); }));
    return answer ? *answer : fail("no answer");
  }
  Result<std::string> shell(const std::string& script, std::chrono::milliseconds timeout = 10s) {
    return run({.argv = {"/bin/sh", "-c", script}, .environment = {{"WEFT_X", "x y"}}, .timeout = timeout});
  }

  boost::asio::io_context io;
};

TEST_F(RunProgram, TakesOutputAndPassesTheEnvironment) {
  EXPECT_EQ(*shell("printf '%s' \"$WEFT_X\"; cat"), "x y");
  EXPECT_EQ(shell("yes | head -c 500000")->size(), 500'000U);
}

TEST_F(RunProgram, SaysHowItFailed) {
  EXPECT_NE(shell("exit 3").error().message.find("status 3"), std::string::npos);
  EXPECT_NE(shell("kill -9 $$").error().message.find("signal 9"), std::string::npos);
  EXPECT_NE(run({.argv = {"weft-no-such-program"}}).error().message.find("No such file"), std::string::npos);
  EXPECT_NE(shell("yes").error().message.find("more than 1048576 bytes"), std::string::npos);
}

TEST_F(RunProgram, EndsAtItsDeadlineWithEverythingItStarted) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NE(shell("sleep 100 & sleep 100", 200ms).error().message.find("200 ms"), std::string::npos);
  EXPECT_NE(shell("exec >&-; sleep 100", 200ms).error().message.find("200 ms"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  // A helper left running by a program that ended well is ended too.
  const auto pid = shell("sleep 100 >/dev/null & echo $!");
  ASSERT_TRUE(pid) << pid.error().message;
  EXPECT_TRUE(run_until(io, [&] { return kill(std::stoi(*pid), 0) != 0; }));
}

class KubeExec : public KubeClientTest {
 protected:
  KubeExec() {
    std::string name = (std::filesystem::temp_directory_path() / "weft-exec-XXXXXX").string();
    directory = mkdtemp(name.data());
  }
  ~KubeExec() override { std::filesystem::remove_all(directory); }

  // A plugin whose tokens are t1, t2, …, each with `status` besides.
  void use_plugin(const std::string& more) {
    const auto path = directory / "login";
    std::ofstream(path) << "#!/bin/sh\ncd \"$(dirname \"$0\")\"; echo x >> runs; n=$(wc -l < runs)\n"
                        << "echo '" << R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",)"
                        << R"("status":{"token":"t'$n'")" << more << "}}'\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    config.exec = ExecPlugin{.api_version = kPlugin.api_version, .command = path.string()};
  }
  std::size_t runs() {
    std::ifstream file(directory / "runs");
    return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
  }
  TestServer::Handler expects(std::string token) {
    return [token](TestPeer& peer, unsigned) -> awaitable<void> {
      while (true) {
        const auto request = co_await peer.request();
        std::string answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
        if (request.find("Bearer " + token + "\r\n") != std::string::npos) answer = http_ok("{}");
        co_await peer.send(answer);
      }
    };
  }

  std::filesystem::path directory;
};

TEST_F(KubeExec, ThePluginRunsOnceForManyRequests) {
  use_plugin("");
  TestServer server(io, expects("t1"));
  serve_at(server.port());
  KubeClient client(io, config, options);
  int good = 0;
  for (int i = 0; i < 5; ++i) client.send(get_node("n1"), [&](const auto& answer) { good += answer ? 1 : 0; });
  EXPECT_TRUE(run_until(io, [&] { return good == 5; }));
  EXPECT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(runs(), 1U);
}

TEST_F(KubeExec, AnExpiredCredentialIsFetchedAgain) {
  use_plugin(R"(,"expirationTimestamp":"2020-01-01T00:00:00Z")");
  TestServer server(io, always(http_ok("{}")));
  serve_at(server.port());
  KubeClient client(io, config, options);
  EXPECT_TRUE(send(client, get_node("n1")));
  EXPECT_EQ(runs(), 1U);
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (runs() < 2 && std::chrono::steady_clock::now() < end) {
    ASSERT_TRUE(send(client, get_node("n1")));
    run_until(io, [] { return false; }, 50ms);
  }
  EXPECT_EQ(runs(), 2U);
}

TEST_F(KubeExec, ARefusedCredentialIsFetchedAgainUnlessItIsYoung) {
  use_plugin("");
  const auto refresh = [this](ExecLogin& login, bool refused) {
    bool done = false;
    boost::asio::co_spawn(io, login.refresh("{}", refused),
                          [&done](const std::exception_ptr&, const Result<>& result) { done = result.has_value(); });
    EXPECT_TRUE(run_until(io, [&done] { return done; }));
    return login.credential().token;
  };
  ExecLogin login(*config.exec, 0ms);
  EXPECT_EQ(refresh(login, false), "t1");
  EXPECT_EQ(refresh(login, false), "t1") << "it never expires";
  EXPECT_EQ(refresh(login, true), "t2");
  ExecLogin young(*config.exec);
  EXPECT_EQ(refresh(young, false), "t3");
  EXPECT_EQ(refresh(young, true), "t3");
}

TEST_F(KubeExec, ArgumentsEnvironmentAndClusterReachThePlugin) {
  const auto path = directory / "login";
  std::ofstream(path) << "#!/bin/sh\nprintf '%s' \"$KUBERNETES_EXEC_INFO\" > \"$(dirname \"$0\")/info\"\n"
                      << R"(printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",)"
                      << R"("status":{"token":"%s-%s"}}' "$1" "$WEFT_X")" << '\n';
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  config.exec = ExecPlugin{.api_version = kPlugin.api_version,
                           .command = path.string(),
                           .args = {"one"},
                           .env = {{"WEFT_X", "two"}},
                           .provide_cluster_info = true};
  TestServer server(io, expects("one-two"));
  serve_at(server.port());
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n1"));
  EXPECT_TRUE(answer) << answer.error().message;
  std::string info;
  std::getline(std::ifstream(directory / "info"), info);
  EXPECT_NE(info.find(config.server.to_string()), std::string::npos) << info;
}

TEST_F(KubeExec, ItsCertificateIsShownToTheServer) {
  const TestAuthority authority("weft test CA");
  const auto me = authority.issue("weft", {});
  const nlohmann::json credential{{"apiVersion", kPlugin.api_version},
                                  {"kind", "ExecCredential"},
                                  {"status", {{"clientCertificateData", me.certificate}, {"clientKeyData", me.key}}}};
  std::ofstream(directory / "credential") << credential.dump();
  config.exec =
      ExecPlugin{.api_version = kPlugin.api_version, .command = "cat", .args = {(directory / "credential").string()}};
  TestServer server(io, always(http_ok("{}")), authority.issue("kube-apiserver", {"IP:127.0.0.1"}), authority.pem());
  serve_at(server.port());
  config.server.tls = true;
  config.ca.data = authority.pem();
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n1"));
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(KubeExec, APluginThatFailsIsNamed) {
  config.exec = ExecPlugin{.api_version = kPlugin.api_version, .command = "/nowhere/login", .install_hint = "get it"};
  serve_at(1);
  KubeClient client(io, config, options);
  const auto answer = send(client, get_node("n1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ApiErrorKind::not_connected);
  EXPECT_NE(answer.error().message.find("/nowhere/login"), std::string::npos) << answer.error().message;
  EXPECT_NE(answer.error().message.find("get it"), std::string::npos) << answer.error().message;
}

}  // namespace
}  // namespace weft
