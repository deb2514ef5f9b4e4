import type { Selection } from '../../../adapters/snapshot';
import type { RunSpec, Settings } from '../../../contract';
import { type OriginFacts, originOfCode, resultFolders, TrainctlError } from '../..';
import { ec2OnFirstUse } from '../sdk/on-first-use';
import type { CommandContext } from '../shared/command';
import { confirm } from '../terminal/ask';
import { refuseCodePlaces } from './code-places';
import { refusePython } from './dependencies';
import type { Launch } from './launch-input';
import { type Plan, planOf } from './plan';
import { secretWarnings } from './secret-like';
import { selectAnyCode } from './send-code';

/** A launch of which nothing has been sent. */
export interface Prepared {
  found: Launch;
  /** What will be sent; undefined: no code of this machine. */
  selection: Selection | undefined;
}

/** Looks at all that this machine knows before anything is sent: the code, what does not fit it, what looks like a secret, who pays. */
export async function prepare(
  { out }: Pick<CommandContext, 'out'>,
  settings: Settings,
  given: Launch,
  yes = false,
): Promise<Prepared> {
  const selection =
    given.codeDir === undefined ? undefined : await selectAnyCode(given.codeDir, yes, resultFolders(given.spec));
  refuseCodePlaces(selection, given.spec);
  refusePython(selection, given.spec, settings);
  const empty = given.codeDir !== undefined && selection === undefined;
  const found = empty
    ? { ...given, codeDir: undefined, input: { ...given.input, code: { none: true as const } } }
    : given;
  for (const warning of secretWarnings(found.spec)) out.note(`! ${warning}`);
  const account = settings.cloud === 'aws' ? await payingAccount(settings) : undefined;
  return { found: { ...found, account }, selection };
}

/** The plan where nothing is started: on the local cloud nobody has to be there to be asked. */
export function dryPlanOf(spec: RunSpec, settings: Settings): Promise<Plan> {
  const ec2 = settings.cloud === 'local' && settings.endpoints.ec2 === undefined ? undefined : ec2OnFirstUse(settings);
  return planOf(spec, settings, ec2);
}

/** What `status` will say of where the run comes from. */
export async function originFacts({ codeDir, base, source, said, again }: Launch): Promise<OriginFacts> {
  const { folders = [], ...code } = codeDir === undefined ? {} : await originOfCode(codeDir);
  return {
    ...code,
    ...again,
    folders: [...folders, ...(base === undefined ? [] : [base])],
    source,
    ...(said === undefined ? {} : { said }),
  };
}

async function payingAccount(settings: Settings): Promise<string | undefined> {
  const account = await import('./account.js');
  return account.payingAccount(settings);
}

/** Asks before money is spent; `yes` says so beforehand. */
export async function confirmMoney(
  settings: Settings,
  question: string,
  yes = false,
  look = '--dry-run',
): Promise<void> {
  if (settings.cloud !== 'aws' || yes) return;
  if (!(await confirm(question, `say --yes, or look first with ${look}`))) {
    throw new TrainctlError('usage', 'not started');
  }
}

/** The code that would be sent, for --json. */
export function codeFacts(selection: Selection | undefined): unknown {
  if (!selection) return null;
  const { files, totalBytes, largest, skipped, source, credentials, warnings } = selection;
  return { files: files.length, bytes: totalBytes, source, largest, skipped, credentials, warnings };
}
