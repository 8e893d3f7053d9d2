#include "daemon/cleanup_files.h"

#include "daemon/conflist.h"
#include "subnet/file_writer.h"
#include "test/support/temporary_directory.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weft {
namespace {

namespace fs = std::filesystem;

struct Node {
  test::TemporaryDirectory directory;
  CleanupOptions options;

  Node() {
    options.run_dir = directory / "run";
    options.cni_conf_dir = directory / "net.d";
    fs::create_directories(options.run_dir);
    fs::create_directories(options.cni_conf_dir);
    for (const char* name : {"/subnet.env", "/vtep.json"}) EXPECT_TRUE(write_file(options.run_dir + name, "x"));
    EXPECT_TRUE(write_file(options.cni_conf_dir + "/05-weft.conflist", "{}"));
    EXPECT_TRUE(write_file(options.cni_conf_dir + "/10-other.conflist", "{}"));
  }
};

TEST(CleanupFiles, RemovesOursAndLeavesTheRest) {
  Node node;
  CleanupLog log;
  EXPECT_TRUE(clean_files(node.options, log));
  clean_run_dir(node.options, log);
  EXPECT_EQ(log.count(), 4U);
  EXPECT_FALSE(fs::exists(node.options.run_dir));
  EXPECT_FALSE(fs::exists(node.options.cni_conf_dir + "/05-weft.conflist"));
  EXPECT_TRUE(fs::exists(node.options.cni_conf_dir + "/10-other.conflist"));
  CleanupLog again;
  EXPECT_TRUE(clean_files(node.options, again));
  EXPECT_EQ(again.count(), 0U);
}

TEST(CleanupFiles, ForeignFilesKeepTheRunDirectory) {
  Node node;
  EXPECT_TRUE(write_file(node.options.run_dir + "/notes", "mine"));
  CleanupLog log;
  EXPECT_TRUE(clean_files(node.options, log));
  clean_run_dir(node.options, log);
  EXPECT_TRUE(fs::exists(node.options.run_dir + "/notes"));
  EXPECT_FALSE(fs::exists(node.options.run_dir + "/subnet.env"));
}

TEST(Conflist, IsAListOfOneNativePlugin) {
  const auto list = nlohmann::json::parse(render_conflist({"/run/weft/subnet.env", "/run/weft/cni"}));
  EXPECT_EQ(list.at("name"), "weft");
  EXPECT_EQ(list.at("cniVersion"), "1.0.0");
  EXPECT_EQ(list.at("plugins").at(0).at("type"), "weft");
  EXPECT_EQ(list.at("plugins").at(0).at("subnetFile"), "/run/weft/subnet.env");
  EXPECT_LT(kConflistName, std::string_view("10-flannel.conflist"));
}

}  // namespace
}  // namespace weft
