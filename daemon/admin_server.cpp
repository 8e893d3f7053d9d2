#include "daemon/admin_server.h"

#include "daemon/admin_session.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <cerrno>
#include <cstring>
#include <list>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace weft {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Local = asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::size_t kMaxConnections = 64;

tcp::endpoint endpoint_of(const AdminAddress& address) {
  const auto bytes = address.address.bytes();
  if (address.address.is_v4()) {
    asio::ip::address_v4::bytes_type v4{};
    std::copy(bytes.begin(), bytes.end(), v4.begin());
    return {asio::ip::address_v4(v4), address.port};
  }
  asio::ip::address_v6::bytes_type v6{};
  std::copy(bytes.begin(), bytes.end(), v6.begin());
  return {asio::ip::address_v6(v6), address.port};
}

// The pending accept ends with operation_aborted.
template <class Acceptor>
void close(Acceptor& acceptor) {
  error_code error;
  if (acceptor.close(error)) return;  // it goes with the process
}

}  // namespace

struct AdminServer::Impl : std::enable_shared_from_this<AdminServer::Impl> {
  Impl(asio::io_context& i, AdminHandler h) : io(i), handler(std::move(h)) {}

  template <class Acceptor>
  Result<> open(Acceptor& acceptor, const typename Acceptor::endpoint_type& endpoint, const std::string& what) {
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(static_cast<int>(kMaxConnections), error);
    if (error) return fail("listen on {}: {}", what, error.message());
    return {};
  }

  template <class Acceptor>
  void accept(const std::shared_ptr<Acceptor>& acceptor, bool local) {
    acceptor->async_accept([self = shared_from_this(), acceptor, local](error_code error, auto socket) {
      if (self->stopped || error == asio::error::operation_aborted) return;
      if (!error) self->begin(AdminSocket(std::move(socket)), local);
      self->accept(acceptor, local);
    });
  }

  void begin(AdminSocket socket, bool local) {
    if (sessions >= kMaxConnections) return;  // the socket closes here
    ++sessions;
    auto ended = [self = shared_from_this()] { --self->sessions; };
    serve_admin_session(std::move(socket), local, handler, std::move(ended));
  }

  asio::io_context& io;
  AdminHandler handler;
  std::list<std::shared_ptr<tcp::acceptor>> tcp_acceptors;
  std::list<std::shared_ptr<Local::acceptor>> local_acceptors;
  std::string unix_path;
  std::size_t sessions = 0;
  bool stopped = false;
};

AdminServer::AdminServer(asio::io_context& io, AdminHandler handler)
    : impl_(std::make_shared<Impl>(io, std::move(handler))) {}

AdminServer::~AdminServer() { stop(); }

Result<> AdminServer::listen(const AdminAddress& address) {
  auto acceptor = std::make_shared<tcp::acceptor>(impl_->io);
  if (auto opened = impl_->open(*acceptor, endpoint_of(address), address.to_string()); !opened) return opened;
  impl_->tcp_acceptors.push_back(acceptor);
  impl_->accept(acceptor, false);
  return {};
}

Result<> AdminServer::listen(const std::string& unix_path) {
  if (unix_path.size() >= sizeof(sockaddr_un::sun_path)) {
    return fail("listen on {}: longer than {} bytes, choose a shorter --run-dir", unix_path,
                sizeof(sockaddr_un::sun_path) - 1);
  }
  ::unlink(unix_path.c_str());
  auto acceptor = std::make_shared<Local::acceptor>(impl_->io);
  // From the first moment nobody but root may connect.
  const mode_t before = ::umask(0177);
  auto opened = impl_->open(*acceptor, Local::endpoint(unix_path), unix_path);
  ::umask(before);
  if (!opened) return opened;
  impl_->unix_path = unix_path;
  impl_->local_acceptors.push_back(acceptor);
  impl_->accept(acceptor, true);
  return {};
}

void AdminServer::stop() {
  if (impl_->stopped) return;
  impl_->stopped = true;
  for (auto& acceptor : impl_->tcp_acceptors) close(*acceptor);
  for (auto& acceptor : impl_->local_acceptors) close(*acceptor);
  if (!impl_->unix_path.empty()) ::unlink(impl_->unix_path.c_str());
}

}  // namespace weft
