import { homeDir, readStackState } from '../../../../adapters/settings';
import { TrainctlError } from '../../..';
import { applySet } from '../../launch/set-option';
import type { CommandContext } from '../../shared/command';
import { count } from '../../terminal/format';
import { plain } from '../../terminal/text';

interface InstanceShort {
  id: string;
  state: string;
  zone?: string;
  instanceType?: string;
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
        i.instanceType ?? '',
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
  else for (const line of detailLines(instance as Record<string, unknown>)) context.out.whole(line);
  return 0;
}

/** Every field on a line of its own; what has fields itself is indented below its name. */
function detailLines(fields: Record<string, unknown>, indent = ''): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return [];
    // Words of many lines, such as the user data with a host's private key, are for --json.
    if (typeof value === 'string' && value.includes('\n'))
      return [`${indent}${name.padEnd(18)}${count(value.split('\n').length, 'line')} (--json shows it)`];
    if (typeof value === 'object' && !Array.isArray(value))
      return [`${indent}${name}`, ...detailLines(value as Record<string, unknown>, `${indent}  `)];
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return [`${indent}${name.padEnd(18)}${plain(text)}`];
  });
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
    const armed = (await control(context, 'GET', '/faults')) as Armed[];
    if (out.json) out.value(armed);
    else if (armed.length === 0) out.note('no fault is armed');
    else
      out.table(
        ['FAULT', 'KIND', 'STRUCK', 'MATCHES', 'FIELDS'],
        armed.map((f) => [
          f.id,
          f.kind,
          `${f.struck} of ${f.times === 0 ? 'any' : f.times}`,
          pairs(f.match),
          pairs(f.fields),
        ]),
      );
    return 0;
  }
  const body: Record<string, unknown> = { kind };
  for (const assignment of flags.set ?? []) applySet(body, assignment);
  const answer = (await control(context, 'POST', '/faults', body)) as { id?: string };
  if (out.json) out.value(answer);
  else out.line(`${kind} is armed as ${answer.id}`);
  return 0;
}

interface Armed {
  id: string;
  kind: string;
  /** How often it strikes; 0: until it is disarmed. */
  times: number;
  struck: number;
  match?: object;
  fields?: object;
}

const pairs = (fields: object | undefined): string =>
  Object.entries(fields ?? {})
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ');

/** What is done to one instance at once: `partition`, `heal` and `kill`. */
export async function afflict(
  context: CommandContext,
  id: string,
  what: 'partition' | 'heal' | 'kill',
  seconds?: string,
): Promise<number> {
  const time = seconds === undefined ? undefined : Number(seconds);
  if (time !== undefined && !(time > 0)) {
    throw new TrainctlError('usage', `--seconds: "${seconds}" is not a number of seconds above 0`);
  }
  const path = `/instances/${encodeURIComponent(id)}/${what}`;
  const answer = await control(context, 'POST', path, time === undefined ? {} : { seconds: time });
  const said = {
    partition: time === undefined ? 'is cut off until: trainctl local heal' : `is cut off for ${time} s`,
    heal: 'answers again',
    kill: 'is gone, without notice',
  }[what];
  if (context.out.json) context.out.value(answer ?? { instance: id });
  else context.out.line(`${id} ${said}${what === 'partition' && time === undefined ? ` ${id}` : ''}`);
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
