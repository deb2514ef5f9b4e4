import { homeDir, readStackState } from '../../adapters/settings';
import { TrainctlError } from '..';
import type { CommandContext } from './command';
import { applySet } from './set-option';
import { plain } from './text';

interface InstanceShort {
  id: string;
  state: string;
  zone?: string;
  type?: string;
  market?: string;
  address?: string;
  port?: number;
  tags?: Record<string, string>;
}

/** `trainctl local list`. */
export async function list(context: CommandContext, flags: { all?: boolean }): Promise<number> {
  const { out } = context;
  const state = (await control(context, 'GET', '/state')) as { instances?: InstanceShort[] };
  const instances = (state.instances ?? []).filter((instance) => flags.all || instance.state !== 'terminated');
  if (out.json) out.value(instances);
  else if (instances.length === 0) out.note('no instances');
  else {
    out.table(
      ['INSTANCE', 'STATE', 'TYPE', 'ZONE', 'MARKET', 'ADDRESS', 'NAME'],
      instances.map((i) => [
        i.id,
        i.state,
        i.type ?? '',
        i.zone ?? '',
        i.market ?? '',
        i.address ? `${i.address}:${i.port ?? ''}` : '',
        plain(i.tags?.Name ?? ''),
      ]),
    );
  }
  return 0;
}

/** `trainctl local describe`. */
export async function describe(context: CommandContext, id: string): Promise<number> {
  const instance = await control(context, 'GET', `/instances/${encodeURIComponent(id)}`);
  if (context.out.json) context.out.value(instance);
  else context.out.whole(JSON.stringify(instance, null, 2));
  return 0;
}

/** `trainctl local logs`. */
export async function bootLog(context: CommandContext, id: string): Promise<number> {
  const text = String(await control(context, 'GET', `/instances/${encodeURIComponent(id)}/console`));
  if (context.out.json) context.out.value({ instance: id, log: text });
  else context.out.raw(text);
  return 0;
}

/** `trainctl local interrupt`. */
export async function interrupt(
  context: CommandContext,
  id: string,
  flags: { notice: string; action: string },
): Promise<number> {
  const noticeSeconds = Number(flags.notice);
  if (!(noticeSeconds >= 0)) throw new TrainctlError('usage', `--notice: "${flags.notice}" is not a number of seconds`);
  if (!['terminate', 'stop', 'hibernate'].includes(flags.action)) {
    throw new TrainctlError('usage', `--action: "${flags.action}" is none of terminate, stop, hibernate`);
  }
  const body = { action: flags.action, noticeSeconds };
  const answer = await control(context, 'POST', `/instances/${encodeURIComponent(id)}/interrupt`, body);
  if (context.out.json) context.out.value(answer ?? { instance: id, ...body });
  else context.out.line(noticeSeconds > 0 ? `${id} is taken in ${noticeSeconds} s` : `${id} is taken`);
  return 0;
}

/** `trainctl local fault`. */
export async function fault(
  context: CommandContext,
  kind: string | undefined,
  flags: { set?: string[]; clear?: string | true },
): Promise<number> {
  const { out } = context;
  if (flags.clear !== undefined) {
    await control(context, 'DELETE', flags.clear === true ? '/faults' : `/faults/${encodeURIComponent(flags.clear)}`);
    if (out.json) out.value({ cleared: flags.clear });
    else out.line(flags.clear === true ? 'all faults are disarmed' : `${flags.clear} is disarmed`);
    return 0;
  }
  if (kind === undefined) {
    const armed = await control(context, 'GET', '/faults');
    if (out.json) out.value(armed);
    else out.whole(JSON.stringify(armed, null, 2));
    return 0;
  }
  const body: Record<string, unknown> = { kind };
  for (const assignment of flags.set ?? []) applySet(body, assignment);
  const answer = (await control(context, 'POST', '/faults', body)) as { id?: string };
  if (out.json) out.value(answer);
  else out.line(`${kind} is armed as ${answer.id}`);
  return 0;
}

/** Calls the local cloud's own control interface. Its errors are the words that it answers with. */
export async function control(
  context: Pick<CommandContext, 'env'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const state = readStackState(homeDir(context.env));
  if (!state) throw new TrainctlError('unavailable', 'no stack is up', { next: 'trainctl stack up --detach' });
  return callLocalCloud(state.cloud.url, method, path, body);
}

/** One call below `/_local`. */
export async function callLocalCloud(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${url}/_local${path}`, {
    method,
    signal: AbortSignal.timeout(10_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
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
