import { parseDuration } from '../../../../contract/schema';
import { LEAST_CODE_AGE, messageOf, type PrunedCode, TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { withClient } from '../../shared/session';
import { confirm } from '../../terminal/ask';
import { bytes, count } from '../../terminal/format';

export interface PruneFlags {
  olderThan?: string;
  dryRun?: boolean;
  yes?: boolean;
}

/** How many names are said, at most. */
const SAID = 20;

/** `trainctl snapshot prune`. */
export async function pruneSnapshots(context: CommandContext, flags: PruneFlags): Promise<number> {
  const { olderThan } = flags;
  if (olderThan === undefined)
    throw new TrainctlError('usage', 'say how old: --older-than', { next: 'try --older-than 30d' });
  const olderThanSeconds = ageOf(olderThan);
  const { out } = context;
  return withClient(
    context,
    async (client) => {
      const look = await client.pruneCode({ olderThanSeconds, dryRun: true });
      if (flags.dryRun || look.objects === 0) return tell(context, look);
      const what = `${count(look.removed.length, 'snapshot')} (${bytes(look.bytes)})`;
      const next = 'look at it first: --dry-run; do it: --yes';
      if (!flags.yes && !(await confirm(`Remove ${what}, not sent for ${olderThan}?`, next)))
        throw new TrainctlError('usage', 'nothing was removed', { next });
      if (!out.json) out.note(`removing ${what}`);
      return tell(context, await client.pruneCode({ olderThanSeconds }));
    },
    { readsStore: true },
  );
}

function ageOf(text: string): number {
  const next = 'try --older-than 30d';
  try {
    const seconds = parseDuration(text);
    if (seconds >= LEAST_CODE_AGE) return seconds;
  } catch (error) {
    throw new TrainctlError('usage', `--older-than: ${messageOf(error)}`, { next });
  }
  throw new TrainctlError('usage', `--older-than: "${text}" is too short: at least 2d`, { next });
}

function tell({ out }: CommandContext, { dryRun, removed, bytes: size, objects, kept, missing }: PrunedCode): number {
  if (out.json) {
    out.value({ dryRun, removed, objects, bytes: size, kept, missing });
    return 0;
  }
  const what = `${count(removed.length, 'snapshot')}, ${bytes(size)}`;
  if (objects === 0) out.line('no code is old enough that nothing needs');
  else out.line(dryRun ? `would remove ${what}` : `removed ${what}`);
  for (const snapshot of removed.slice(0, SAID)) out.line(`  ${snapshot.slice(0, 12)}`);
  if (removed.length > SAID) out.line(`  … and ${removed.length - SAID} more`);
  for (const { snapshot, neededBy } of kept.slice(0, SAID))
    out.line(`  ${snapshot.slice(0, 12)} stays: ${whose(neededBy)} needs it`);
  if (kept.length > SAID) out.line(`  … and ${kept.length - SAID} more stay`);
  for (const { snapshot, neededBy } of missing)
    out.note(`! ${snapshot.slice(0, 12)} is not in S3, and ${whose(neededBy)} needs it`);
  return 0;
}

const whose = ([first = '', ...more]: string[]): string =>
  more.length === 0 ? first : `${first} (and ${count(more.length, 'other')})`;
