#include "cni-plugin/serve.h"

#include "cni-plugin/loopback.h"
#include "cni-plugin/verbs.h"

#include <cstdlib>

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

// Each verb came with a version of the specification, and a configuration of an older one does not mean it.
Outcome<> check_introduced(Verb verb, SpecVersion version) {
  SpecVersion introduced = SpecVersion::v0_3_0;
  if (verb == Verb::check) introduced = SpecVersion::v0_4_0;
  if (verb == Verb::gc || verb == Verb::status) introduced = SpecVersion::v1_1_0;
  if (version >= introduced) return {};
  return refuse(Code::incompatible_version, "the configuration's cniVersion is {}, this verb came with {}",
                to_string(version), to_string(introduced));
}

Outcome<std::string> dispatch_loopback(Verb verb, const Request& request) {
  switch (verb) {
    case Verb::add:
      return printed(loopback::add(request));
    case Verb::del:
      return silent(loopback::del(request));
    case Verb::check:
      return silent(loopback::check(request));
    default:
      return {};  // it keeps nothing and can always serve
  }
}

Outcome<std::string> dispatch(Program program, Verb verb, const Request& request) {
  if (const auto fits = check_introduced(verb, request.conf.version); !fits) return std::unexpected(fits.error());
  if (program == Program::loopback) return dispatch_loopback(verb, request);
  switch (verb) {
    case Verb::add:
      return printed(add(request));
    case Verb::del:
      return silent(del(request));
    case Verb::check:
      return silent(check(request));
    case Verb::gc:
      return silent(gc(request));
    case Verb::status:
      return silent(status(request));
    case Verb::version:
      break;  // answered before the configuration is read
  }
  std::abort();
}

Outcome<std::string> execute(const Environment& environment, std::string_view input, Program program) {
  const auto verb = validate(environment);
  if (!verb) return std::unexpected(verb.error());
  if (*verb == Verb::version) return version_answer(requested_version(input));
  auto conf = parse_net_conf(input);
  if (!conf) return std::unexpected(conf.error());
  return dispatch(program, *verb, {environment, *std::move(conf)});
}

}  // namespace

Program program_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name == "loopback" ? Program::loopback : Program::weft;
}

Answer serve(const Environment& environment, std::string_view input, Program program) {
  const auto output = execute(environment, input, program);
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
