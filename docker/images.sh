#!/usr/bin/env bash
# Makes the images that are missing or stale, from what Maven has packaged, and prints their names.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: docker/images.sh [NAME...]
  NAME  base, kafka, schema-registry, or a service (deletion-intake, ...); all of them by default
Prints a line for each: its name and its image. Needs `mvn package` before, docker or podman, and DOCKER_HOST where the
engine is not at its usual address (docker/engine.sh tells).

LETHE_BASE_IMAGE  what the images stand on, for example eclipse-temurin:17-jre. By default a base is made of this
                  machine's JDK and libraries, so that nothing is pulled.
TEXT
}

docker="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
home="${docker%/*}"
prefix=localhost/lethe
work="$home/target/images"

fail() {
  printf 'images: %s\n' "$1" >&2
  exit 1
}

# Either client speaks to either engine's socket.
if command -v docker > /dev/null; then
  engine() { docker "$@"; }
elif command -v podman > /dev/null; then
  engine() { podman ${DOCKER_HOST:+--url "$DOCKER_HOST"} "$@"; }
else
  fail "neither docker nor podman is on PATH; install one, or run docker/engine.sh start --install"
fi

# Sixteen digits that name what lies in the folders and files: an image of the same content is made once.
content() {
  find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}

# Builds unless it is there: name, tag, Dockerfile, context, arguments.
build() {
  local name="$1" tag="$2" file="$3" context="$4" image="$prefix/$1:$2" began=$SECONDS
  shift 4
  if ! engine image inspect "$image" > /dev/null 2>&1; then
    printf 'images: building %s ... ' "$name" >&2
    DOCKER_BUILDKIT=0 engine build "$@" --tag "$image" --file "$docker/$file" "$context" > "$work/$name.log" 2>&1 \
      || { printf 'failed\n' >&2; tail -n 5 "$work/$name.log" >&2; fail "see $work/$name.log"; }
    printf 'done in %d s\n' "$((SECONDS - began))" >&2
    remove_older "$name" "$tag"
  fi
}

# What an earlier build left would fill the disk; what a container still stands on is kept.
remove_older() {
  local old
  engine image ls --format '{{.Repository}}:{{.Tag}}' "$prefix/$1" | { grep -v ":$2\$" || true; } | while IFS= read -r old; do
    engine image rm "$old" > /dev/null 2>&1 || true
  done
}

base_image() {
  if [ -n "${LETHE_BASE_IMAGE:-}" ]; then
    base="$LETHE_BASE_IMAGE"
    return
  fi
  [ "$(uname -s)" = Linux ] || fail "set LETHE_BASE_IMAGE, for example to eclipse-temurin:17-jre; a base can be made on Linux alone"
  local java tag
  java="$(readlink -f "$(command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java")")"
  tag="$({ "$java" -version 2>&1; cat "$docker/rootfs.sh" "$docker/Dockerfile.base"; } | sha256sum | cut -c1-16)"
  base="$prefix/base:$tag"
  if ! engine image inspect "$base" > /dev/null 2>&1; then
    printf 'images: gathering this machine'\''s JDK and libraries\n' >&2
    "$docker/rootfs.sh" "$work/rootfs" > "$work/rootfs.log" 2>&1 || fail "the base could not be made; see $work/rootfs.log"
    build base "$tag" Dockerfile.base "$work/rootfs"
    rm -rf "$work/rootfs"
  fi
}

# A runnable folder of a jar and its libraries.
jvm_image() {
  local name="$1" folder="$2" jar="$3"
  [ -e "$folder/$jar" ] || fail "$folder/$jar is missing; run mvn package"
  local tag
  tag="$(printf '%s %s %s' "$base" "$jar" "$(content "$folder" "$docker/Dockerfile.jvm")" | sha256sum | cut -c1-16)"
  build "$name" "$tag" Dockerfile.jvm "$folder" --build-arg "BASE=$base" --build-arg "JAR=$jar"
  printf '%s %s\n' "$name" "$prefix/$name:$tag"
}

kafka_image() {
  local context="$docker/target/kafka" tag
  [ -d "$context/lib" ] || fail "$context/lib is missing; run mvn package"
  cp "$docker/kafka-start.sh" "$context/start.sh"
  tag="$(printf '%s %s' "$base" "$(content "$context" "$docker/Dockerfile.kafka")" | sha256sum | cut -c1-16)"
  build kafka "$tag" Dockerfile.kafka "$context" --build-arg "BASE=$base"
  printf 'kafka %s\n' "$prefix/kafka:$tag"
}

registry_image() {
  local folder="$home/services/operator-cli/target/registry" jar
  jar="$(cd "$folder" 2> /dev/null && ls | grep -- '-runner\.jar$')" || fail "$folder has no runner jar; run mvn package"
  jvm_image schema-registry "$folder" "$jar"
}

case "${1:-}" in --help | -h) usage; exit 0 ;; esac
mkdir -p "$work"
# Two builds at once would make the same images twice.
if command -v flock > /dev/null; then exec 9> "$work/lock"; flock 9; fi
engine version > /dev/null 2>&1 || fail "no container engine answers; eval \"\$(docker/engine.sh start)\" first"
names=("$@")
[ $# -gt 0 ] || names=(kafka schema-registry deletion-intake forget-set-accumulator unlearning-worker adapter-catalog
  recommendation-server erasure-ledger)
base_image
for name in "${names[@]}"; do
  case "$name" in
    base) printf 'base %s\n' "$base" ;;
    kafka) kafka_image ;;
    schema-registry) registry_image ;;
    *)
      [ -d "$home/services/$name" ] || fail "there is no service $name"
      jvm_image "$name" "$home/services/$name/target/quarkus-app" quarkus-run.jar
      ;;
  esac
done
