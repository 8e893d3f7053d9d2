// Reads one HTTP/1.1 response from bytes cut anywhere: status, a few headers, and the body as it comes.
//
// Owns one Beast parser; no socket. Threading: one thread at a time. Limits: header bytes as given; body unlimited
// (the receiver counts). Interim answers (1xx) are skipped; switching protocols is an error.
#pragma once

#include "subnet/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace weft {

class HttpReader {
 public:
  using Body = std::function<void(std::string_view)>;

  HttpReader(std::uint32_t header_limit, Body body);
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  // The body is not read on before `header_done` was seen: the call stops after the header, so that the caller can
  // look at it; feed({}) goes on.
  Result<> feed(std::string_view bytes);
  // The peer closed: an error unless that is how this body ends.
  Result<> end();

  [[nodiscard]] bool started() const;  // at least one byte of an answer
  [[nodiscard]] bool header_done() const;
  [[nodiscard]] bool done() const;
  [[nodiscard]] bool keep_alive() const;  // valid once done
  [[nodiscard]] int status() const;
  [[nodiscard]] std::string header(std::string_view name) const;  // "" when absent

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft
