#include "daemon/admin_server.h"

#include "daemon/admin_session.h"
#include "daemon/debug/local_client.h"
#include "daemon/worker.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>

#include <sys/stat.h>
#include <unistd.h>

namespace weft {
namespace {

namespace asio = boost::asio;

class AdminServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = std::make_unique<AdminServer>(worker_.io(), [this](const AdminRequest& request, AdminReply reply) {
      if (request.path == "/later") return worker_.post()([reply] { reply({200, "text/plain", "later"}); });
      reply({request.path == "/none" ? 404 : 200, "text/plain", request.path + (request.verbose ? "+verbose" : "")});
    });
    ASSERT_TRUE(server_->listen(path_));
    worker_.start();
  }
  void TearDown() override {
    std::promise<void> stopped;
    worker_.post()([&] {
      server_->stop();
      stopped.set_value();
    });
    stopped.get_future().wait();
    EXPECT_TRUE(worker_.stop(std::chrono::seconds(20)));
    EXPECT_FALSE(std::filesystem::exists(path_));
    std::filesystem::remove_all(directory_);
  }

  // The whole answer to raw bytes; the connection is closed by the server.
  std::string raw(const std::string& bytes) const {
    asio::io_context io;
    asio::local::stream_protocol::socket socket(io);
    socket.connect(asio::local::stream_protocol::endpoint(path_));
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer(bytes), ignored);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), ignored);
    return answer;
  }

  static std::string make_directory() {
    std::string name = "/tmp/weft-admin-XXXXXX";
    return ::mkdtemp(name.data());
  }

  std::string directory_ = make_directory();
  std::string path_ = directory_ + "/weftd.sock";
  Worker worker_{"admin-test"};
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, AnswersOverTheUnixSocket) {
  const auto answer = ask_daemon(path_, "/readyz?verbose");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "/readyz+verbose");
  EXPECT_EQ(ask_daemon(path_, "/none")->status, 404);
  EXPECT_EQ(ask_daemon(path_, "/later")->body, "later");
}

TEST_F(AdminServerTest, OnlyTheOwnerMayConnect) {
  struct stat info{};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(AdminServerTest, RefusesWhatItDoesNotServe) {
  EXPECT_EQ(raw("POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").substr(0, 12), "HTTP/1.1 405");
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n").substr(0, 12), "HTTP/1.1 400");
  EXPECT_EQ(raw("nonsense\r\n\r\n").substr(0, 12), "HTTP/1.1 400");
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello").substr(0, 12), "HTTP/1.1 400");
}

TEST_F(AdminServerTest, KeepsAConnectionForSeveralRequests) {
  const std::string answer = raw("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("\r\n\r\n/a"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\r\n\r\n/b"), std::string::npos) << answer;
}

TEST(AskDaemon, SaysWhenNobodyAnswers) {
  const auto answer = ask_daemon("/nonexistent/weftd.sock", "/");
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("--run-dir"), std::string::npos);
  EXPECT_FALSE(ask_daemon("/" + std::string(200, 'x'), "/"));
}

TEST(AdminTarget, PathAndQuery) {
  EXPECT_EQ(parse_admin_target("/readyz?verbose", false).path, "/readyz");
  EXPECT_TRUE(parse_admin_target("/readyz?x=1&verbose", false).verbose);
  EXPECT_FALSE(parse_admin_target("/readyz?verbosely", false).verbose);
  EXPECT_FALSE(parse_admin_target("/readyz", false).verbose);
}

}  // namespace
}  // namespace weft
