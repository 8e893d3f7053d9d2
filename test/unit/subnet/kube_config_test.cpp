#include "subnet/kube_config.h"

#include <gtest/gtest.h>

#include <map>

namespace weft {
namespace {

TEST(KubeServer, UrlsAreTakenApart) {
  const auto server = KubeServer::parse("https://[fd00::1]:6443/k8s/clusters/c-1/");
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ(*server, (KubeServer{true, "fd00::1", 6443, "/k8s/clusters/c-1"}));
  EXPECT_EQ(server->authority(), "[fd00::1]:6443");
  EXPECT_EQ(server->to_string(), "https://[fd00::1]:6443/k8s/clusters/c-1");
  EXPECT_EQ(*KubeServer::parse("http://localhost"), (KubeServer{false, "localhost", 80, ""}));
  EXPECT_EQ(*KubeServer::parse("https://k8s.example.com/"), (KubeServer{true, "k8s.example.com", 443, ""}));
}

TEST(KubeServer, WhatIsNoServerUrlIsRefused) {
  for (const auto* url : {"", "localhost:8080", "ftp://x", "https://", "https://a b", "https://x:0", "https://x:65536",
                          "https://x:y", "https://fd00::1", "https://[fd00::1", "https://x?y=1", "https://x/#f",
                          "https://x/a\r\nHost: y", "https://[fd00::1]6443"}) {
    EXPECT_FALSE(KubeServer::parse(url)) << url;
  }
  const auto secret = KubeServer::parse("https://me:hunter2@x");
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().message.find("hunter2"), std::string::npos);
}

Result<std::optional<KubeConfig>> in_cluster(const std::map<std::string, std::string>& values) {
  return in_cluster_config([&values](const char* name) {
    const auto found = values.find(name);
    return found != values.end() ? found->second : std::string();
  });
}

TEST(KubeConfigInCluster, NeedsBothVariables) {
  EXPECT_FALSE(*in_cluster({}));
  EXPECT_FALSE(*in_cluster({{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}}));
}

TEST(KubeConfigInCluster, TakesHostPortTokenAndAuthority) {
  const auto config = in_cluster({{"KUBERNETES_SERVICE_HOST", "fd00:10:96::1"}, {"KUBERNETES_SERVICE_PORT", "443"}});
  ASSERT_TRUE(config && *config);
  EXPECT_EQ((*config)->server.to_string(), "https://[fd00:10:96::1]:443");
  EXPECT_EQ((*config)->token_file, "/var/run/secrets/kubernetes.io/serviceaccount/token");
  EXPECT_EQ((*config)->ca.file, "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt");
  EXPECT_FALSE((*config)->insecure_skip_tls_verify);
}

TEST(KubeConfigInCluster, NamesAVariableThatIsWrong) {
  const auto port = in_cluster({{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "tcp://x"}});
  ASSERT_FALSE(port);
  EXPECT_NE(port.error().message.find("KUBERNETES_SERVICE_PORT"), std::string::npos);
  EXPECT_FALSE(in_cluster({{"KUBERNETES_SERVICE_HOST", "a/b"}, {"KUBERNETES_SERVICE_PORT", "1"}}));
}

TEST(Base64, RoundTripsAndRefuses) {
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\xff\xfe\x01"}) {
    EXPECT_EQ(*decode_base64(encode_base64(bytes)), bytes);
  }
  EXPECT_EQ(encode_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(*decode_base64("Zm9v\n Ym Fy\r\n"), "foobar");
  for (const auto* text : {"Zm9", "Zm9vY===", "Zm9v!mFy", "Zg==Zg==", "="}) EXPECT_FALSE(decode_base64(text)) << text;
}

}  // namespace
}  // namespace weft
