#include "subnet/kube_config_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace weft {
namespace {

const std::string kConfig = R"(
apiVersion: v1
kind: Config
current-context: dev
clusters:
- name: c1
  cluster: {server: "https://192.0.2.1:6443", certificate-authority: pki/ca.crt, tls-server-name: kubernetes}
- name: c2
  cluster: {server: "https://x", certificate-authority-data: LS0tQ0E=, certificate-authority: /ignored}
- name: open
  cluster: {server: "https://x", insecure-skip-tls-verify: true}
- name: proxied
  cluster: {server: "https://x", proxy-url: "http://p"}
- name: bad-data
  cluster: {server: "https://x", certificate-authority-data: "secret!"}
- name: both
  cluster: {server: "https://x", insecure-skip-tls-verify: true, certificate-authority: ca.crt}
users:
- name: token
  user: {token: t-secret, tokenFile: ./token}
- name: cert
  user: {client-certificate: c.crt, client-key-data: a2V5}
- name: half
  user: {client-certificate: c.crt}
- name: old
  user: {auth-provider: {name: gcp}}
- name: admin
  user: {username: me, password: p-secret, as: dev, as-groups: [a, b]}
- name: plugin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./bin/login
      args: [--cluster, x]
      env: [{name: A, value: b}]
      interactiveMode: IfAvailable
      provideClusterInfo: true
- name: tty
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Always}}
- name: args
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: login, args: [[x]]}}
- name: env
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: login, env: [{value: x}]}}
- name: alpha
  user: {exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: login}}
- name: extra
  user: {token: t-secret, as: me, as-user-extra: {a: [b]}}
contexts:
- {name: args, context: {cluster: c2, user: args}}
- {name: env, context: {cluster: c2, user: env}}
- {name: alpha, context: {cluster: c2, user: alpha}}
- {name: extra, context: {cluster: c2, user: extra}}
- {name: dev, context: {cluster: c1, user: token}}
- {name: cert, context: {cluster: c2, user: cert}}
- {name: half, context: {cluster: c2, user: half}}
- {name: open, context: {cluster: open, user: token}}
- {name: proxied, context: {cluster: proxied, user: token}}
- {name: bad-data, context: {cluster: bad-data, user: token}}
- {name: both, context: {cluster: both, user: token}}
- {name: old, context: {cluster: c2, user: old}}
- {name: admin, context: {cluster: c2, user: admin}}
- {name: plugin, context: {cluster: c2, user: plugin}}
- {name: tty, context: {cluster: c2, user: tty}}
- {name: nobody, context: {cluster: c2}}
- {name: lost, context: {cluster: nowhere, user: token}}
)";

Result<KubeConfig> parse(const std::string& context) { return parse_kube_config(kConfig, "/etc/kube/config", context); }

TEST(KubeConfigFile, CurrentContextAndRelativePaths) {
  const auto config = parse("");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->origin, "kubeconfig /etc/kube/config, context dev");
  EXPECT_EQ(config->server.to_string(), "https://192.0.2.1:6443");
  EXPECT_EQ(config->ca.file, "/etc/kube/pki/ca.crt");
  EXPECT_EQ(config->tls_server_name, "kubernetes");
  EXPECT_EQ(config->token, "t-secret");
  EXPECT_EQ(config->token_file, "/etc/kube/./token");
}

TEST(KubeConfigFile, DataAndFileForms) {
  const auto config = parse("cert");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->ca.data, "---CA");
  EXPECT_EQ(config->client_certificate.file, "/etc/kube/c.crt");
  EXPECT_EQ(config->client_key.data, "key");
}

TEST(KubeConfigFile, PasswordAndImpersonation) {
  const auto config = parse("admin");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->username, "me");
  EXPECT_EQ(config->password, "p-secret");
  ASSERT_EQ(config->impersonate.size(), 3U);
  EXPECT_EQ(config->impersonate[0], (std::pair<std::string, std::string>("Impersonate-User", "dev")));
  EXPECT_EQ(config->impersonate[2], (std::pair<std::string, std::string>("Impersonate-Group", "b")));
}

TEST(KubeConfigFile, ExecPlugins) {
  const auto config = parse("plugin");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_TRUE(config->exec);
  EXPECT_EQ(config->exec->command, "/etc/kube/./bin/login");
  EXPECT_EQ(config->exec->args, (std::vector<std::string>{"--cluster", "x"}));
  EXPECT_TRUE(config->exec->provide_cluster_info);
}

TEST(KubeConfigFile, AContextWithoutUserIsAnonymous) { EXPECT_TRUE(parse("nobody")); }

