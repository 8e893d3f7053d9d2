// A certificate authority and a server certificate, made anew for each test server.
#pragma once

#include "subnet/result.h"

#include <string>
#include <vector>

namespace weft::test {

struct Certificates {
  std::string ca_pem;
  std::string server_pem;
  std::string key_pem;  // the server's
};

// `names`: DNS names and IP addresses the server certificate is good for. Valid for one day, P-256.
[[nodiscard]] Result<Certificates> make_certificates(const std::vector<std::string>& names);

}  // namespace weft::test
