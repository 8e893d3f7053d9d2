#include "subnet/kube_client.h"

#include "subnet/kube_client_impl.h"

#include <utility>

#include <sys/utsname.h>

namespace weft {
namespace {

// Go's names, which is what people see in audit logs.
std::string architecture() {
  utsname name{};
  if (uname(&name) != 0) return "unknown";
  const std::string machine = name.machine;
  if (machine == "x86_64") return "amd64";
  if (machine == "aarch64") return "arm64";
  return machine;
}

class OpenKubeStream final : public KubeStream {
 public:
  explicit OpenKubeStream(KubeJobPtr job) : job_(std::move(job)) {}
  ~OpenKubeStream() override { job_->cancel(); }

 private:
  KubeJobPtr job_;
};

}  // namespace

std::string kube_user_agent(std::string_view version) {
  return fmt::format("weftd/{} (linux/{})", version, architecture());
}

KubeClient::KubeClient(boost::asio::io_context& io, KubeConfig config, KubeClientOptions options)
    : impl_(std::make_shared<Impl>(io, std::move(config), std::move(options))) {}

KubeClient::~KubeClient() { stop(); }

void KubeClient::send(KubeRequest request, Done done) {
  auto job = std::make_shared<KubeJob>();
  job->request = std::move(request);
  impl_->start(job, std::move(done));
}

std::unique_ptr<KubeStream> KubeClient::open(KubeRequest request, KubeStreamSink& sink,
                                             std::chrono::milliseconds silence) {
  auto job = std::make_shared<KubeJob>();
  job->request = std::move(request);
  job->sink = &sink;
  job->silence = silence;
  auto stream = std::make_unique<OpenKubeStream>(job);
  impl_->start(job, [&sink](ApiResult<KubeResponse> result) {
    if (!result) return sink.on_end(std::unexpected(std::move(result.error())));
    sink.on_end({});
  });
  return stream;
}

void KubeClient::renew_connections() { impl_->renew_connections(); }

void KubeClient::stop() { impl_->stop(); }
const KubeClientCounters& KubeClient::counters() const { return impl_->counters; }
const KubeConfig& KubeClient::config() const { return impl_->config; }
boost::asio::io_context& KubeClient::io() const { return impl_->io; }

}  // namespace weft
