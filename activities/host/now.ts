import type { Host } from '../../contract';
import type { ActivityDeps } from '../step';

/**
 * The host at its address of today: an instance that got another Elastic IP, or was stopped and started, has another public
 * one, and that of before may be somebody else's. As of the last look at EC2, which is at most some ten seconds old.
 */
export function hostNow({ watchers, settings }: Pick<ActivityDeps, 'watchers' | 'settings'>, host: Host): Host {
  const instance = watchers.in(host.region).get(host.instanceId);
  const { addressKind = settings.address } = host;
  const address = addressKind === 'public' ? instance?.publicAddress : instance?.privateAddress;
  return address ? { ...host, address } : host;
}
