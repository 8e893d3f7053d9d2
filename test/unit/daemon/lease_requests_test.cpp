#include "daemon/lease_requests.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using lease_input::PatchOutcome;

PatchOutcome outcome(ApiErrorKind kind, int status = 0) { return patch_outcome({.kind = kind, .status = status}); }

TEST(PatchOutcome, OnlyCertaintiesAreCertain) {
  EXPECT_EQ(outcome(ApiErrorKind::not_connected), PatchOutcome::failed);
  EXPECT_EQ(outcome(ApiErrorKind::unknown_outcome), PatchOutcome::unknown);
  EXPECT_EQ(outcome(ApiErrorKind::bad_response), PatchOutcome::unknown);
  EXPECT_EQ(outcome(ApiErrorKind::http, 409), PatchOutcome::conflict);
  EXPECT_EQ(outcome(ApiErrorKind::http, 404), PatchOutcome::not_found);
  EXPECT_EQ(outcome(ApiErrorKind::http, 422), PatchOutcome::invalid);
  EXPECT_EQ(outcome(ApiErrorKind::http, 401), PatchOutcome::forbidden);
  EXPECT_EQ(outcome(ApiErrorKind::http, 403), PatchOutcome::forbidden);
  EXPECT_EQ(outcome(ApiErrorKind::http, 429), PatchOutcome::failed);
  EXPECT_EQ(outcome(ApiErrorKind::http, 500), PatchOutcome::unknown);
  EXPECT_EQ(outcome(ApiErrorKind::http, 504), PatchOutcome::unknown);
}

TEST(ReadOutcome, AnAnswerIsNoSilence) {
  using lease_input::ReadOutcome;
  const auto outcome = [](ApiErrorKind kind, int status = 0) { return read_outcome({.kind = kind, .status = status}); };
  EXPECT_EQ(outcome(ApiErrorKind::not_connected), ReadOutcome::failed);
  EXPECT_EQ(outcome(ApiErrorKind::timeout), ReadOutcome::failed);
  EXPECT_EQ(outcome(ApiErrorKind::http, 403), ReadOutcome::refused);
  EXPECT_EQ(outcome(ApiErrorKind::bad_response), ReadOutcome::refused);
  EXPECT_EQ(outcome(ApiErrorKind::http, 404), ReadOutcome::not_found);
  EXPECT_EQ(outcome(ApiErrorKind::http, 410), ReadOutcome::gone);
}

}  // namespace
}  // namespace weft
