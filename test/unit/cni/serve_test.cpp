// Requests that end before anything is touched.
#include "cni-plugin/serve.h"

#include <gtest/gtest.h>

namespace weft::cni {
namespace {

Environment environment(std::string command) {
  Environment environment;
  environment.command = std::move(command);
  environment.container_id = "a";
  environment.netns = "/nowhere";
  environment.interface = "eth0";
  return environment;
}

constexpr const char* kOldest = R"({"cniVersion":"0.3.1","name":"weft","type":"weft"})";

TEST(Serve, VersionEchoesTheRequests) {
  const Answer answer = serve(environment("VERSION"), R"({"cniVersion":"0.2.0"})");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.output, R"({"cniVersion":"0.2.0","supportedVersions":["0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]})");
}

TEST(Serve, TheNameOfTheFileSaysWhichPluginIsMeant) {
  EXPECT_EQ(program_of("/opt/cni/bin/weft"), Program::weft);
  EXPECT_EQ(program_of("/opt/cni/bin/loopback"), Program::loopback);
  EXPECT_EQ(program_of("loopback"), Program::loopback);
  EXPECT_EQ(program_of("/loopback/bridge"), Program::weft);
  EXPECT_EQ(program_of(""), Program::weft);
}

TEST(Serve, VersionNeedsNoRequest) {
  const Answer answer = serve(environment("VERSION"), "");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.output, R"({"cniVersion":"1.1.0","supportedVersions":["0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]})");
}

TEST(Serve, ErrorsAreTheSpecificationsObject) {
  const Answer answer = serve(environment("ADD"), R"({"cniVersion":"9.9.9","name":"weft"})");
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_EQ(answer.output,
            R"({"cniVersion":"9.9.9","code":1,)"
            R"("details":"cniVersion is \"9.9.9\", the plugin supports 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0",)"
            R"("msg":"incompatible CNI versions"})");
  EXPECT_EQ(serve(environment("ADD"), "{").output,
            R"({"code":6,"msg":"network configuration on standard input: not valid JSON"})");
  EXPECT_EQ(serve(environment("ADD"), kOldest).output,
            R"({"cniVersion":"0.3.1","code":4,"msg":"CNI_NETNS: /nowhere: No such file or directory"})");
}

TEST(Serve, TheEnvironmentIsLookedAtFirst) {
  EXPECT_NE(serve(environment("NONSENSE"), "{").output.find(R"("code":4)"), std::string::npos);
}

TEST(Serve, VerbsAreNotForConfigurationsOlderThanThemselves) {
  for (const char* verb : {"CHECK", "GC", "STATUS"}) {
    const Answer answer = serve(environment(verb), kOldest);
    EXPECT_EQ(answer.exit_code, 1);
    EXPECT_NE(answer.output.find(R"("code":1,)"), std::string::npos) << answer.output;
  }
}

}  // namespace
}  // namespace weft::cni
