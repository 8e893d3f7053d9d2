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
  attachment.since_boot = std::chrono::milliseconds(86'400'123);
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
  const auto read = decode_attachment(R"({"v":3,"id":"a","if":"eth0","ips":[],"links":[{"name":"eth1"}],"at":"soon"})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->key, (AttachmentKey{"a", "eth0"}));
  EXPECT_EQ(read->created_at, 0);
}

TEST(AttachmentText, AHardwareAddressThatWasAskedForComesBack) {
  Attachment attachment = example();
  attachment.mac = MacAddress::parse("0a:58:0a:f4:07:09").value();
  EXPECT_EQ(decode_attachment(encode(attachment)), attachment);
  EXPECT_EQ(decode_attachment(R"({"id":"a","if":"eth0","ips":[],"mac":"x"})")->mac, std::nullopt);
}

TEST(AttachmentText, PortMappingsComeBackAndChangeTheSchema) {
  EXPECT_NE(encode(example()).find(R"("v":1)"), std::string::npos);
  Attachment attachment = example();
  attachment.port_mappings = {{Transport::tcp, 8080, 80, std::nullopt},
                              {Transport::udp, 53, 5353, IpAddress::parse("192.0.2.1").value()},
                              {Transport::sctp, 9, 9, IpAddress::parse("::").value()}};
  const std::string text = encode(attachment);
  EXPECT_NE(text.find(R"("ports":["tcp 8080 80","udp 53 5353 192.0.2.1","sctp 9 9 ::"])"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("v":2)"), std::string::npos);
  EXPECT_EQ(decode_attachment(text), attachment);
}

TEST(AttachmentText, AsManyPortMappingsAsAllowedFit) {
  Attachment attachment = example();
  const auto address = IpAddress::parse("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff").value();
  attachment.port_mappings.assign(kMaxPortMappings, {Transport::sctp, 65535, 65535, address});
  EXPECT_EQ(decode_attachment(encode(attachment)), attachment);
  attachment.port_mappings.push_back(attachment.port_mappings.front());
  EXPECT_FALSE(decode_attachment(encode(attachment)));
}

TEST(AttachmentText, RefusesWrongPortMappings) {
  for (const char* ports : {R"("tcp 1 1")", R"([7])", R"(["tcp 1"])", R"(["tcp 0 1"])", R"(["tcp 1 65536"])",
                            R"(["icmp 1 1"])", R"(["tcp 1 1 nowhere"])", R"(["tcp 1 1 ::1 x"])", R"(["tcp  1 1"])"}) {
    const std::string text = std::string(R"({"id":"a","if":"eth0","ips":[],"ports":)") + ports + "}";
    EXPECT_FALSE(decode_attachment(text)) << text;
  }
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
