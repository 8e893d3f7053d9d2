# Sourced by scripts/e2e: one real kube-apiserver for the duration of the script.

apiserver_pid=""
apiserver_ready=""

# Ends by pid whatever start_apiserver started; also at exit.
stop_apiserver() {
  [ -n "$apiserver_pid" ] || return 0
  kill "$apiserver_pid" 2>/dev/null || true
  wait "$apiserver_pid" 2>/dev/null || true
  apiserver_pid=""
  rm -f "$apiserver_ready"
}

start_apiserver() {
  trap stop_apiserver EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  apiserver_ready=$(mktemp)
  python3 test/support/kube_apiserver.py --aged --bin-dir "$cache" --ready-file "$apiserver_ready" &
  apiserver_pid=$!
  local waited=0
  until [ -s "$apiserver_ready" ]; do
    if ! kill -0 "$apiserver_pid" 2>/dev/null || [ "$waited" -ge 1200 ]; then
      echo "kube-apiserver does not start" >&2
      return 1
    fi
    sleep 0.1
    waited=$((waited + 1))
  done
}

# kube_field NAME: one field of what kube_apiserver.py printed.
kube_field() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$apiserver_ready" "$1"
}
