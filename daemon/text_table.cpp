#include "daemon/text_table.h"

#include <algorithm>

namespace weft {
namespace {

std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
  }
  return text;
}

void append_row(std::string& out, const TextRow& row, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    std::string cell = printable(row[i]);
    cell.resize(std::max(cell.size(), widths[i]), ' ');
    line += cell + (i + 1 < row.size() ? "   " : "");
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

}  // namespace

std::string render_table(const TextRow& header, std::span<const TextRow> rows) {
  std::vector<std::size_t> widths;
  for (const std::string& cell : header) widths.push_back(cell.size());
  for (const TextRow& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  append_row(out, header, widths);
  for (const TextRow& row : rows) append_row(out, row, widths);
  return out;
}

}  // namespace weft
