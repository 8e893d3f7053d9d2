#include "subnet/lease.h"

namespace weft {

std::string Subnets::to_string() const {
  if (v4 && v6) return fmt::format("{},{}", v4->to_string(), v6->to_string());
  if (v4) return v4->to_string();
  return v6 ? v6->to_string() : "-";
}

std::string_view to_string(LeaseSource source) { return source == LeaseSource::claim ? "claim" : "podCIDR"; }

std::string_view to_string(BackendType type) { return type == BackendType::vxlan ? "vxlan" : "host-gw"; }

}  // namespace weft
