#include "cni-plugin/delegate.h"

#include "cni-plugin/delegate_conf.h"
#include "cni-plugin/delegate_state.h"
#include "cni-plugin/ledger_access.h"
#include "cni-plugin/node_subnet.h"
#include "cni-plugin/pod_netns.h"
#include "cni-plugin/run_plugin.h"

#include <cerrno>

namespace weft::cni::delegate {

namespace {

Outcome<Json> render(const NetConf& conf) {
  const auto env = read_subnet_env(conf.subnet_file);
  if (!env) return std::unexpected(env.error());
  return render_delegate(conf, *env);
}

Outcome<std::string> run(const char* verb, const Json& conf) {
  return run_plugin({.type = text_member(conf, "type"), .setup = {{"CNI_COMMAND", verb}}, .input = to_text(conf)});
}

Outcome<> run_silent(const char* verb, const Json& conf) {
  const auto done = run(verb, conf);
  if (!done) return std::unexpected(done.error());
  return {};
}

// The saved configuration with what belongs to this request alone.
Json renewed(Json saved, const NetConf& conf) {
  for (const char* key : {"prevResult", "cni.dev/valid-attachments", "cni.dev/attachments"}) {
    saved.erase(key);
    if (const Json* value = member(conf.document, key); value != nullptr) saved[key] = *value;
  }
  return saved;
}

bool delegates(const NetConf& conf) {
  const auto options = parse_attach_options(conf);
  return options && options->mode == AttachMode::delegate;
}

Outcome<std::optional<DelegateState>> open_state(const NetConf& conf) {
  auto state = DelegateState::open(conf.data_directory);
  if (!state) return refuse_with(Code::io_failure, "dataDir", state.error());
  return *std::move(state);
}

Outcome<> forget(const DelegateState& state, const AttachmentKey& key) {
  const auto removed = state.remove(key);
  if (!removed) return refuse_with(Code::io_failure, "dataDir", removed.error());
  return {};
}

// Without the pod's namespace, which is gone, and with the names of the one that is to go.
Outcome<> collect(const DelegateState& state, const AttachmentKey& key, const NetConf& conf) {
  const auto saved = state.find(key);
  if (!saved || text_member(*saved, "name") != conf.name) return {};
  Json request = *saved;
  request.erase("prevResult");
  const auto done = run_plugin({.type = text_member(request, "type"),
                                .setup = {{"CNI_COMMAND", "DEL"},
                                          {"CNI_CONTAINERID", key.container_id},
                                          {"CNI_IFNAME", key.interface},
                                          {"CNI_NETNS", ""}},
                                .input = to_text(request)});
  if (!done) return std::unexpected(done.error());
  return forget(state, key);
}

Outcome<> collect_all(const DelegateState& state, const NetConf& conf, const std::set<AttachmentKey>& valid) {
  const auto keys = state.list();
  if (!keys) return refuse_with(Code::io_failure, "dataDir", keys.error());
  Outcome<> outcome;
  for (const AttachmentKey& key : *keys) {
    if (valid.contains(key)) continue;
    const auto collected = collect(state, key, conf);
    if (outcome && !collected) outcome = collected;
  }
  return outcome;
}

}  // namespace

Outcome<Json> add(const Request& request) {
  if (const auto netns = open_pod_netns(request.environment); !netns) return std::unexpected(netns.error());
  const auto conf = render(request.conf);
  if (!conf) return conf;
  if (const auto path = find_plugin(text_member(*conf, "type")); !path) return std::unexpected(path.error());
  const auto state = DelegateState::create(request.conf.data_directory);
  if (!state) return refuse_with(Code::io_failure, "dataDir", state.error());
  const AttachmentKey key = key_of(request.environment);
  const auto saved = state->save(key, *conf);
  if (!saved && saved.error().code == EEXIST) {
    return refuse(Code::already_attached, "container {} has an interface {} already: DEL it first", key.container_id,
                  key.interface);
  }
  if (!saved) return refuse_with(Code::io_failure, "dataDir", saved.error());

  const auto output = run("ADD", *conf);
  auto result = output ? parse_object(*output) : Result<Json>(Json());
  if (output && result) return *std::move(result);
  // The first error is the one to tell. What DEL could not undo, its state stays for the runtime's own DEL.
  if (run_silent("DEL", *conf)) [[maybe_unused]]
    const auto forgotten = forget(*state, key);
  if (!output) return std::unexpected(output.error());
  return refuse_with(Code::decode_failure, "what delegate " + text_member(*conf, "type") + " printed", result.error());
}

Outcome<> del(const Request& request) {
  const auto opened = open_state(request.conf);
  if (!opened) return std::unexpected(opened.error());
  const auto& state = *opened;
  const AttachmentKey key = key_of(request.environment);
  const auto saved = state ? state->find(key) : std::nullopt;
  if (!saved && !delegates(request.conf)) return {};
  const auto conf = saved ? Outcome<Json>(renewed(*saved, request.conf)) : render(request.conf);
  if (!conf) return std::unexpected(conf.error());
  if (const auto done = run_silent("DEL", *conf); !done) return done;
  return state ? forget(*state, key) : Outcome<>();
}

Outcome<> check(const Request& request) {
  const auto opened = open_state(request.conf);
  if (!opened) return std::unexpected(opened.error());
  const auto& state = *opened;
  const AttachmentKey key = key_of(request.environment);
  const auto saved = state ? state->find(key) : std::nullopt;
  if (!saved) {
    return refuse(Code::check_failed, "container {} was never delegated for {}, or deleted since", key.container_id,
                  key.interface);
  }
  return run_silent("CHECK", renewed(*saved, request.conf));
}

Outcome<> status(const Request& request) {
  const auto conf = render(request.conf);
  if (!conf) return refuse(Code::not_available, "{}", conf.error().message);
  return run_silent("STATUS", *conf);
}

Outcome<> gc(const Request& request, const std::set<AttachmentKey>& valid) {
  const auto opened = open_state(request.conf);
  if (!opened) return std::unexpected(opened.error());
  const auto& state = *opened;
  Outcome<> outcome;
  if (state) outcome = collect_all(*state, request.conf, valid);
  if (!delegates(request.conf)) return outcome;
  const auto conf = render(request.conf);
  const auto asked = conf ? run_silent("GC", *conf) : Outcome<>(std::unexpected(conf.error()));
  return outcome ? asked : outcome;
}

}  // namespace weft::cni::delegate
