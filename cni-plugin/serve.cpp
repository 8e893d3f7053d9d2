#include "cni-plugin/serve.h"

#include "cni-plugin/verbs.h"

namespace weft::cni {

namespace {

Outcome<std::string> printed(const Outcome<Json>& result) {
  if (!result) return std::unexpected(result.error());
  return to_text(*result);
}

Outcome<std::string> silent(const Outcome<>& done) {
  if (!done) return std::unexpected(done.error());
  return std::string();
}

Outcome<std::string> dispatch(Verb verb, const Request& request) {
  switch (verb) {
    case Verb::add:
      return printed(add(request));
    case Verb::del:
      return silent(del(request));
    default:
      return refuse(Code::invalid_environment, "CNI_COMMAND {} is not supported by this version",
                    request.environment.command);
  }
}

Outcome<std::string> execute(const Environment& environment, std::string_view input) {
  const auto verb = validate(environment);
  if (!verb) return std::unexpected(verb.error());
  if (*verb == Verb::version) return version_answer(requested_version(input));
  auto conf = parse_net_conf(input);
  if (!conf) return std::unexpected(conf.error());
  return dispatch(*verb, {environment, *std::move(conf)});
}

}  // namespace

Answer serve(const Environment& environment, std::string_view input) {
  const auto output = execute(environment, input);
  if (!output) return failure_answer(output.error(), requested_version(input));
  return {*output, 0};
}

Answer failure_answer(const Failure& failure, std::string_view version) {
  Json object = {{"code", failure.code}, {"msg", failure.message}};
  if (!version.empty()) object["cniVersion"] = version;
  if (!failure.details.empty()) object["details"] = failure.details;
  return {to_text(object), 1};
}

}  // namespace weft::cni
