// docs/operations.md says what the program does: nothing more, nothing less.
#include "daemon/options.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace weft {
namespace {

std::string operations() {
  std::ifstream file(WEFT_DOCS_DIR "/operations.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

// The text from "## title" to the next heading of that rank.
std::string section(const std::string& title) {
  const std::string text = operations();
  const auto begin = text.find("\n## " + title + "\n");
  EXPECT_NE(begin, std::string::npos) << title;
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find("\n## ", begin + 1) - begin);
}

std::set<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::set<std::string> found;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), expression); at != std::sregex_iterator(); ++at) {
    found.insert((*at)[1]);
  }
  return found;
}

std::string help(std::vector<const char*> command) {
  command.insert(command.begin(), "weftd");
  command.push_back("--help");
  const auto parsed = parse_command_line(static_cast<int>(command.size()), command.data());
  return std::get<ParseStop>(parsed).text;
}

// The flags at the start of help's lines, aliases included.
std::set<std::string> flags_of(const std::string& command) {
  std::set<std::string> flags;
  for (const auto& line : matches(help({command.c_str()}), "\n  (--[^ ]+)"))
    flags.merge(matches(line, "(--[a-z0-9-]+)"));
  return flags;
}

TEST(Documentation, TheTableOfRunHasEveryFlagAndNoOther) {
  std::set<std::string> documented;
  for (const auto& cell : matches(section("Flags of `weftd run`"), "\n\\| (`--[^|]*`) \\|")) {
    documented.merge(matches(cell, "`(--[a-z0-9-]+)`"));
  }
  EXPECT_EQ(documented, flags_of("run"));
}

TEST(Documentation, TheOtherCommandsFlagsAreNamed) {
  const std::string commands = section("Commands");
  for (const char* command : {"debug", "cleanup"}) {
    for (const auto& flag : flags_of(command)) {
      if (flag == "--kubeconfig-file") continue;  // an alias, in the table of `weftd run`
      EXPECT_NE(commands.find(flag), std::string::npos) << command << " " << flag;
    }
  }
}

TEST(Documentation, DefaultsAreThoseOfTheProgram) {
  const std::string table = section("Flags of `weftd run`");
  for (const auto& option : matches(help({"run"}), "\n  (--[^ ]+ [^ =]+=[^ ]+)")) {
    const auto flag = option.substr(0, option.find_first_of(", "));
    const auto name = table.find("`" + flag + "`");
    ASSERT_NE(name, std::string::npos) << flag;
    const auto begin = table.rfind('\n', name) + 1;
    const std::string row = table.substr(begin, table.find('\n', begin) - begin);
    EXPECT_NE(row.find("`" + option.substr(option.find('=') + 1) + "`"), std::string::npos) << option << "\n" << row;
  }
}

}  // namespace
}  // namespace weft
