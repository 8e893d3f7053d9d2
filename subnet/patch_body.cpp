#include "subnet/patch_body.h"

#include "subnet/json_text.h"
#include "subnet/node_codec.h"

namespace weft {
namespace {

template <class T>
void put(nlohmann::ordered_json& annotations, const std::string& key, const AnnotationChange<T>& change) {
  using Kind = typename AnnotationChange<T>::Kind;
  if (change.kind == Kind::set) annotations[key] = encode(change.value);
  if (change.kind == Kind::remove) annotations[key] = nullptr;
}

}  // namespace

std::string patch_body(const NodePatch& patch, const AnnotationKeys& keys) {
  nlohmann::ordered_json annotations = nlohmann::ordered_json::object();
  put(annotations, keys.claim, patch.claim);
  put(annotations, keys.lease, patch.lease);
  put(annotations, keys.vtep, patch.vtep);
  const nlohmann::ordered_json body = {{"metadata",
                                        {{"uid", patch.uid},
                                         {"resourceVersion", std::to_string(patch.revision)},
                                         {"annotations", std::move(annotations)}}}};
  return json_text(body);
}

std::string network_condition_body(bool unavailable, std::string_view reason, std::string_view message,
                                   std::string_view time) {
  const nlohmann::ordered_json condition = {{"type", "NetworkUnavailable"},
                                            {"status", unavailable ? "True" : "False"},
                                            {"reason", reason},
                                            {"message", message},
                                            {"lastHeartbeatTime", time},
                                            {"lastTransitionTime", time}};
  const nlohmann::ordered_json body = {{"status", {{"conditions", nlohmann::ordered_json::array({condition})}}}};
  return json_text(body);
}

std::string forget_body(const AnnotationKeys& keys) {
  nlohmann::ordered_json annotations;
  for (const auto& key : {keys.claim, keys.lease, keys.vtep}) annotations[key] = nullptr;
  const nlohmann::ordered_json body = {{"metadata", {{"annotations", std::move(annotations)}}}};
  return json_text(body);
}

}  // namespace weft
