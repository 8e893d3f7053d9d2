#include "cni-plugin/delegate_conf.h"

namespace weft::cni {

namespace {

// The member as an object; an empty one when it is missing.
Outcome<Json> object_member(const NetConf& conf, const char* key) {
  const Json* value = member(conf.document, key);
  if (value == nullptr || value->is_null()) return Json::object();
  if (!value->is_object())
    return refuse(Code::invalid_configuration, "\"{}\" {}: must be an object", key, to_text(*value));
  return *value;
}

void set_default(Json& object, const char* key, Json value) {
  if (!object.contains(key)) object[key] = std::move(value);
}

void add_block(Json& ipam, const SubnetEnv::Block& block) {
  ipam["ranges"].push_back(Json::array({{{"subnet", block.subnet.to_string()}}}));
  ipam["routes"].push_back({{"dst", block.network.to_string()}});
}

Outcome<Json> render_ipam(const NetConf& conf, const SubnetEnv& env) {
  auto ipam = object_member(conf, "ipam");
  if (!ipam) return ipam;
  set_default(*ipam, "type", "host-local");
  for (const char* key : {"ranges", "routes"}) {
    set_default(*ipam, key, Json::array());
    if (!ipam->at(key).is_array()) {
      return refuse(Code::invalid_configuration, "\"ipam\": \"{}\" {}: must be a list", key, to_text(ipam->at(key)));
    }
  }
  for (const auto& block : {env.v4, env.v6}) {
    if (block) add_block(*ipam, *block);
  }
  return ipam;
}

}  // namespace

Outcome<Json> render_delegate(const NetConf& conf, const SubnetEnv& env) {
  auto delegate = object_member(conf, "delegate");
  if (!delegate) return delegate;
  for (const char* key : {"name", "ipam"}) {
    if (!delegate->contains(key)) continue;
    return refuse(Code::invalid_configuration, "\"delegate\": \"{}\" {}: must not be set here, {}", key,
                  to_text(delegate->at(key)),
                  key[0] == 'n' ? "the network's name is taken" : "write it beside \"delegate\"");
  }
  auto ipam = render_ipam(conf, env);
  if (!ipam) return ipam;
  (*delegate)["name"] = conf.name;
  (*delegate)["cniVersion"] = to_string(conf.version);
  set_default(*delegate, "type", "bridge");
  set_default(*delegate, "mtu", env.mtu);
  set_default(*delegate, "ipMasq", !env.ip_masq);
  if (delegate->at("type") == "bridge") set_default(*delegate, "isGateway", true);
  (*delegate)["ipam"] = *std::move(ipam);
  for (const char* key : {"runtimeConfig", "args", "prevResult", "cni.dev/valid-attachments", "cni.dev/attachments"}) {
    if (const Json* value = member(conf.document, key); value != nullptr) (*delegate)[key] = *value;
  }
  return delegate;
}

}  // namespace weft::cni