TEST(KubeConfigFile, WhatIsNotSupportedIsRefusedByName) {
  const std::map<std::string, std::string> expected{
      {"half", "client-certificate"},
      {"proxied", "proxy-url"},
      {"bad-data", "certificate-authority-data"},
      {"both", "contradicts"},
      {"old", "auth-provider"},
      {"tty", "interactiveMode"},
      {"lost", "nowhere"},
      {"missing", "it has: args, "},
      {"args", "exec.args"},
      {"env", "exec.env.name"},
      {"alpha", "apiVersion"},
      {"extra", "as-user-extra"},
  };
  for (const auto& [context, text] : expected) {
    const auto config = parse(context);
    ASSERT_FALSE(config) << context;
    EXPECT_NE(config.error().message.find(text), std::string::npos) << config.error().message;
    EXPECT_NE(config.error().message.find("/etc/kube/config"), std::string::npos) << config.error().message;
    EXPECT_EQ(config.error().message.find("secret"), std::string::npos) << config.error().message;
  }
}

TEST(KubeConfigFile, BrokenYamlNamesThePlaceAndNotTheText) {
  const auto config = parse_kube_config("users: {token: [secret\n", "/x", "");
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().message.find("kubeconfig /x: line"), std::string::npos) << config.error().message;
  EXPECT_EQ(config.error().message.find("secret"), std::string::npos);
  for (const auto* text : {"", "[]", "x", "clusters: 3\ncurrent-context: a\ncontexts: b", "current-context: {}",
                           "contexts: [1]\ncurrent-context: x"}) {
    EXPECT_FALSE(parse_kube_config(text, "/x", "")) << text;
  }
}

class LoadKubeConfig : public testing::Test {
 protected:
  LoadKubeConfig() {
    std::string name = (std::filesystem::temp_directory_path() / "weft-kube-XXXXXX").string();
    directory = mkdtemp(name.data());
    std::filesystem::create_directories(directory / ".kube");
    std::ofstream(directory / ".kube/config") << kConfig;
  }
  ~LoadKubeConfig() override { std::filesystem::remove_all(directory); }

  Result<KubeConfig> load(const KubeConfigOptions& options) {
    return load_kube_config(options, [this](const char* name) { return environment[name]; });
  }

  std::filesystem::path directory;
  std::map<std::string, std::string> environment;
};

TEST_F(LoadKubeConfig, LooksInOrder) {
  const auto file = (directory / ".kube/config").string();
  EXPECT_FALSE(load({}));
  environment["HOME"] = directory.string();
  EXPECT_TRUE(load({}));
  environment["KUBECONFIG"] = "/nowhere:" + file;
  EXPECT_EQ(load({"", "cert", ""})->server.host, "x");
  environment["KUBECONFIG"] = "/nowhere";
  EXPECT_FALSE(load({}));
  EXPECT_TRUE(load({file, "", ""}));
  EXPECT_FALSE(load({"/nowhere", "", ""}));
}

TEST_F(LoadKubeConfig, APodWithoutItsTokenIsAnError) {
  environment["KUBERNETES_SERVICE_HOST"] = "10.96.0.1";
  environment["KUBERNETES_SERVICE_PORT"] = "443";
  const auto config = load({});
  if (std::filesystem::exists(kServiceAccountDirectory)) {
    EXPECT_TRUE(config);
  } else {
    ASSERT_FALSE(config);
    EXPECT_NE(config.error().message.find("automountServiceAccountToken"), std::string::npos);
  }
}

TEST_F(LoadKubeConfig, AServerUrlAloneIsEnoughAndReplacesTheOneOfTheFile) {
  const auto bare = load({"", "", "http://127.0.0.1:8080"});
  ASSERT_TRUE(bare) << bare.error().message;
  EXPECT_FALSE(bare->server.tls);
  EXPECT_TRUE(bare->warnings.empty());
  const auto replaced = load({(directory / ".kube/config").string(), "", "http://127.0.0.1:8080"});
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->server.port, 8080);
  ASSERT_EQ(replaced->warnings.size(), 1U);
  EXPECT_NE(replaced->warnings[0].find("clear text"), std::string::npos);
}

TEST_F(LoadKubeConfig, OfSeveralFilesTheFirstIsReadAndThatIsSaid) {
  const auto file = (directory / ".kube/config").string();
  std::ofstream(directory / "second") << "current-context: nowhere";
  environment["KUBECONFIG"] = file + ":" + (directory / "second").string();
  const auto config = load({});
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->warnings.size(), 1U);
  EXPECT_NE(config->warnings[0].find("only " + file + " is read"), std::string::npos) << config->warnings[0];
}

TEST_F(LoadKubeConfig, SkippingVerificationIsSaidAloud) {
  const auto config = load({(directory / ".kube/config").string(), "open", ""});
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->warnings.size(), 1U);
  EXPECT_NE(config->warnings[0].find("insecure-skip-tls-verify"), std::string::npos);
}

}  // namespace
}  // namespace weft
