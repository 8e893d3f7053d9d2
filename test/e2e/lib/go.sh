# Sourced by scripts/e2e: gets the real programs that the tests need into a cache: servers and callers of CNI plugins, built
# from the Go modules pinned in test/e2e/tools, and Debian's container runtime.

go_wanted="1.26"

# Names the Go to use, or says how to get one.
require_go() {
  local have
  have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || have=none
  if [ "$(printf '%s\n' "go$go_wanted" "$have" | sort -V | head -n 1)" = "go$go_wanted" ] && [ "$have" != none ]; then
    return
  fi
  cat >&2 <<MESSAGE
scripts/e2e needs Go $go_wanted or newer to build kube-apiserver and etcd; found: $have.
Debian 12 has an older one. From https://go.dev/dl/ :
  curl -LO https://go.dev/dl/go1.26.0.linux-$(dpkg --print-architecture).tar.gz
  sudo tar -C /usr/local -xzf go1.26.0.linux-$(dpkg --print-architecture).tar.gz
  export PATH=/usr/local/go/bin:\$PATH
MESSAGE
  return 1
}

# The cache's key is what decides the binaries' content: the pinned modules and this recipe.
cache_directory() {
  local hash
  hash=$(cat test/e2e/tools/*/go.mod test/e2e/tools/*/go.sum test/e2e/lib/go.sh | sha256sum | cut -c 1-16)
  echo "${WEFT_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft-e2e}/$hash"
}

# build_tool MODULE PACKAGE NAME LDFLAGS: into $cache, by rename, so that a half-built file is never taken.
build_tool() {
  local module=$1 package=$2 name=$3 flags=$4
  [ -x "$cache/$name" ] && return
  echo "building $name (minutes, the first time) …"
  (cd "test/e2e/tools/$module" && CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-mod=readonly \
    go build -trimpath -ldflags "$flags" -o "$cache/$name.new" "$package")
  mv "$cache/$name.new" "$cache/$name"
}

# kube-apiserver takes its version from the linker, and some of its behaviour from its version.
kubernetes_flags() {
  local version package flags="-s -w"
  version=$(cd test/e2e/tools/kubernetes && GOTOOLCHAIN=local go list -m -f '{{.Version}}' k8s.io/kubernetes)
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=" -X $package.gitVersion=$version -X $package.gitTreeState=clean -X $package.gitMajor=1"
    flags+=" -X $package.gitMinor=$(echo "$version" | cut -d . -f 2) -X $package.buildDate=1970-01-01T00:00:00Z"
  done
  echo "$flags"
}

# Unpacked, not installed: an installed containerd would be started on the machine.
unpack_runtime() {
  local directory=$cache/debian
  [ -x "$directory/usr/bin/containerd" ] && return
  rm -rf "$directory.new"
  mkdir -p "$directory.new/packages"
  local packages=(containerd runc busybox-static)
  (cd "$directory.new/packages" && apt-get download -q "${packages[@]}") || {
    # No lists, or lists of long ago.
    if [ "$(id -u)" -eq 0 ]; then apt-get update -q; else sudo apt-get update -q; fi
    (cd "$directory.new/packages" && apt-get download -q "${packages[@]}")
  }
  for package in "$directory.new"/packages/*.deb; do dpkg-deb -x "$package" "$directory.new"; done
  rm -rf "$directory.new/packages"
  mv -T "$directory.new" "$directory"
}

# Sets $cache and fills it.
build_tools() {
  cache=$(cache_directory)
  mkdir -p "$cache"
  unpack_runtime
  local missing=0 name
  for name in crictl helm cnitool etcd kube-apiserver kubectl; do [ -x "$cache/$name" ] || missing=1; done
  [ $missing -eq 1 ] || return 0
  require_go
  build_tool helm helm.sh/helm/v3/cmd/helm helm "-s -w"
  build_tool crictl sigs.k8s.io/cri-tools/cmd/crictl crictl "-s -w"
  build_tool cni github.com/containernetworking/cni/cnitool cnitool "-s -w"
  build_tool etcd go.etcd.io/etcd/server/v3 etcd "-s -w"
  build_tool kubernetes k8s.io/kubernetes/cmd/kube-apiserver kube-apiserver "$(kubernetes_flags)"
  build_tool kubernetes k8s.io/kubernetes/cmd/kubectl kubectl "$(kubernetes_flags)"
}
