#include "cni-plugin/json_document.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft::cni {
namespace {

std::string nested(int levels) {
  std::string text = R"({"a":)";
  for (int level = 1; level < levels; ++level) text += '[';
  for (int level = 1; level < levels; ++level) text += ']';
  return text + '}';
}

TEST(JsonDocument, HasLimits) {
  EXPECT_TRUE(parse_object(nested(kMaxJsonDepth)));
  EXPECT_EQ(parse_object(nested(kMaxJsonDepth + 1)).error().message, "nested deeper than 64 levels");
  EXPECT_FALSE(parse_object(nested(100'000)));
  EXPECT_FALSE(parse_object("{}" + std::string(kMaxJsonBytes, ' ')));
}

TEST(JsonDocument, BracketsInTextsAreNoLevels) {
  EXPECT_TRUE(parse_object(R"({"a":")" + std::string(200, '[') + R"(\"]]"})"));
}

TEST(JsonDocument, IsAnObject) {
  for (const char* text : {"", " ", "null", "[]", "7", "\"a\"", "{", "{}{}", "{'a':1}"}) {
    EXPECT_FALSE(parse_object(text)) << text;
  }
}

TEST(JsonDocument, MembersOfOtherTypesReadAsMissing) {
  const Json object = parse_object(R"({"text":"x","number":7})").value();
  EXPECT_EQ(text_member(object, "text"), "x");
  EXPECT_EQ(text_member(object, "number"), "");
  EXPECT_EQ(text_member(object, "none"), "");
  EXPECT_EQ(member(object, "none"), nullptr);
  EXPECT_EQ(member(*member(object, "number"), "x"), nullptr);
}

TEST(JsonDocument, MembersMayDifferInCaseWhenThereIsNoOther) {
  const Json object = parse_object(R"({"HostPort":1,"hostPort":2,"CONTAINERPORT":3,"hostport4":5})").value();
  EXPECT_EQ(*member(object, "hostPort"), 2);
  EXPECT_EQ(*member(object, "HostPort"), 1);
  EXPECT_EQ(*member(object, "containerPort"), 3);
  EXPECT_EQ(member(object, "containerPor"), nullptr);
  EXPECT_EQ(member(object, "hostPort5"), nullptr);
}

RC_GTEST_PROP(JsonDocument, AnyBytesAreADocumentOrAnError, (const std::string& bytes)) {
  const auto parsed = parse_object(bytes);
  if (parsed) RC_ASSERT(parse_object(to_text(*parsed)).has_value());
}

}  // namespace
}  // namespace weft::cni
