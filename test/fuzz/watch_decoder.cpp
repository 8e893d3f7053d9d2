// Any bytes, cut anywhere: no crash, and the same events as in one piece.
#include "subnet/watch_decoder.h"

#include "subnet/node_resource.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

using Decoder = weft::WatchDecoder<weft::NodeResource>;
using Events = std::vector<Decoder::Event>;

struct Outcome {
  Events events;
  bool good = true;
};

Outcome decode(weft::Framing framing, std::string_view text, std::size_t chunk) {
  static const weft::NodeResource kNodes("weft.network");
  Decoder decoder(framing, kNodes);
  Outcome outcome;
  for (std::size_t at = 0; at < text.size() && outcome.good; at += chunk) {
    auto fed = decoder.feed(text.substr(at, chunk));
    outcome.good = fed.has_value();
    if (fed) std::ranges::move(*fed, std::back_inserter(outcome.events));
  }
  outcome.good = outcome.good && decoder.finish().has_value();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto framing = static_cast<weft::Framing>(data[0] % 3);
  const std::size_t chunk = 1U + data[1];
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto whole = decode(framing, text, text.size() + 1);
  const auto cut = decode(framing, text, chunk);
  // After an error the events before it may have been delivered or not, depending on the cuts.
  if (whole.good != cut.good || (whole.good && whole.events != cut.events)) std::abort();
  return 0;
}
