import type { CommandContext } from '../../shared/command';
import { control } from '../../shared/local-cloud';
import { applySet } from '../../shared/set-option';

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
  for (const assignment of flags.set ?? []) applySet(body, assignment, () => true);
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
