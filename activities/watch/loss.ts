import type { Instance } from '../../adapters/aws';
import type { Host } from '../../contract';

/**
 * Whether an instance is out of its attempt's hands. A stopped one counts: EC2 (or a person) took it, its processes are over,
 * and undo will terminate it.
 */
export function isLost(instance: Pick<Instance, 'state'>): boolean {
  return instance.state !== 'pending' && instance.state !== 'running';
}

/** Such as `EC2 took i-0a1b: terminated (Server.SpotInstanceTermination: Spot instance termination)`. */
export function lossInWords(host: Pick<Host, 'instanceId'>, instance: Pick<Instance, 'state' | 'stateReason'>): string {
  const { state, stateReason } = instance;
  const how = state === 'gone' ? 'EC2 knows it no more' : state;
  const why = stateReason ? ` (${stateReason.code}${reasonText(stateReason)})` : '';
  return `lost ${host.instanceId}: ${how}${why}`;
}

/** EC2 repeats the code at the start of its message. */
function reasonText({ code, message }: { code: string; message: string }): string {
  const text = message.startsWith(code) ? message.slice(code.length).replace(/^[:\s]+/, '') : message;
  return text ? `: ${text}` : '';
}
