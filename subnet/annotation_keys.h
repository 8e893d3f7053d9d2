// The names of Weft's annotations under one prefix (--kube-annotation-prefix, "weft.network" by default).
#pragma once

#include "subnet/result.h"

#include <string>
#include <string_view>

namespace weft {

struct AnnotationKeys {
  std::string claim;  // "weft.network/claim"
  std::string lease;
  std::string vtep;
  std::string public_ip_overwrite;  // "weft.network/public-ip-overwrite", set by an administrator
  std::string public_ipv6_overwrite;

  // `prefix` is a DNS subdomain (RFC 1123) of at most 253 characters, as Kubernetes wants of an annotation's
  // prefix.
  [[nodiscard]] static Result<AnnotationKeys> under(std::string_view prefix);
};

}  // namespace weft
