import { LAST_UPLOAD_SECONDS } from '../../../contract';

/**
 * Seconds past the lease and the grace that a working agent gets in any case. While its last uploads move it gets
 * LAST_UPLOAD_SECONDS.
 */
const RESERVE_SECONDS = 60;

/**
 * Below the host's root, which is empty on a real machine: `lease` holds a moment, renewed by the agent; so does `busy` while its last
 * uploads move. A moment is two lines: epoch seconds, and seconds of uptime with the id of the boot that they are of.
 */
export const STATE_DIR = 'var/lib/trainctl';

/** Seconds since the boot; of the date, where the system tells no uptime. */
const UPTIME_NOW = `uptime_now() {
  if { read -r up rest < /proc/uptime; } 2> /dev/null; then echo "\${up%%.*}"; else date +%s; fi
}`;

/**
 * The dead-man timer, `deadman.sh STATE_DIR FIRST_LEASE` (in seconds of uptime, where there is one). Time is that since the boot: a date
 * that is set, or wrong, ends no machine; the date serves what was written before a reboot, or by an older release. The agent stops the
 * training by itself when the lease is over; this loop only ends the machine: at once when no agent is at work, after grace and reserve
 * when its uploads stand still, and after grace and the longest upload in any case. A lease that is missing or no number counts as the
 * first one, so that damage to the file cannot keep a machine alive.
 */
const deadmanScript = (graceSeconds: number): string => `#!/bin/sh
state=$1 first=$2 tries=0
agent_works() {
  [ -d /proc/self ] || return 0
  for found in $(grep -als 'trainctl/agent-[0-9a-f]*\\.py' /proc/[0-9]*/cmdline); do
    [ -n "\${TRAINCTL_HOST_ROOT:-}" ] || return 0
    # Several hosts share this machine: only an agent of this one counts.
    grep -aqsF "TRAINCTL_HOST_ROOT=$TRAINCTL_HOST_ROOT" "\${found%/cmdline}/environ" && return 0
  done
  return 1
}
power_off() {
  if [ -n "\${TRAINCTL_HOST_ROOT:-}" ]; then
    # A host that is a folder of somebody's machine: only its own stand-in for shutdown may be run.
    case "$(command -v shutdown)" in ''|/sbin/*|/bin/*|/usr/*) return ;; esac
    shutdown -h now
    return
  fi
  tries=$((tries + 1))
  shutdown -h now || poweroff || poweroff -f
  [ "$tries" -lt 4 ] || echo o > /proc/sysrq-trigger
}
boot_id=
{ read -r boot_id < /proc/sys/kernel/random/boot_id; } 2> /dev/null
# How many seconds are left until the moment that a file holds; nothing: it holds none.
left_of() {
  left= moment= steady= boot=
  [ -f "$1" ] || return
  { read -r moment; read -r steady boot; } < "$1"
  if [ -n "$boot_id" ] && [ "$boot" = "$boot_id" ]; then moment=$steady; now=$(uptime_now); else now=$(date +%s); fi
  case "$moment" in ''|*[!0-9]*|0?*|????????????*) return ;; esac
  left=$((moment - now))
}
${UPTIME_NOW}
while :; do
  left_of "$state/lease"
  lease=\${left:-$((first - $(uptime_now)))}
  if [ "$lease" -le 0 ]; then
    last=$((lease + ${graceSeconds + RESERVE_SECONDS})) longest=$((lease + ${graceSeconds + LAST_UPLOAD_SECONDS}))
    left_of "$state/busy"
    busy=\${left:-$last}
    [ "$busy" -le "$last" ] || last=$busy
    [ "$last" -le "$longest" ] || last=$longest
    if [ "$last" -le 0 ] || ! agent_works; then
      echo "trainctl: the lease ended $((0 - lease)) s ago, nobody renewed it: power off"
      power_off
      sleep 10
    fi
  fi
  sleep 2
done
`;

/**
 * What `bootcmd` runs on every boot, before all else: files of cloud-config are not written yet, so it brings the timer
 * along. On a reboot the lease on disk stays in force.
 */
export function armDeadman(leaseSeconds: number, hostDeadline: number, graceSeconds: number): string {
  return `root="\${TRAINCTL_HOST_ROOT:-}"
state="$root/${STATE_DIR}"
tools="$root/run/trainctl"
mkdir -p "$state" "$tools"
# The login user, who does not exist yet, will rename new leases over the old one.
chmod 0777 "$state"
${UPTIME_NOW}
now=$(date +%s) lease=${leaseSeconds}
[ "$((now + lease))" -le ${hostDeadline} ] || lease=$((${hostDeadline} - now))
[ "$lease" -ge 0 ] || lease=0
first=$(($(uptime_now) + lease))
if [ ! -f "$state/lease" ]; then
  { echo "$((now + lease))"; { read -r boot < /proc/sys/kernel/random/boot_id && echo "$first $boot"; } 2> /dev/null; } > "$state/lease"
fi
cat > "$tools/deadman.sh" <<'END_OF_DEADMAN'
${deadmanScript(Math.ceil(graceSeconds))}END_OF_DEADMAN
chmod 0755 "$tools/deadman.sh"
# Without default dependencies: those would wait for the boot that waits for this command.
if [ -z "$root" ] && [ -d /run/systemd/system ] && command -v systemd-run > /dev/null &&
  systemd-run --quiet --no-block --unit=trainctl-deadman --property=DefaultDependencies=no \\
    --property=Restart=always --property=RestartSec=2 /bin/sh "$tools/deadman.sh" "$state" "$first"; then
  :
elif command -v setsid > /dev/null; then
  setsid sh "$tools/deadman.sh" "$state" "$first" < /dev/null >> "$tools/deadman.log" 2>&1 &
else
  nohup sh "$tools/deadman.sh" "$state" "$first" < /dev/null >> "$tools/deadman.log" 2>&1 &
fi
`;
}
