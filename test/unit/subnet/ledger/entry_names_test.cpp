#include "subnet/ledger/entry_names.h"

#include "subnet/ledger/host_link.h"
#include "test/unit/subnet/ledger/attachments.h"

#include <gtest/gtest.h>

namespace weft::test {
namespace {

TEST(EntryNamesTest, AKeyAndItsNameAreOne) {
  const AttachmentKey key{"0a_b.c-d", "eth0"};
  EXPECT_EQ(name_of(key), "0a_b.c-d:eth0");
  EXPECT_EQ(key_of("0a_b.c-d:eth0"), key);
  EXPECT_EQ(file_of(key), "attachments/0a_b.c-d:eth0");
}

TEST(EntryNamesTest, AForeignNameHasNoInterfaceAndIsFoundAllTheSame) {
  for (const std::string name : {"README", "a:", ""}) {
    EXPECT_EQ(key_of(name), (AttachmentKey{name, ""}));
    EXPECT_EQ(name_of(key_of(name)), name);
  }
}

TEST(HostLinkTest, AnEntryThatSaysSomethingIsBelieved) {
  const Attachment entry = attachment("a");
  EXPECT_EQ(host_link_of(entry.key, entry), "wpa");
}

TEST(HostLinkTest, AnUnreadableOrSilentEntrysLinkFollowsFromItsKey) {
  Attachment silent = attachment("a");
  silent.host_link.clear();
  EXPECT_EQ(host_link_of(silent.key, silent), host_link_name(silent.key));
  EXPECT_EQ(host_link_of(silent.key, fail("torn")), host_link_name(silent.key));
}

}  // namespace
}  // namespace weft::test
