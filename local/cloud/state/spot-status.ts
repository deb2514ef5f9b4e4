import type { SpotRequest, SpotRequestState } from './model';

/** What happens to a spot request, and the status that EC2 then shows (user guide, "spot-request-status"). */
export const SPOT_STATUS = {
  'pending-evaluation': {
    state: 'open',
    message: 'Your Spot request has been submitted for review, and is pending evaluation.',
  },
  fulfilled: { state: 'active', message: 'Your spot request is fulfilled.' },
  'marked-for-termination': {
    state: 'active',
    message: 'The Spot Instance is marked for termination because there is no available Spot capacity.',
  },
  'marked-for-stop': {
    state: 'active',
    message: 'The Spot Instance is marked for stopping because there is no available Spot capacity.',
  },
  'instance-terminated-by-user': {
    state: 'closed',
    message: 'Spot Instance terminated due to user-initiated termination.',
  },
  'instance-terminated-no-capacity': {
    state: 'closed',
    message: 'Your Spot instance was terminated because there is no Spot capacity available that matches your request.',
  },
  // Of FIS: such a request closes with the notice, while its instance runs on.
  'marked-for-stop-by-experiment': {
    state: 'active',
    message: 'The Spot Instance is marked for stopping by an AWS FIS experiment.',
  },
  'instance-terminated-by-experiment': {
    state: 'closed',
    message: 'Your Spot instance was terminated by an AWS FIS experiment.',
  },
  'instance-stopped-by-experiment': {
    state: 'disabled',
    message: 'Your Spot instance was stopped by an AWS FIS experiment.',
  },
  'instance-terminated-by-service': { state: 'closed', message: 'Spot Instance terminated by EC2.' },
  'instance-stopped-by-user': { state: 'disabled', message: 'Your Spot instance was stopped by you.' },
  'instance-stopped-no-capacity': {
    state: 'disabled',
    message: 'Your Spot instance was stopped because there is no Spot capacity available that matches your request.',
  },
  'request-canceled-and-instance-running': {
    state: 'cancelled',
    message: 'Your Spot request is canceled, but your instance is still running.',
  },
  'canceled-before-fulfillment': {
    state: 'cancelled',
    message: 'Your Spot request is canceled before it was fulfilled.',
  },
} as const satisfies Record<string, { state: SpotRequestState; message: string }>;

export type SpotStatusCode = keyof typeof SPOT_STATUS;

/**
 * Moves a request to a status. A request that the user cancelled stays cancelled, whatever ends its instance; a persistent
 * one is open again when its instance ends, and asks for another until somebody cancels it.
 */
export function setSpotStatus(request: SpotRequest, code: SpotStatusCode): void {
  const ended = SPOT_STATUS[code].state === 'closed';
  const reopened = ended && request.type === 'persistent' && request.state !== 'cancelled';
  const shown = reopened ? 'pending-evaluation' : code;
  const status = SPOT_STATUS[shown];
  request.state = request.state === 'cancelled' && ended ? 'cancelled' : status.state;
  request.statusCode = shown;
  request.statusMessage = status.message;
  request.statusTime = new Date();
}
