import type { TrainingActivities } from '../../contract';
import { type ActivityDeps, withHeartbeat } from '../step';

import { HostDeadline } from './deadline';
import { renewHostLease } from './lease';
import { onSession } from './session';

/** One renewal of the lease of a host that is prepared and waits. */
export function createRenewLease(deps: ActivityDeps): TrainingActivities['renewLease'] {
  return ({ host, lease }) =>
    withHeartbeat((beat) =>
      onSession(deps, { host, beat, verb: 'renewing the lease' }, (session, signal) =>
        renewHostLease(session, lease, new HostDeadline(lease.hostDeadline, lease.graceSeconds), signal),
      ),
    );
}
