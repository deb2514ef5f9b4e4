import {
  type AttemptStatus,
  type Commit,
  commandWords,
  type RunOrigin,
  type RunSpec,
  type StageName,
  shownId,
} from '../../../../contract';
import type { RunView } from '../../..';
import { secretLike } from '../../launch/secret-like';
import { commitText } from '../../shared/commit-text';
import { plain } from '../../terminal/text';

export type Row = [name: string, text: string];

/** What of a spec says how to do the same again. */
export type Recipe = Pick<RunSpec, 'command' | 'code' | 'env' | 'secrets'>;

/** The recipe in a `spec.json`; undefined: there is none, since objects in a bucket may be anybody's. */
export function readRecipe(stored: unknown): Recipe | undefined {
  const { command, code, env, secrets } = asObject(asObject(stored).spec);
  if (typeof command !== 'string' && !isTexts(command)) return undefined;
  if (!isCode(code) || !isTexts(Object.values(asObject(env))) || !isTexts(secrets)) return undefined;
  return { command, code, env: asObject(env) as Record<string, string>, secrets };
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function isCode(value: unknown): value is RunSpec['code'] {
  const code = asObject(value);
  if ('git' in code) return typeof code.git === 'string' && typeof code.ref === 'string';
  return 'none' in code || typeof code.snapshot === 'string';
}

/** What a run runs: its command, its code, and in what its environment differs from that of a login on the host. */
export function recipeRows(spec: Recipe, origin?: RunOrigin): Row[] {
  const rows: Row[] = [['command', plain(commandWords(spec.command))]];
  const code = codeText(spec.code, origin?.commit);
  if (code !== undefined) rows.push(['commit', code]);
  const environment = environmentText(spec, origin?.said ?? []);
  if (environment !== '') rows.push(['environment', environment]);
  const rest = (origin?.said ?? []).filter((path) => !/^(env\..*|command|name)$/.test(path));
  if (rest.length > 0) rows.push(['beside the spec', rest.map(plain).join(', ')]);
  if (origin?.rerunOf !== undefined) rows.push(['repeats', shownId(origin.rerunOf)]);
  return rows;
}

function codeText(code: RunSpec['code'], commit: Commit | undefined): string | undefined {
  if ('git' in code) return `${code.ref.slice(0, 12)} of ${plain(code.git)}`;
  if ('none' in code) return undefined;
  const snapshot = `snapshot ${code.snapshot.slice(0, 12)}`;
  return commit ? `${commitText(commit)} (${snapshot})` : `none that is known (${snapshot})`;
}

/** Variables and secrets that the run adds to those of the host; `*`: said beside the spec. What looks like a secret is not shown. */
function environmentText({ env, secrets }: Pick<RunSpec, 'env' | 'secrets'>, said: string[]): string {
  const variables = Object.entries(env).map(([name, value]) => {
    const shown = secretLike(name, value) === undefined ? plain(value.replace(/\n/g, '⏎')) : '(hidden)';
    return `${name}=${shown}${said.includes(`env.${name}`) ? '*' : ''}`;
  });
  return [...variables, ...secrets.map((name) => `${name} (secret)`)].join('  ');
}

/** What tells one attempt's host from another's: what its Python, processors and packages were said to be. */
const OF_HOSTS: readonly StageName[] = ['reach', 'setup'];

/** Where the hosts of attempts differ: another Python, image, or version of a package is a reason for another result. */
export function hostDifferences(view: Pick<RunView, 'attempts'>): Row[] {
  const seen = view.attempts.filter(({ stages }) => stages.some(({ name }) => name === 'setup'));
  const [first, ...others] = seen;
  if (!first) return [];
  const rows: Row[] = [];
  let before = first;
  for (const attempt of others) {
    for (const name of OF_HOSTS) {
      const [was, is] = [saidOf(before, name), saidOf(attempt, name)];
      if (was === undefined || is === undefined || was === is) continue;
      rows.push(['differs', `attempt ${attempt.number}: ${plain(is)}; attempt ${before.number}: ${plain(was)}`]);
    }
    before = attempt;
  }
  return rows;
}

function saidOf(attempt: AttemptStatus, name: StageName): string | undefined {
  return attempt.stages.find((stage) => stage.name === name && stage.state === 'done')?.detail;
}
