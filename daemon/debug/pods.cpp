#include "daemon/debug/pods.h"

#include "daemon/debug/dataset_text.h"
#include "daemon/json_fields.h"
#include "daemon/text_table.h"
#include "subnet/ledger/host_link.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace weft {
namespace {

// As container runtimes' own tables show them, and take them.
constexpr std::size_t kShownOfContainer = 13;

nlohmann::json texts(const std::vector<IpAddress>& addresses) {
  nlohmann::json list = nlohmann::json::array();
  for (const IpAddress& address : addresses) list.push_back(address.to_string());
  return list;
}

class Rows {
 public:
  explicit Rows(const PodsView& view) : view_(view) {
    for (const HostLink& link : view.links) unclaimed_.insert(link.name);
  }

  nlohmann::json all() {
    const std::set<std::string> links = unclaimed_;
    for (const Ledger::Entry& entry : view_.entries) {
      const std::string link = host_link_of(entry.key, entry.attachment);
      unclaimed_.erase(link);
      add(described(entry.key, entry.attachment, link),
          judge_entry(entry.attachment, links.contains(link), view_.moment));
    }
    for (const Ledger::Stray& stray : view_.strays) {
      const std::string link = stray.attachment ? host_link_of(stray.attachment->key, stray.attachment) : "";
      unclaimed_.erase(link);
      nlohmann::json row =
          described(stray.attachment ? stray.attachment->key : AttachmentKey(), stray.attachment, link);
      row["addresses"] = texts({stray.address});
      add(std::move(row), judge_stray(stray.attachment, links.contains(link)));
    }
    for (const HostLink& link : view_.links) {
      if (unclaimed_.contains(link.name)) add({{"link", link.name}}, judge_link(link));
    }
    return std::move(rows_);
  }

 private:
  nlohmann::json described(const AttachmentKey& key, const Result<Attachment>& attachment,
                           const std::string& link) const {
    nlohmann::json row = nlohmann::json::object();
    set_text(row, "container", key.container_id);
    set_text(row, "interface", key.interface);
    set_text(row, "link", link);
    if (!attachment) return row;
    set_text(row, "namespace", attachment->pod_namespace);
    set_text(row, "pod", attachment->pod_name);
    set_text(row, "network", attachment->network);
    row["addresses"] = texts(attachment->addresses);
    if (const auto age = age_of(*attachment, view_.moment)) row["age_seconds"] = age->count() / 1000;
    return row;
  }

  void add(nlohmann::json row, const PodVerdict& verdict) {
    if (view_.leaks && !verdict.swept) return;
    row["state"] = to_string(verdict.state);
    row["swept"] = verdict.swept;
    set_text(row, "why", verdict.why);
    rows_.push_back(std::move(row));
  }

  const PodsView& view_;
  std::set<std::string> unclaimed_;  // links that nothing has named yet
  nlohmann::json rows_ = nlohmann::json::array();
};

std::string pod_name(const nlohmann::json& row) {
  const std::string name = text_field(row, "pod");
  const std::string space = text_field(row, "namespace");
  return space == "-" ? name : space + "/" + name;
}

std::string addresses_text(const nlohmann::json& row) {
  std::string text;
  for (const nlohmann::json& address : list_field(row, "addresses")) {
    if (address.is_string()) text += (text.empty() ? "" : ",") + address.get<std::string>();
  }
  return text.empty() ? "-" : text;
}

std::string age_text(const nlohmann::json& row) {
  const auto found = row.find("age_seconds");
  if (found == row.end() || !found->is_number_integer()) return "-";
  const auto seconds = found->get<std::int64_t>();
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (seconds < 120 * 60) return fmt::format("{}m", seconds / 60);
  if (seconds < 48 * 3600) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86400);
}

}  // namespace

nlohmann::json pods_json(const PodsView& view) {
  return {{"ledger", view.directory}, {"leaks", view.leaks}, {"pods", Rows(view).all()}};
}

std::string pods_text(const nlohmann::json& data) {
  const auto pods = list_field(data, "pods");
  if (pods.empty()) {
    return fmt::format("{} in {}\n", bool_field(data, "leaks") ? "nothing to sweep" : "no pods",
                       text_field(data, "ledger"));
  }
  std::vector<TextRow> rows;
  for (const nlohmann::json& row : pods) {
    const std::string why = text_field(row, "why");
    rows.push_back({text_field(row, "container").substr(0, kShownOfContainer), text_field(row, "interface"),
                    pod_name(row), addresses_text(row), text_field(row, "link"), text_field(row, "state"),
                    age_text(row), bool_field(row, "swept") ? "to be swept: " + why : why});
  }
  return render_table({"CONTAINER", "IF", "POD", "ADDRESSES", "LINK", "STATE", "AGE", "WHY"}, rows);
}

}  // namespace weft
