#!/usr/bin/env bash
# Runs on a GPU what elsewhere runs on the processor: the parity tests, the speed benchmark and the whole ml-1m-window comparison.
# Usage: gpu.sh FOLDER [OPTION OF lethe bench]...   for example: gpu.sh gpu-results --data ml-1m-e2urec-window.csv.xz --seeds 3
set -euo pipefail

home="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../.." && pwd -P)"
device="${LETHE_DEVICE:-cuda}"
python="${LETHE_PYTHON:-python3}"
# DJL's build of the PyTorch version that Lethe uses, for CUDA 12.8; it is found by Maven.
flavor="${LETHE_PYTORCH_FLAVOR:-cu128}"
parity="FamilyReferenceTest,BertReferenceTest,LossReferenceTest,MethodLossTest,SophiaReferenceTest,SteeringReferenceTest,PeftInterchangeTest,LoraTrainerTest"

fail() {
  printf 'gpu.sh: %s\n' "$1" >&2
  exit 1
}

[ $# -ge 1 ] || fail "no folder for the results is named; give one, for example: gpu.sh gpu-results"
command -v nvidia-smi > /dev/null || fail "this machine has no CUDA device: nvidia-smi is missing; run it where an NVIDIA GPU and its driver are."
gpu="$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null)" && [ -n "$gpu" ] \
  || fail "this machine has no CUDA device: nvidia-smi shows none; run it where an NVIDIA GPU and its driver are."
command -v mvn > /dev/null || fail "mvn is not on PATH, and the parity tests need it; install Maven 3.8.7 or later."

mkdir -p "$1"
out="$(cd "$1" && pwd -P)"
shift
work="$PWD"
"$home/lethe" --help > /dev/null

pytorch="$(sed -n 's:.*<pytorch.version>\(.*\)</pytorch.version>.*:\1:p' "$home/pom.xml")"
library="$home/services/operator-cli/target/lib/pytorch-native-$flavor-$pytorch-linux-x86_64.jar"
if [ ! -e "$library" ]; then
  (cd "$home" && mvn -q -B -ntp -N dependency:copy "-Dartifact=ai.djl.pytorch:pytorch-native-$flavor:$pytorch:jar:linux-x86_64" \
    "-DoutputDirectory=$(dirname "$library")") || fail "Maven finds no pytorch-native-$flavor $pytorch; set LETHE_PYTORCH_FLAVOR to one that DJL publishes."
fi

{
  printf '%s\n' "- GPU, driver, memory: $gpu" "- device: $device" "- native library: pytorch-native-$flavor $pytorch"
  printf '%s\n' "- commit: $(git -C "$home" rev-parse HEAD 2> /dev/null || echo unknown)" "- began: $(date -u +%FT%TZ)"
} > "$out/conditions.md"

printf 'Parity with Transformers and PEFT on %s ...\n' "$device" >&2
(cd "$home" && mvn -B -ntp -pl services/unlearning-engine test "-Dtest=$parity" -Dsurefire.failIfNoSpecifiedTests=false \
  "-Dlethe.test.device=$device" "-Dmaven.test.additionalClasspath=$library") > "$out/parity.log" 2>&1 \
  || fail "the parity tests failed on $device; see $out/parity.log."
grep -E 'Tests run:' "$out/parity.log" | tail -n 1 | sed 's/^[^T]*/- parity: /' >> "$out/conditions.md"

cd "$work"
if "$python" -c 'import peft, torch, transformers; assert torch.cuda.is_available()' 2> /dev/null; then
  "$home/lethe" bench speed --device "$device" --rival "$python $home/services/operator-cli/src/bench/upstream_shape.py" --out "$out/speed" > "$out/speed.txt"
else
  printf 'not measured: %s has no torch with CUDA, transformers and peft\n' "$python" | tee "$out/speed.txt" >&2
fi

"$home/lethe" bench --protocol ml-1m-window --methods all --device "$device" --out "$out/bench" "$@" > "$out/bench.txt"

{
  printf '# On a GPU\n\n'
  cat "$out/conditions.md"
  printf '\n## Speed\n\n```\n'
  cat "$out/speed.txt"
  printf '```\n\n## ml-1m-window, all methods\n\n'
  cat "$out/bench/table.md"
} > "$out/README.md"
printf 'Done: %s\n' "$out/README.md" >&2
