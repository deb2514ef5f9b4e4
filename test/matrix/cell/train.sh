#!/usr/bin/env bash
# The training of the fault matrix: $1 is the scenario, $2 how the run is to end. Steps of a fifth of a second.
set -eu

if [[ -n $MATRIX_SETUP ]]; then [[ $(<setup.done) == done ]]; fi # the setup command ran
read -r word <data/in.txt
checkpoints=$TRAINCTL_CHECKPOINT_DIR
scenario=$1 ending=$2 step=0 asked=
if [[ -n $TRAINCTL_RESUME_FROM ]]; then read -r step <"$TRAINCTL_RESUME_FROM/step"; fi
echo "attempt $TRAINCTL_ATTEMPT from $step with $word"

save() {
  mkdir -p "$checkpoints"
  echo "$step" >"$checkpoints/.step.part"
  mv "$checkpoints/.step.part" "$checkpoints/step"
}
trap 'save; [[ $scenario == waiting ]] || exit 143' TERM
trap 'asked=1; save' USR1

# Longer than any cell may take: those are ended by what the scenario does to them.
last=600
case $scenario in
  plain) last=5 ;;
  interrupted | waiting) if [[ $TRAINCTL_ATTEMPT != 1 ]]; then last=$((step + 3)); fi ;;
esac

while ((step < last)); do
  sleep 0.2 &
  wait $! || true # a trap ends the wait, and the step with it
  step=$((step + 1))
  echo "{\"step\":$step}" >>"$TRAINCTL_METRICS"
  if [[ -n $asked && $scenario == checkpoint && $ending == alone ]]; then last=$((step + 2)) asked=; fi
done

save
mkdir -p out
echo "$word" >out/model
