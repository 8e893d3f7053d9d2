// Any text as what a runtime writes to the plugin's standard input: a configuration with its runtimeConfig, args and
// prevResult. An error that can be told, or a result that is one.
#include "cni-plugin/attach_result.h"
#include "cni-plugin/delegate_conf.h"
#include "cni-plugin/fixed_addresses.h"
#include "cni-plugin/valid_attachments.h"
#include "test/fuzz/told.h"

namespace {

using namespace weft;
using namespace weft::cni;

void check_delegate(const NetConf& conf) {
  SubnetEnv env;
  const auto block = IpPrefix::parse("10.244.7.0/24").value();
  env.v4 = SubnetEnv::Block{.network = block, .subnet = block};
  const auto rendered = render_delegate(conf, env);
  check_told(rendered);
  check(!rendered || text_member(*rendered, "name") == conf.name);
}

void check_result(const NetConf& conf) {
  PodLink link = pod_link_of({"a", "eth0"});
  const auto address = IpAddress::parse("10.244.7.2").value();
  link.addresses = {{.address = address, .length = 32, .gateway = address}};
  const auto result = attach_result(conf, link, "/run/netns/a");
  check_told(result);
  check(!result || (member(*result, "ips")->is_array() && parse_object(to_text(*result)).has_value()));
}

void check_fixed(const NetConf& conf) {
  const auto fixed = parse_fixed_addresses(conf.document, {});
  check_told(fixed);
  if (!fixed) return;
  check(fixed->ips.size() <= 2 && (!fixed->mac || fixed->mac->is_unicast()));
  const std::vector<AddressPool> pools = {AddressPool::of(IpPrefix::parse("10.244.7.0/24").value()).value()};
  const auto fits = check_fit(*fixed, pools);
  check_told(fits);
  check(!fits || fixed->ips.empty() || pools[0].subnet().contains(fixed->ips[0].address));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(requested_version(text));
  const auto conf = parse_net_conf(text);
  check_told(conf);
  if (!conf) return 0;
  check(conf->data_directory.starts_with('/') && conf->subnet_file.starts_with('/'));
  check_told(parse_attach_options(*conf));
  check_told(valid_attachments(*conf));
  check_delegate(*conf);
  check_result(*conf);
  check_fixed(*conf);
  return 0;
}
