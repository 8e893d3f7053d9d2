// What requests look like, to the letter.
#include "subnet/kube_request.h"

#include "subnet/http_request.h"
#include "subnet/reflector_core.h"
#include "subnet/reflector_request.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using namespace std::chrono_literals;

const ReflectorOptions kThings{.path = "/api/v1/things", .resource = "things"};

// A read never names a resourceVersion that allows an answer from the past (0), but to go on from one.
TEST(ReflectorRequest, ListsAreQuorumReadsInPages) {
  const auto first = list_request(kThings, View::full, "");
  EXPECT_EQ(first.target, "/api/v1/things?limit=500");
  EXPECT_EQ(first.accept, "application/json");
  EXPECT_EQ(first.what(), "list things");
  // A continue token carries its revision; naming one again is an error.
  EXPECT_EQ(list_request(kThings, View::full, "a=b").target, "/api/v1/things?limit=500&continue=a%3Db");
  EXPECT_EQ(list_request(kThings, View::metadata, "").accept,
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json");
}

TEST(ReflectorRequest, WatchesAskForBookmarksAndATimeout) {
  const auto watch = watch_request(kThings, View::metadata, "17", 301s);
  EXPECT_EQ(watch.target, "/api/v1/things?watch=true&allowWatchBookmarks=true&timeoutSeconds=301&resourceVersion=17");
  EXPECT_EQ(watch.accept, "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json");
  EXPECT_EQ(watch.what(), "watch things");
  EXPECT_EQ(watch_list_request(kThings, View::full, 301s).target,
            "/api/v1/things?watch=true&allowWatchBookmarks=true&timeoutSeconds=301&sendInitialEvents=true"
            "&resourceVersionMatch=NotOlderThan");
}

// The server compresses a WatchList by closed gzip members (Kubernetes 1.37) when it is offered.
TEST(HttpRequest, NothingAsksForCompression) {
  for (const auto& request :
       {list_request(kThings, View::full, ""), watch_request(kThings, View::full, "1", 300s),
        watch_list_request(kThings, View::metadata, 300s), get_node("n1"), patch_node_status("n1", "{}")}) {
    const auto text = render_request(request, {"h", "", "weftd", "Bearer t", {}});
    EXPECT_EQ(text.find("ncoding"), std::string::npos) << text;
  }
}

TEST(KubeRequest, TargetsAreEncoded) {
  EXPECT_EQ(get_node("a/b?c").target, "/api/v1/nodes/a%2Fb%3Fc");
  EXPECT_EQ(patch_node_status("n1", "{}").target, "/api/v1/nodes/n1/status?fieldManager=weftd");
  EXPECT_EQ(create_event("default", "{}").target, "/api/v1/namespaces/default/events?fieldManager=weftd");
  EXPECT_EQ(KubeTarget("/x").query("a b", "\xff&=").text(), "/x?a%20b=%FF%26%3D");
}

TEST(HttpRequest, HeadersCannotBeSmuggledIn) {
  auto request = get_node("n1");
  request.accept = "application/json\r\nX-Evil: 1";
  const auto text = render_request(request, {"h:1", "/base", "weftd", "Bearer a\nb", {{"Impersonate-User", "u"}}});
  EXPECT_TRUE(text.starts_with("GET /base/api/v1/nodes/n1 HTTP/1.1\r\nHost: h:1\r\n")) << text;
  EXPECT_EQ(text.find("\r\nX-Evil"), std::string::npos);
  EXPECT_NE(text.find("Authorization: Bearer ab\r\n"), std::string::npos);
  EXPECT_NE(text.find("Impersonate-User: u\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(HttpRequest, ABodyHasItsLengthAndType) {
  const auto text = render_request(patch_node_status("n1", "{\"a\":1}", kMergePatch), {"h", "", "", "", {}});
  EXPECT_TRUE(text.starts_with("PATCH "));
  EXPECT_NE(text.find("Content-Type: application/merge-patch+json\r\n"), std::string::npos);
  EXPECT_NE(text.find("Content-Length: 7\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n{\"a\":1}"));
  auto empty = patch_node_status("n1", "");
  EXPECT_NE(render_request(empty, {"h", "", "", "", {}}).find("Content-Length: 0\r\n"), std::string::npos);
}

}  // namespace
}  // namespace weft
