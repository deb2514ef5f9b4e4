#!/usr/bin/env bash
# The same run by hand: what a careful person's shell script does with the aws CLI and ssh, against whatever endpoint the
# environment names (eval "$(trainctl stack env)"). It prints one line `EVENT epoch-seconds` for each moment that
# bench/run.mjs compares: launch, training, notice, resumed, exit, outcome, stop, terminated.
#
#   baseline.sh run PROJECT BUCKET          launch, sync, train to the end, fetch outputs, terminate
#   baseline.sh interrupt PROJECT BUCKET    the same, surviving one spot interruption (notices are asked for over ssh)
#   baseline.sh stop PROJECT BUCKET         the same, stopped while training
set -euo pipefail
MODE=$1 PROJECT=$2 BUCKET=$3
NAME="baseline-$$-$RANDOM"
WORK=$(mktemp -d)
INSTANCES=()
PORT=${BASELINE_SSH_PORT:-22}
LOGIN=${BASELINE_USER:-ubuntu}

event() { printf '%s %s\n' "$1" "${2:-$(date +%s.%N)}"; }
# What the script itself wrote about its first and last moment, so that nobody's polling is measured with it.
said() { remote "sed -n 's/^$1 //p' work/log | tail -n 1"; }
ec2() { aws ec2 "$@" --output text; }
cleanup() {
  for id in "${INSTANCES[@]}"; do ec2 terminate-instances --instance-ids "$id" >/dev/null || true; done
  rm -rf "$WORK"
}
trap cleanup EXIT

ssh-keygen -q -t ed25519 -N '' -f "$WORK/key"
SSH_OPTIONS=(-i "$WORK/key" -p "$PORT" -o StrictHostKeyChecking=accept-new -o "UserKnownHostsFile=$WORK/known" -o LogLevel=ERROR
  -o ConnectTimeout=5 -o "ControlPath=$WORK/cm-%h" -o ControlMaster=auto -o ControlPersist=60)

launch() { # sets ID and ADDRESS
  {
    echo '#cloud-config'
    echo "ssh_authorized_keys: ['$(cat "$WORK/key.pub")']"
  } >"$WORK/user-data"
  ID=$(ec2 run-instances --image-id "$BASELINE_IMAGE" --instance-type "${BASELINE_TYPE:-g5.xlarge}" \
    --user-data "file://$WORK/user-data" --instance-market-options 'MarketType=spot' \
    --query 'Instances[0].InstanceId')
  INSTANCES+=("$ID")
  aws ec2 wait instance-running --instance-ids "$ID"
  ADDRESS=$(ec2 describe-instances --instance-ids "$ID" --query 'Reservations[0].Instances[0].PublicIpAddress')
  until remote true 2>/dev/null; do sleep 1; done
}
remote() { ssh "${SSH_OPTIONS[@]}" "$LOGIN@$ADDRESS" "$@"; }

prepare() {
  remote 'mkdir -p work/code work/checkpoints'
  tar -C "$PROJECT" -czf - --exclude .git . | remote 'tar -xzf - -C work/code'
  remote 'cd work/code && if [ -f requirements.txt ]; then python3 -m venv ../venv && ../venv/bin/pip install -q -r requirements.txt; fi'
  aws s3 sync --quiet "s3://$BUCKET/$NAME/checkpoints" "$WORK/checkpoints" && mkdir -p "$WORK/checkpoints"
  tar -C "$WORK/checkpoints" -cf - . | remote 'tar -xf - -C work/checkpoints'
}

train() { # returns once the first line is in the log
  remote 'cat > work/run.sh' <<REMOTE
cd ~/work/code
export TRAINCTL_CHECKPOINT_DIR=~/work/checkpoints TRAINCTL_METRICS=~/work/metrics TRAINCTL_OUTPUTS=~/work/code/outputs
export TRAINCTL_RESUME_FROM=\$([ -n "\$(ls -A ~/work/checkpoints)" ] && echo ~/work/checkpoints) BENCH_TURNS=${BENCH_TURNS:-20}
[ -d ../venv ] && PATH=~/work/venv/bin:\$PATH
$BASELINE_COMMAND
echo \$? > ~/work/exit
REMOTE
  remote 'rm -f work/exit; nohup setsid bash work/run.sh > work/log 2>&1 < /dev/null & echo $! > work/pid'
  until remote 'grep -q ^START work/log'; do sleep 1; done
}
save() { remote 'tar -C work -cf - checkpoints' | tar -C "$WORK" -xf - && aws s3 sync --quiet "$WORK/checkpoints" "s3://$BUCKET/$NAME/checkpoints"; }
terminate() {
  ec2 terminate-instances --instance-ids "$ID" >/dev/null
  aws ec2 wait instance-terminated --instance-ids "$ID"
}

event launch
launch
prepare
train
event training "$(said START)"

case $MODE in
run)
  until remote 'test -f work/exit'; do sleep 1; done
  event exit "$(said END)"
  code=$(remote 'cat work/exit')
  remote 'tar -C work/code -cf - outputs' | tar -C "$WORK" -xf -
  aws s3 sync --quiet "$WORK/outputs" "s3://$BUCKET/$NAME/outputs"
  terminate
  event outcome
  exit "$code"
  ;;
interrupt)
  until remote 'test -n "$(ls -A work/checkpoints)"'; do sleep 1; done
  curl -sf -X POST "$AWS_ENDPOINT_URL_EC2/_local/instances/$ID/interrupt" \
    -H @<(printf 'authorization: Bearer %s\n' "$BASELINE_TOKEN") -d '{"noticeSeconds": 120}' >/dev/null
  event notice
  # What such scripts do: ask the metadata service from time to time (AWS recommends every 5 s).
  until remote 'T=$(curl -sf -X PUT $AWS_EC2_METADATA_SERVICE_ENDPOINT/latest/api/token -H "X-aws-ec2-metadata-token-ttl-seconds: 60") && curl -sf -H "X-aws-ec2-metadata-token: $T" $AWS_EC2_METADATA_SERVICE_ENDPOINT/latest/meta-data/spot/instance-action' >/dev/null; do sleep 5; done
  remote 'kill -TERM -- -$(cat work/pid); while [ ! -f work/exit ] && kill -0 $(cat work/pid) 2>/dev/null; do sleep 0.2; done'
  save
  old=$ID
  launch
  prepare
  train
  event resumed "$(said START)"
  ec2 terminate-instances --instance-ids "$old" "$ID" >/dev/null
  ;;
stop)
  event stop
  remote 'kill -TERM -- -$(cat work/pid); while [ ! -f work/exit ] && kill -0 $(cat work/pid) 2>/dev/null; do sleep 0.2; done'
  save
  terminate
  event terminated
  ;;
esac
