// A certificate authority made in memory, for TLS tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace weft {

struct TestCertificate {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name);
  ~TestAuthority();
  [[nodiscard]] const std::string& pem() const { return pem_; }
  // `names` as in openssl's subjectAltName: "DNS:localhost", "IP:127.0.0.1".
  // Good from an hour ago until `expires_in` seconds from now.
  [[nodiscard]] TestCertificate issue(const std::string& common_name, const std::vector<std::string>& names,
                                      long expires_in = 86400) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  std::string pem_;
};

}  // namespace weft
