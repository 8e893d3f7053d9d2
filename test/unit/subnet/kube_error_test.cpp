#include "subnet/kube_error.h"

#include "subnet/kube_request.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using namespace std::chrono_literals;

const std::string kStatus =
    R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"nodes \"n1\" is forbidden","reason":"Forbidden","details":{"retryAfterSeconds":4},"code":403})";

ApiError classify(const KubeRequest& request, int status, std::string_view body, std::string_view retry_after = "",
                  std::string_view type = "application/json") {
  return classify_answer(request, {status, type, body, retry_after, ""});
}

TEST(KubeError, ForbiddenNamesVerbAndResourceToGrant) {
  const auto error = classify(patch_node_status("n1", "{}"), 403, kStatus);
  EXPECT_EQ(error.kind, ApiErrorKind::http);
  EXPECT_EQ(error.status, 403);
  EXPECT_EQ(error.reason, "Forbidden");
  EXPECT_EQ(error.retry_after, 4s);
  EXPECT_EQ(error.message,
            "patch nodes/status n1: forbidden: grant the verb \"patch\" on \"nodes/status\" in the ClusterRole weft: "
            "nodes \"n1\" is forbidden");
}

TEST(KubeError, PlainTextAndHtmlBecomeOneLine) {
  const auto plain = classify(get_node("n1"), 429, "Too many requests,\n please try again later.\n", "1", "text/plain");
  EXPECT_EQ(plain.message, "get nodes n1: HTTP 429: Too many requests, please try again later.");
  EXPECT_EQ(plain.retry_after, 1s);
  EXPECT_TRUE(plain.is_overload());
  const auto html =
      classify(get_node("n1"), 502, "<html><head><title>502 Bad Gateway</title></head><body>x</body>", "", "text/html");
  EXPECT_EQ(html.message, "get nodes n1: HTTP 502: 502 Bad Gateway");
  EXPECT_TRUE(html.is_unanswered());
  EXPECT_EQ(classify(get_node("n1"), 500, " <p>a <b>b</b>").message, "get nodes n1: HTTP 500: a b");
}

TEST(KubeError, HostileBodiesAreCutAndCleaned) {
  const auto error = classify(get_node("n1"), 500, "a\x1b[31m\0b" + std::string(10'000, '\xc3'));
  EXPECT_LE(error.message.size(), 512U);
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
  EXPECT_EQ(classify(get_node("n1"), 500, std::string(100'000, '[')).kind, ApiErrorKind::http);
  EXPECT_EQ(classify(get_node("n1"), 500, R"({"kind":"Status","message":7,"reason":[],"details":3})").reason, "");
}

TEST(KubeError, RetryAfterIsSecondsWithinReason) {
  EXPECT_EQ(classify(get_node("n"), 429, "", "7").retry_after, 7s);
  EXPECT_EQ(classify(get_node("n"), 429, "", "99999999").retry_after, 3600s);
  for (const auto* text : {"", "-1", "0", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999999999999"}) {
    EXPECT_FALSE(classify(get_node("n"), 429, "", text).retry_after) << text;
  }
}

TEST(KubeError, ExpiredInAllItsForms) {
  EXPECT_TRUE(classify(get_node("n"), 410, "").is_expired());
  EXPECT_TRUE((ApiError{ApiErrorKind::http, 500, "Expired", "", std::nullopt}).is_expired());
  EXPECT_FALSE(classify(get_node("n"), 500, "").is_expired());
}

TEST(KubeError, RedirectsAreAClearError) {
  const auto error = classify_answer(get_node("n"), {302, "", "", "", "https://login.example.com/"});
  EXPECT_EQ(error.kind, ApiErrorKind::bad_response);
  EXPECT_NE(error.message.find("https://login.example.com/"), std::string::npos);
}

}  // namespace
}  // namespace weft
