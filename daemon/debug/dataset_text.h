// Each dataset of `weftd debug` as text, from the JSON that --json prints.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace weft {

[[nodiscard]] std::string leases_text(const nlohmann::json& data);    // debug/leases.cpp
[[nodiscard]] std::string peers_text(const nlohmann::json& data);     // debug/peers.cpp
[[nodiscard]] std::string plan_text(const nlohmann::json& data);      // debug/plan.cpp
[[nodiscard]] std::string kernel_text(const nlohmann::json& data);    // debug/kernel.cpp
[[nodiscard]] std::string firewall_text(const nlohmann::json& data);  // debug/firewall.cpp
[[nodiscard]] std::string health_text(const nlohmann::json& data);    // debug/health.cpp
[[nodiscard]] std::string pods_text(const nlohmann::json& data);      // debug/pods.cpp

}  // namespace weft
