// The names of Weft's annotations under one prefix (--kube-annotation-prefix, "weft.network" by default). Plain values.
#pragma once

#include "subnet/result.h"

#include <string>
#include <string_view>

namespace weft {

// An RFC 1123 subdomain as Kubernetes wants it for names of objects and prefixes of annotations: lower case, at most
// 253 characters, labels of at most 63.
[[nodiscard]] bool is_dns_subdomain(std::string_view text);

struct AnnotationKeys {
  std::string claim;  // "weft.network/claim"
  std::string lease;
  std::string vtep;
  std::string public_ip_overwrite;  // "weft.network/public-ip-overwrite", set by an administrator
  std::string public_ipv6_overwrite;
  std::string reserve;  // set by an administrator

  // `prefix` is a DNS subdomain.
  [[nodiscard]] static Result<AnnotationKeys> under(std::string_view prefix);
};

}  // namespace weft
