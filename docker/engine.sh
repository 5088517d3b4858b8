#!/usr/bin/env bash
# Finds or starts a container engine for the container tests, and prints the variables that Testcontainers needs.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: docker/engine.sh start [--install] | check | stop
  eval "$(docker/engine.sh start)"    find an engine, or start podman's service, and set the variables for it
  --install                           install podman where it is missing (root on Debian or Ubuntu)
  check                               run a container with a network and a port, to tell whether the tests can run here
  stop                                end the service that start began

The order: DOCKER_HOST, Docker's own socket, podman. Exit code 1 and one line on standard error when there is none.
TEXT
}

home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
# A socket's path may have 107 characters, so it does not lie in the checkout.
run="${XDG_RUNTIME_DIR:-/run}/lethe-engine"
socket="$run/podman.sock"
packages=(podman runc netavark aardvark-dns iptables)
start_seconds_max=30

fail() {
  printf 'engine: %s\n' "$1" >&2
  exit 1
}

# True when an engine answers at the address.
answers() {
  local client
  if command -v docker > /dev/null; then
    client=(docker --host "$1" version)
  elif command -v podman > /dev/null; then
    client=(podman --url "$1" version)
  else
    return 1
  fi
  timeout 20 "${client[@]}" > /dev/null 2>&1
}

install_podman() {
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null \
    || fail "--install needs root and apt-get; install podman or Docker by hand"
  printf 'engine: installing %s\n' "${packages[*]}" >&2
  local log="$home/target/engine-install.log"
  mkdir -p "$home/target"
  # The list of packages may be stale or empty; where it cannot be fetched, the installed list may still do.
  apt-get update > "$log" 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}" >> "$log" 2>&1 \
    || fail "podman could not be installed; see $log"
}

start_podman() {
  mkdir -p "$run"
  # Our own settings, so that the machine's stay as they are. Without a session manager the engine makes control groups
  # itself; runc accepts limits above the caller's own, which crun refuses.
  cat > "$run/containers.conf" <<'CONF'
[containers]
default_ulimits = ["nofile=8192:8192", "nproc=32768:32768"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
  if command -v runc > /dev/null; then printf 'runtime = "runc"\n' >> "$run/containers.conf"; fi
  # The other back end has no names for containers.
  printf '[network]\nnetwork_backend = "netavark"\n' >> "$run/containers.conf"
  rm -f "$socket"
  CONTAINERS_CONF="$run/containers.conf" setsid podman system service --time 0 "unix://$socket" \
    < /dev/null > "$run/service.log" 2>&1 &
  printf '%s\n' "$!" > "$run/service.pid"
  local until=$((SECONDS + start_seconds_max))
  until answers "unix://$socket"; do
    [ "$SECONDS" -lt "$until" ] || fail "podman's service did not answer within $start_seconds_max s; see $run/service.log"
    sleep 0.2
  done
}

start() {
  if [ -n "${DOCKER_HOST:-}" ]; then
    answers "$DOCKER_HOST" || fail "no engine answers at DOCKER_HOST=$DOCKER_HOST"
    return
  fi
  # Testcontainers finds Docker's own socket by itself, and wants no variables for it.
  if answers unix:///var/run/docker.sock; then return; fi
  if ! command -v podman > /dev/null; then
    [ "${1:-}" = --install ] || fail "neither Docker nor podman; install one, or add --install"
    install_podman
  fi
  answers "unix://$socket" || start_podman
  printf 'export DOCKER_HOST=unix://%s\n' "$socket"
  # Its cleaner is an image of its own, which cannot be had without a registry; the tests remove what they made.
  printf 'export TESTCONTAINERS_RYUK_DISABLED=true\n'
  # Published ports are on this machine, even where it looks like a container itself.
  printf 'export TESTCONTAINERS_HOST_OVERRIDE=localhost\n'
}

# An engine may answer and yet be unable to run anything, for want of rights that this machine does not give.
check() {
  local client=(podman ${DOCKER_HOST:+--url "$DOCKER_HOST"}) network="lethe-check-$$" image log="$home/target/engine-check.log"
  if command -v docker > /dev/null; then client=(docker); fi
  mkdir -p "$home/target"
  image="$("$home/docker/images.sh" base | cut -d' ' -f2)" || fail "the base image could not be made"
  "${client[@]}" network create "$network" > "$log" 2>&1 || fail "a network could not be made; see $log"
  local code=0
  timeout 120 "${client[@]}" run --rm --network "$network" --publish 8080 "$image" java -version >> "$log" 2>&1 || code=$?
  "${client[@]}" network rm "$network" >> "$log" 2>&1 || true
  [ "$code" = 0 ] || fail "a container could not be run; see $log"
}

stop() {
  [ -e "$run/service.pid" ] || return 0
  kill "$(cat "$run/service.pid")" 2> /dev/null || true
  rm -f "$run/service.pid" "$socket"
}

case "${1:-}" in
  start) shift; start "$@" ;;
  check) check ;;
  stop) stop ;;
  --help | -h) usage ;;
  *) usage >&2; exit 2 ;;
esac
