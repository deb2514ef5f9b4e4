import { readStackState } from '../../adapters/settings';
import type { Settings, TemporalSettings } from '../../contract';
import { messageOf, TrainctlError } from '../errors';
import { missingNamespace } from './rpc';

/** Of the settings, what says whose server it is. */
export type ServerSettings = Pick<Settings, 'temporal' | 'cloud' | 'home'>;

/** What mends a Temporal that does not answer: a stack's is brought back by the stack, any other one where it runs. */
export function serverHint({ temporal, cloud, home }: ServerSettings): string {
  const { address } = temporal;
  const stack = cloud === 'local' ? readStackState(home) : undefined;
  if (cloud === 'local' && !stack) return 'trainctl stack up --detach';
  if (stack?.temporal.address === address)
    return 'see what is down: trainctl stack status; bring it back: trainctl stack up --detach';
  const start = isHere(address) ? `start the server at ${address} again (its own log says why it ended)` : undefined;
  const check = start ?? `check the server at ${address} and its TLS settings`;
  if (stack)
    return `${check}, or take TEMPORAL_ADDRESS away: the stack has one of its own at ${stack.temporal.address}`;
  return `${check}; then: trainctl doctor`;
}

const isHere = (address: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]):/.test(address);

/** Why Temporal cannot be used, and what to do: it does not answer, or answers that it has no such namespace. */
export function temporalUnavailable(settings: ServerSettings, cause: unknown): TrainctlError {
  const { address } = settings.temporal;
  const namespace = missingNamespace(cause);
  if (namespace !== undefined) return noNamespace(settings.temporal, namespace, cause);
  return new TrainctlError('unavailable', `Temporal does not answer at ${address}: ${firstLine(cause)}`, {
    next: serverHint(settings),
    cause,
  });
}

export function noNamespace({ address }: TemporalSettings, namespace: string, cause: unknown): TrainctlError {
  const create = `temporal operator namespace create --address ${address} --namespace ${namespace} --retention 30d`;
  return new TrainctlError('unavailable', `Temporal at ${address} has no namespace ${JSON.stringify(namespace)}`, {
    next: `name another (TEMPORAL_NAMESPACE), or create it: ${create}`,
    cause,
  });
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}
