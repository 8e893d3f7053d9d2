#include "cni-plugin/environment.h"

#include <gtest/gtest.h>

#include <array>

namespace weft::cni {
namespace {

Environment add_environment() {
  Environment environment;
  environment.command = "ADD";
  environment.container_id = "3f1c";
  environment.netns = "/run/netns/a";
  environment.interface = "eth0";
  return environment;
}

std::string refusal(const Environment& environment) {
  const auto verb = validate(environment);
  if (verb) return "";
  EXPECT_EQ(verb.error().code, Code::invalid_environment);
  return verb.error().message;
}

TEST(Environment, IsReadFromTheProcess) {
  const std::array variables = {"PATH=/bin",          "CNI_COMMAND=ADD",   "CNI_CONTAINERID=3f1c",
                                "CNI_NETNS=/x=y",     "CNI_IFNAME=eth0",   "CNI_ARGS=K8S_POD_NAME=a;B=c",
                                "CNI_NETNS_OVERRIDE", "CNI_UNKNOWN=value", static_cast<const char*>(nullptr)};
  const Environment environment = read_environment(variables.data());
  EXPECT_EQ(environment.command, "ADD");
  EXPECT_EQ(environment.container_id, "3f1c");
  EXPECT_EQ(environment.netns, "/x=y");
  EXPECT_EQ(environment.interface, "eth0");
  EXPECT_EQ(environment.args, "K8S_POD_NAME=a;B=c");
  EXPECT_FALSE(environment.netns_override);
  EXPECT_EQ(read_environment(nullptr).command, "");
}

TEST(Environment, TheOverrideHasSeveralSpellings) {
  for (const char* line : {"CNI_NETNS_OVERRIDE=1", "CNI_NETNS_OVERRIDE=true", "CNI_NETNS_OVERRIDE=TRUE"}) {
    const std::array variables = {line, static_cast<const char*>(nullptr)};
    EXPECT_TRUE(read_environment(variables.data()).netns_override) << line;
  }
  const std::array variables = {"CNI_NETNS_OVERRIDE=0", static_cast<const char*>(nullptr)};
  EXPECT_FALSE(read_environment(variables.data()).netns_override);
}

TEST(Environment, EachVerbNeedsItsVariables) {
  EXPECT_EQ(validate(add_environment()), Verb::add);
  Environment empty;
  for (const auto& [command, verb] :
       {std::pair{"GC", Verb::gc}, {"STATUS", Verb::status}, {"VERSION", Verb::version}}) {
    empty.command = command;
    EXPECT_EQ(validate(empty), verb);
  }
  empty.command = "ADD";
  EXPECT_EQ(refusal(empty), "CNI_COMMAND=ADD needs CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME");
  empty.command = "DEL";
  EXPECT_EQ(refusal(empty), "CNI_COMMAND=DEL needs CNI_CONTAINERID, CNI_IFNAME");
  Environment without_netns = add_environment();
  without_netns.netns = "";
  EXPECT_EQ(refusal(without_netns), "CNI_COMMAND=ADD needs CNI_NETNS");
  without_netns.command = "DEL";
  EXPECT_EQ(validate(without_netns), Verb::del);
}

TEST(Environment, UnknownCommandsAreNamed) {
  for (const char* command : {"add", "UPDATE", "ADD "}) {
    Environment environment = add_environment();
    environment.command = command;
    EXPECT_NE(refusal(environment).find(fmt::format("CNI_COMMAND \"{}\"", command)), std::string::npos);
  }
}

TEST(Environment, ContainerIdsAreFileNames) {
  for (const std::string& id : {std::string("../x"), std::string("a/b"), std::string(".hidden"), std::string("a:b"),
                                std::string("a b"), std::string("-a"), std::string(201, 'a')}) {
    Environment environment = add_environment();
    environment.container_id = id;
    EXPECT_NE(refusal(environment).find("CNI_CONTAINERID"), std::string::npos) << id;
  }
  Environment environment = add_environment();
  environment.container_id = "A_b.c-9";
  EXPECT_EQ(validate(environment), Verb::add);
}

TEST(Environment, InterfaceNamesAreTheKernels) {
  for (const char* name : {"sixteen-letters-", ".", "..", "a/b", "a:b", "a b", "a\tb"}) {
    Environment environment = add_environment();
    environment.interface = name;
    EXPECT_NE(refusal(environment).find("CNI_IFNAME"), std::string::npos) << name;
  }
  Environment environment = add_environment();
  environment.interface = "fifteen-letters";
  EXPECT_EQ(validate(environment), Verb::add);
}

}  // namespace
}  // namespace weft::cni
