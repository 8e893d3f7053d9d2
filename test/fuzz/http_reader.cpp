// Any answer, cut anywhere: no crash, and the same status and body as in one piece.
#include "subnet/http_reader.h"

#include <cstdlib>
#include <string>
#include <string_view>

namespace {

struct Outcome {
  bool good = true;
  bool done = false;
  int status = 0;
  std::string body;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(std::string_view text, std::size_t chunk) {
  Outcome outcome;
  weft::HttpReader reader(4096, [&outcome](std::string_view piece) { outcome.body.append(piece); });
  for (std::size_t at = 0; at < text.size() && outcome.good && !reader.done(); at += chunk) {
    outcome.good = reader.feed(text.substr(at, chunk)).has_value();
    // As the client does: once the header is there, what came along with it is read.
    if (outcome.good && reader.header_done()) outcome.good = reader.feed({}).has_value();
  }
  if (outcome.good && !reader.done()) outcome.good = reader.end().has_value();
  outcome.done = reader.done();
  if (reader.header_done()) {
    outcome.status = reader.status();
    (void)reader.header("Retry-After");
    (void)reader.keep_alive();
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t chunk = 1U + data[0];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = read(text, text.size() + 1);
  const auto cut = read(text, chunk);
  if (whole.good && cut.good && whole != cut) std::abort();
  return 0;
}
