#include "subnet/kube_credentials.h"

#include "subnet/small_file.h"

#include <algorithm>

namespace weft {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxPem = 1024 * 1024;
constexpr std::size_t kMaxToken = 64 * 1024;
constexpr auto kTokenAge = 60s;

Result<std::string> read_pem(const PemSource& source) {
  if (!source.data.empty() || source.file.empty()) return source.data;
  return read_small_file(source.file, kMaxPem);
}

std::string trimmed(std::string text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.back())) text.pop_back();
  text.erase(text.begin(), std::ranges::find_if_not(text, blank));
  return text;
}

}  // namespace

KubeCredentials::KubeCredentials(KubeConfig config) : config_(std::move(config)) {
  if (config_.exec) exec_.emplace(*config_.exec);
}

Result<> KubeCredentials::read_token(bool now_please) {
  if (exec_ && !exec_->credential().token.empty()) {
    token_ = exec_->credential().token;
    return {};
  }
  if (config_.token_file.empty()) {
    token_ = config_.token;
    return {};
  }
  const auto now = std::chrono::steady_clock::now();
  if (!now_please && !token_.empty() && now - token_read_ < kTokenAge) return {};
  auto text = read_small_file(config_.token_file, kMaxToken);
  auto token = text ? trimmed(std::move(*text)) : std::string();
  if (token.empty() && token_.empty()) {
    if (!text) return fail_with("the token", text.error());
    return fail("the token file {} is empty", config_.token_file);
  }
  if (!token.empty()) token_ = std::move(token);
  token_read_ = now;
  return {};
}

Result<> KubeCredentials::read_tls() {
  if (!config_.server.tls) return {};
  TlsMaterial material;
  material.insecure = config_.insecure_skip_tls_verify;
  auto ca = read_pem(config_.ca);
  auto certificate = read_pem(config_.client_certificate);
  auto key = read_pem(config_.client_key);
  for (const auto* read : {&ca, &certificate, &key}) {
    if (*read) continue;
    if (tls_) return {};
    return fail_with("TLS material", read->error());
  }
  // A file that is being replaced may be empty for a moment; an empty CA would mean the system's.
  if (!config_.ca.empty() && ca->empty()) {
    if (tls_) return {};
    return fail("the certificate authority file {} is empty", config_.ca.file);
  }
  material.ca = std::move(*ca);
  material.certificate = std::move(*certificate);
  material.key = std::move(*key);
  if (exec_ && !exec_->credential().certificate.empty()) {
    material.certificate = exec_->credential().certificate;
    material.key = exec_->credential().key;
  }
  if (tls_ && material_ == material) return {};
  auto made = make_tls_context(material);
  if (!made && tls_) return {};
  if (!made) return fail_with(config_.origin, made.error());
  tls_ = std::move(*made);
  material_ = std::move(material);
  return {};
}

std::string KubeCredentials::authorization() const {
  if (!token_.empty()) return "Bearer " + token_;
  if (!config_.username.empty()) return "Basic " + encode_base64(config_.username + ":" + config_.password);
  return {};
}

boost::asio::awaitable<Result<Login>> KubeCredentials::login(When when) {
  if (exec_) {
    const auto ca = read_pem(config_.ca);
    const auto info = exec_info(*config_.exec, config_, ca.value_or(""));
    const auto done = co_await exec_->refresh(info, when == When::refused);
    if (!done) co_return std::unexpected(done.error());
  }
  if (auto read = read_token(when != When::routine); !read) co_return std::unexpected(read.error());
  if (when != When::routine || !tls_) {
    if (auto read = read_tls(); !read) co_return std::unexpected(read.error());
  }
  Login login{authorization(), tls_};
  co_return login;
}

}  // namespace weft
