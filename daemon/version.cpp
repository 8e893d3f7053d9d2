#include "daemon/version.h"

#include <CLI/Version.hpp>
#include <boost/version.hpp>
#include <fmt/format.h>
#include <netlink/version.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <spdlog/version.h>

#include <weft_build_info.h>

namespace weft {

std::string_view version() { return WEFT_VERSION; }
std::string_view commit() { return WEFT_COMMIT; }

std::string compiler() {
#if defined(__clang__)
  return fmt::format("clang++ {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

std::string version_text() {
  return fmt::format(
      "weftd {}\ncommit {}\ncompiler {}\nboost {}.{}.{}\nopenssl {}\nlibnl {}\nlibnftables {}\nnlohmann-json {}.{}.{}\n"
      "yaml-cpp {}\nprometheus-cpp {}\nspdlog {}.{}.{}\nfmt {}.{}.{}\nCLI11 {}",
      version(), commit(), compiler(), BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100,
      OpenSSL_version(OPENSSL_VERSION_STRING), LIBNL_VERSION, WEFT_NFTABLES_VERSION, NLOHMANN_JSON_VERSION_MAJOR,
      NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH, WEFT_YAML_VERSION, WEFT_PROMETHEUS_VERSION,
      SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH, FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
      FMT_VERSION % 100, CLI11_VERSION);
}

}  // namespace weft
