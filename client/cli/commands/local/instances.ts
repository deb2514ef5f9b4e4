import type { CommandContext } from '../../shared/command';
import { control } from '../../shared/local-cloud';
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
