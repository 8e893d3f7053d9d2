#include "daemon/admin_pages.h"

#include "daemon/debug/health.h"
#include "daemon/debug/kernel.h"
#include "daemon/debug/plan.h"
#include "daemon/health.h"
#include "subnet/json_text.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace weft {
namespace {

AdminResponse text(int status, std::string body) { return {.status = status, .body = std::move(body)}; }
AdminResponse json(const std::string& body) { return {200, "application/json", body}; }
AdminResponse json(const nlohmann::json& body) { return json(json_text(body)); }

class Pages {
 public:
  Pages(AdminSources sources, KernelPart& kernel, FirewallPart& firewall, Post reactor)
      : sources_(std::move(sources)), kernel_(kernel), firewall_(firewall), reactor_(std::move(reactor)) {}

  void serve(const AdminRequest& request, AdminReply reply) const {
    if (request.path == "/livez" || request.path == "/readyz" || request.path == "/healthz") {
      return reply(probe(request));
    }
    if (request.path == "/metrics") {
      return reply({200, "text/plain; version=0.0.4; charset=utf-8", sources_.metrics()});
    }
    // Names and addresses of a whole cluster are not for everybody on the host.
    if (request.path.starts_with("/debug/") && request.local) return debug(request.path.substr(7), std::move(reply));
    reply(text(404, "there is /livez /readyz /metrics, and on the unix socket /debug/<dataset>\n"));
  }

 private:
  AdminResponse probe(const AdminRequest& request) const {
    const HealthStatus status = sources_.health();
    if (request.path == "/readyz") return text(status.ready ? 200 : 503, render_readiness(status, request.verbose));
    return text(status.live ? 200 : 503, render_liveness(status, request.verbose));
  }

  void debug(const std::string& dataset, AdminReply reply) const {
    if (dataset == "leases") return reply(json(sources_.leases()));
    if (dataset == "peers") return reply(json(sources_.peers()));
    if (dataset == "health") return reply(json(health_json(sources_.health())));
    if (dataset == "plan") return plan(std::move(reply));
    if (dataset == "kernel") return kernel(std::move(reply));
    if (dataset == "firewall") return firewall(std::move(reply));
    reply(text(404, "no such dataset\n"));
  }

  void plan(AdminReply reply) const {
    kernel_.ask_plan([reply = std::move(reply), post = reactor_](const Result<Plan>& plan) {
      AdminResponse response = json(plan ? plan_json(*plan) : no_plan_json(plan.error().message));
      post([reply, response = std::move(response)] { reply(response); });
    });
  }

  void kernel(AdminReply reply) const {
    kernel_.ask_dump([reply = std::move(reply), post = reactor_](const Result<KernelDump>& dump) {
      AdminResponse response = dump ? json(kernel_json(*dump)) : text(500, dump.error().message + "\n");
      post([reply, response = std::move(response)] { reply(response); });
    });
  }

  void firewall(AdminReply reply) const {
    firewall_.ask_view([reply = std::move(reply), post = reactor_](const FirewallView& view) {
      post([reply, response = json(firewall_json(view))] { reply(response); });
    });
  }

  AdminSources sources_;
  KernelPart& kernel_;
  FirewallPart& firewall_;
  Post reactor_;
};

}  // namespace

AdminHandler admin_pages(AdminSources sources, KernelPart& kernel, FirewallPart& firewall, Post reactor) {
  return [pages = Pages(std::move(sources), kernel, firewall, std::move(reactor))](
             const AdminRequest& request, AdminReply reply) { pages.serve(request, std::move(reply)); };
}

}  // namespace weft
