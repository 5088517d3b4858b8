#!/usr/bin/env bash
# Every fault in containers, at full load: finds or starts an engine, packages what goes into the images, runs the tests.
# Usage: docker/faults.sh [--install] [Maven's options, for example -Dit.test=BrokerFaultsST -Dlethe.faults.requests=10000]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1:-}" in --help | -h) sed -n '2,3s/^# //p' "$0"; exit 0 ;; esac
install=()
if [ "${1:-}" = --install ]; then
  install=(--install)
  shift
fi
engine="$(docker/engine.sh start "${install[@]}")"
eval "$engine"
printf 'faults: packaging what goes into the images\n' >&2
mvn --quiet --batch-mode --no-transfer-progress -Dmaven.test.skip=true -Dspotless.check.skip=true -Dcheckstyle.skip=true \
  -pl docker,services/operator-cli,services/deletion-intake,services/forget-set-accumulator -am package
# Unit tests belong to the build; only faults run here.
mvn --batch-mode --no-transfer-progress -Pcontainer-faults -pl integration-tests/containers -am \
  -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false "$@" verify
