import { STATE_DIR } from './boot';
import type { HostSession } from './types';

/**
 * Renews a host's lease while no agent does it: between the first login and the start of training, when an install may take
 * longer than the first lease. `seconds` from now, by the host's own clocks: the caller keeps them within the run's deadline.
 */
export async function renewLease(
  session: HostSession,
  seconds: number,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const lease = `"\${TRAINCTL_HOST_ROOT:-}/${STATE_DIR}/lease"`;
  const left = Math.max(0, Math.floor(seconds));
  // As the agent writes it (daemon/lease.py): by the date, and by the uptime of this boot.
  const moment =
    `echo $(($(date +%s) + ${left})); { read -r up rest < /proc/uptime && read -r boot < /proc/sys/kernel/random/boot_id && ` +
    `echo "$((\${up%%.*} + ${left})) $boot"; } 2> /dev/null; :`;
  const result = await session.exec(`umask 022; { ${moment}; } > ${lease}.$$ && mv -f ${lease}.$$ ${lease}`, options);
  if (result.code !== 0) {
    throw new Error(`the lease of ${session.target.address} could not be renewed: ${result.stderr.trim()}`);
  }
}
