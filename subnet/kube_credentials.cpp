#include "subnet/kube_credentials.h"

#include "subnet/small_file.h"

#include <algorithm>

namespace weft {
namespace {

constexpr std::size_t kMaxPem = 1024 * 1024;
constexpr std::size_t kMaxToken = 64 * 1024;

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

KubeCredentials::KubeCredentials(KubeConfig config, std::chrono::milliseconds max_age)
    : config_(std::move(config)), max_age_(max_age) {
  if (config_.exec) exec_.emplace(*config_.exec);
}

// A plugin's credential may be a new one each time.
bool KubeCredentials::is_due(When when) const {
  if (when != When::routine || exec_ || !read_) return true;
  return std::chrono::steady_clock::now() - *read_ >= max_age_;
}

Result<> KubeCredentials::read_token() {
  if (exec_ && !exec_->credential().token.empty()) {
    token_ = exec_->credential().token;
    return {};
  }
  if (config_.token_file.empty()) {
    token_ = config_.token;
    return {};
  }
  auto text = read_small_file(config_.token_file, kMaxToken);
  auto token = text ? trimmed(std::move(*text)) : std::string();
  if (token.empty() && token_.empty()) {
    if (!text) return fail_with("the token", text.error());
    return fail("the token file {} is empty", config_.token_file);
  }
  if (!token.empty()) token_ = std::move(token);
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
    const auto info = exec_info(exec_->plugin(), config_, ca.value_or(""));
    const auto done = co_await exec_->refresh(info, when == When::refused);
    if (!done) co_return std::unexpected(done.error());
  }
  if (is_due(when)) {
    if (auto read = read_token(); !read) co_return std::unexpected(read.error());
    if (auto read = read_tls(); !read) co_return std::unexpected(read.error());
    read_ = std::chrono::steady_clock::now();
  }
  Login login{authorization(), tls_};
  co_return login;
}

TlsContext KubeCredentials::reread_tls() {
  if (!tls_) return nullptr;
  [[maybe_unused]] const auto read = read_tls();  // fails only where there is nothing to keep
  return tls_;
}

}  // namespace weft
