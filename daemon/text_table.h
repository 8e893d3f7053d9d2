// Columns of text, for people.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace weft {

using TextRow = std::vector<std::string>;

// Left-aligned columns, three spaces apart, no trailing blanks; each row ends with a new line. Control characters
// are replaced, for cells hold what strangers wrote.
[[nodiscard]] std::string render_table(const TextRow& header, std::span<const TextRow> rows);

}  // namespace weft
