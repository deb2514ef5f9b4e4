import { STATE_DIR } from './boot';
import type { HostSession } from './types';

/**
 * Renews a host's lease while no agent does it: between the first login and the start of training, when an install may take
 * longer than the first lease. `until` in epoch seconds; the caller keeps it within the run's deadline.
 */
export async function renewLease(
  session: HostSession,
  until: number,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const lease = `"\${TRAINCTL_HOST_ROOT:-}/${STATE_DIR}/lease"`;
  const result = await session.exec(
    `umask 022; echo ${Math.floor(until)} > ${lease}.$$ && mv -f ${lease}.$$ ${lease}`,
    options,
  );
  if (result.code !== 0) {
    throw new Error(`the lease of ${session.target.address} could not be renewed: ${result.stderr.trim()}`);
  }
}
