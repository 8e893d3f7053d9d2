// Another CNI plugin, run for a delegation: CNI spec 1.1.0, section 4.
//
// It gets our own environment, changed as told, the request on standard input, and our standard error. It dies with us:
// a runtime that gives up and kills this process must not be left with one that goes on attaching.
#pragma once

#include "cni-plugin/failure.h"

#include <map>
#include <string>

namespace weft::cni {

struct PluginRun {
  std::string type;                          // the file's name, to be found in CNI_PATH
  std::map<std::string, std::string> setup;  // variables in the place of our own, or besides them
  std::string input;
};

// Where it is. Code 4: CNI_PATH is missing; 7: `type` is no file name, or there is no such plugin.
[[nodiscard]] Outcome<std::string> find_plugin(const std::string& type);

// What it printed. Its own failure comes with its code and texts. Code 11: its file is just being replaced; otherwise
// as find_plugin().
[[nodiscard]] Outcome<std::string> run_plugin(const PluginRun& run);

}  // namespace weft::cni
