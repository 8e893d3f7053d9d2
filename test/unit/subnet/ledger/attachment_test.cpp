#include "subnet/ledger/attachment.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace weft {
namespace {

Attachment example() {
  Attachment attachment;
  attachment.key = {"3f1c", "eth0"};
  attachment.network = "weft";
  attachment.host_link = "wp0123456789ab";
  attachment.netns = "4:4026532248";
  attachment.boot_id = "a12c6f20-b34d-4b79-96d0-5475816885e5";
  attachment.pod_namespace = "default";
  attachment.pod_name = "web-0";
  attachment.created_at = 1795581353;
  attachment.addresses = {IpAddress::parse("10.244.7.2").value(), IpAddress::parse("fd00::2").value()};
  return attachment;
}

TEST(AttachmentText, ComesBackAsItWas) { EXPECT_EQ(decode_attachment(encode(example())), example()); }

TEST(AttachmentText, IsOneLineThatPeopleCanRead) {
  const std::string text = encode(example());
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  EXPECT_NE(text.find(R"("ips":["10.244.7.2","fd00::2"])"), std::string::npos) << text;
}

TEST(AttachmentText, IgnoresWhatALaterVersionAdds) {
  const auto read = decode_attachment(R"({"v":2,"id":"a","if":"eth0","ips":[],"ports":[{"host":80}],"at":"soon"})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->key, (AttachmentKey{"a", "eth0"}));
  EXPECT_EQ(read->created_at, 0);
}

TEST(AttachmentText, RefusesWhatIsNone) {
  for (const char* text : {"", "{", "[]", "null", "7", "{}", R"({"id":"a","ips":[]})", R"({"id":"a","if":"eth0"})",
                           R"({"id":1,"if":"eth0","ips":[]})", R"({"id":"a","if":"eth0","ips":[7]})",
                           R"({"id":"a","if":"eth0","ips":["10.0.0.300"]})", "0123abcd\r\neth0"}) {
    EXPECT_FALSE(decode_attachment(text)) << text;
  }
  EXPECT_FALSE(decode_attachment(encode(example()) + std::string(kMaxAttachmentBytes, ' ')));
}

RC_GTEST_PROP(AttachmentText, AnyBytesAreAnEntryOrAnError, (const std::string& bytes)) {
  static_cast<void>(decode_attachment(bytes));
}

RC_GTEST_PROP(AttachmentText, AnyDamageIsAnEntryOrAnError, ()) {
  std::string text = encode(example());
  const auto position = *rc::gen::inRange<std::size_t>(0, text.size());
  text[position] = *rc::gen::arbitrary<char>();
  text.resize(*rc::gen::inRange<std::size_t>(0, text.size() + 1));
  static_cast<void>(decode_attachment(text));
}

RC_GTEST_PROP(AttachmentText, NamesOfAnyBytesDoNotThrow, (const std::string& bytes)) {
  Attachment attachment = example();
  attachment.pod_name = bytes;
  RC_ASSERT(decode_attachment(encode(attachment)).has_value() || bytes.size() > 100);
}

}  // namespace
}  // namespace weft
