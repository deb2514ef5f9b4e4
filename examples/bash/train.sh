#!/usr/bin/env bash
# Counts prime numbers, a thousand candidates a step. No Python packages, no data: the smallest run that can be
# interrupted and go on. PRIMES_STEPS makes it shorter.
set -eu

steps=${PRIMES_STEPS:-150}
checkpoints=${TRAINCTL_CHECKPOINT_DIR:-checkpoints}
resume_from=${TRAINCTL_RESUME_FROM-$checkpoints}
metrics=${TRAINCTL_METRICS:-/dev/null}
outputs=${TRAINCTL_OUTPUTS:-outputs}

step=0 primes=0 largest=0
if [[ -n $resume_from && -f $resume_from/state ]]; then
  read -r step primes largest <"$resume_from/state"
  echo "going on from step $step"
fi

# Written aside and renamed: whole, or not there.
save() {
  mkdir -p "$checkpoints"
  echo "$step $primes $largest" >"$checkpoints/.state.part"
  mv "$checkpoints/.state.part" "$checkpoints/state"
}

# bash runs a trap between two commands; the loop looks at it after each step.
ending=
trap 'ending=143' TERM

is_prime() {
  local n=$1 d
  ((n > 1)) || return 1
  for ((d = 2; d * d <= n; d++)); do ((n % d)) || return 1; done
}

while ((step < steps)); do
  for ((n = step * 1000; n < (step + 1) * 1000; n++)); do
    if is_prime "$n"; then
      primes=$((primes + 1))
      largest=$n
    fi
  done
  step=$((step + 1))
  echo "{\"step\":$step,\"primes\":$primes,\"largest\":$largest}" >>"$metrics"
  if ((step % 10 == 0)); then echo "step $step/$steps  $primes primes, the largest $largest"; fi
  if [[ -n $ending ]] || ((step % 10 == 0)); then save; fi
  if [[ -n $ending ]] && ((step < steps)); then
    echo "told to end: step $step is saved"
    exit "$ending" # not 0: the work is not done
  fi
done

mkdir -p "$outputs"
echo "$primes primes below $((steps * 1000)), the largest $largest" | tee "$outputs/primes.txt"
