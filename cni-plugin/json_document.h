// JSON from outside, with limits.
#pragma once

#include "subnet/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::cni {

using Json = nlohmann::json;

// A pod annotated to the API server's limit (256 KiB) fits, its runtimeConfig twice.
inline constexpr std::size_t kMaxJsonBytes = std::size_t{1} << 20U;
inline constexpr int kMaxJsonDepth = 64;

// An object within the limits.
[[nodiscard]] Result<Json> parse_object(std::string_view text);

// Never throws: bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string to_text(const Json& value);

// Members, without creating them: nullptr when `object` is none or has no such member. One that differs in the case of
// ASCII letters is taken when there is no other, as Go's encoding/json does (its documentation of Unmarshal): container
// runtimes are written in Go and rely on it. containerd sends "HostPort" for "hostPort", "IngressRate" for
// "ingressRate".
[[nodiscard]] const Json* member(const Json& object, const char* name);
// The member of a member, such as runtimeConfig's: nullptr where there is no such way.
[[nodiscard]] const Json* member(const Json& object, const char* outer, const char* inner);
// The member when it is a text, else empty.
[[nodiscard]] std::string text_member(const Json& object, const char* name);

}  // namespace weft::cni
