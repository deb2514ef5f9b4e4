#!/usr/bin/env bash
# What both sides of the benchmark train: tells when it began and ended, keeps a checkpoint, ends on TERM.
echo "START $(date +%s.%N)"
trap 'echo "TERM $(date +%s.%N)"; exit 143' TERM
mkdir -p "$TRAINCTL_CHECKPOINT_DIR" outputs
if [ -z "$TRAINCTL_RESUME_FROM" ]; then
  head -c 1000000 /dev/urandom >"$TRAINCTL_CHECKPOINT_DIR/state"
  turns=${BENCH_TURNS:-20}
else
  turns=1
fi
for ((turn = 0; turn < turns; turn++)); do
  sleep 0.1 &
  wait $!
done
echo done >outputs/result
echo "END $(date +%s.%N)"
