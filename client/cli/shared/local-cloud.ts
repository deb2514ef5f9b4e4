import { homeDir, readStackState } from '../../../adapters/settings';
import type { StackState } from '../../../contract';
import { TrainctlError } from '../..';
import type { CommandContext } from './command';

/** Calls the local cloud's own control interface. Its errors are the words that it answers with. */
export async function control(
  context: Pick<CommandContext, 'env'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const state = readStackState(homeDir(context.env));
  if (!state) throw new TrainctlError('unavailable', 'no stack is up', { next: 'trainctl stack up --detach' });
  return callLocalCloud(state.cloud, method, path, body);
}

/** One call below `/_local`. */
export async function callLocalCloud(
  { url, controlToken }: Pick<StackState['cloud'], 'url' | 'controlToken'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await fetch(`${url}/_local${path}`, {
    method,
    signal: AbortSignal.timeout(10_000),
    headers: {
      ...(controlToken === undefined ? {} : { authorization: `Bearer ${controlToken}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new TrainctlError('unavailable', `the local cloud does not answer at ${url}`, {
      next: 'trainctl stack status',
      cause,
    });
  });
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.includes('json') ? (JSON.parse(text || 'null') as unknown) : text;
  if (answer.ok) return json;
  const said = typeof json === 'object' && json !== null && 'error' in json ? json.error : text;
  const words = typeof said === 'string' ? said : JSON.stringify(said);
  throw new TrainctlError(answer.status === 404 ? 'not-found' : 'usage', `the local cloud says: ${words}`);
}
