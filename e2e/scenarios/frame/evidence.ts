import type { RunHandle } from '../../../client';
import { type Evidence, scenarioRunPrefix, TAGS, taggedRunId } from '../../../contract';
import { shown } from '../checks';
import type { ScenarioContext } from '../scenario';

/** How much of each piece is kept: results travel in workflow histories, which hold little. Characters. */
const PIECE = 4000;
/** Of so many runs, the newest. */
const RUNS = 3;
const LOG_LINES = 40;
const LOG_BYTES = 16_384;
/** How long one look may take: evidence is no reason to wait. */
const LOOK_MS = 60_000;

/** What a person looks at first when a step has failed: handed in by it, and of each run its state, its log's end, and its history. */
export async function gather(context: ScenarioContext, given: readonly Evidence[]): Promise<Evidence[]> {
  const runs = context.runs.slice(-RUNS);
  const looks = [
    ...runs.flatMap((run) => [
      look(`run ${run.run}`, () => stateOf(run)),
      look(`end of the log of ${run.run}`, () => tailOf(run, 'log')),
      look(`end of the set-up of ${run.run}`, () => tailOf(run, 'setup')),
    ]),
    look('EC2', () => instancesIn(context)),
  ];
  const seen = (await Promise.all(looks)).filter((one) => one !== undefined);
  return [...[...given, ...seen].map(({ name, text }) => ({ name, text: short(text) })), ...histories(runs, context)];
}

/** Where the Temporal UI shows what happened in a run. */
function histories(runs: readonly RunHandle[], { settings }: ScenarioContext): Evidence[] {
  const { uiUrl, namespace } = settings.temporal;
  if (uiUrl === undefined) return [];
  return runs.map(({ run, address }) => {
    const path = `namespaces/${namespace}/workflows/${encodeURIComponent(run)}/${address.runId}`;
    const url = `${uiUrl.replace(/\/$/, '')}/${path}`;
    return { name: `history of ${run}`, text: url, url };
  });
}

/** The end of it says most. */
const short = (text: string): string => (text.length <= PIECE ? text : `…${text.slice(-PIECE)}`);

/** Undefined: there is nothing to see. What cannot be looked at says why. */
async function look(name: string, work: () => Promise<string>): Promise<Evidence | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${LOOK_MS / 1000} s`), LOOK_MS);
  });
  const text = await Promise.race([work().catch((error: unknown) => `cannot be read: ${shown(error)}`), late]);
  clearTimeout(timer);
  return text === '' ? undefined : { name, text };
}

async function stateOf(run: RunHandle): Promise<string> {
  const { phase, outcome, reason, attempts, warnings, cleanupPending } = await run.status();
  const lines = [
    `${phase}${outcome ? `: ${outcome}` : ''}${reason ? `: ${reason}` : ''}`,
    ...attempts.map(({ number, instanceId, placement, stages, ended, reason: why, exitCode }) =>
      [
        `attempt ${number}`,
        instanceId ?? 'no instance',
        placement ? `${placement.market} ${placement.instanceType} ${placement.zone}` : '',
        stages.map((stage) => `${stage.name} ${stage.state}${stage.detail ? ` (${stage.detail})` : ''}`).join(', '),
        ended ?? '',
        exitCode === undefined ? '' : `exit ${exitCode}`,
        why ?? '',
      ]
        .filter(Boolean)
        .join(' · '),
    ),
    ...(warnings ?? []).map(({ message }) => `warning: ${message}`),
    ...(cleanupPending === undefined ? [] : [`left: ${cleanupPending}`]),
  ];
  return lines.join('\n');
}

async function tailOf(run: RunHandle, kind: 'log' | 'setup'): Promise<string> {
  const attempt = await run.attemptsOf(await run.status());
  if (attempt < 1) return '';
  let tail = Buffer.alloc(0);
  for await (const chunk of run[kind](attempt).readAvailable())
    tail = Buffer.concat([tail, chunk]).subarray(-LOG_BYTES);
  return tail.toString('utf8').split('\n').slice(-LOG_LINES).join('\n').trim();
}

async function instancesIn({ ec2, tag, settings, name }: ScenarioContext): Promise<string> {
  const found = await ec2.describeInstances({
    tags: { [TAGS.project]: tag, [TAGS.installation]: settings.installation },
  });
  return found
    .filter(({ tags }) => taggedRunId(tags)?.startsWith(scenarioRunPrefix(tag, name)))
    .map(({ id, type, state, stateReason, zone, tags }) =>
      [id, type, zone, state, stateReason?.message ?? '', taggedRunId(tags)].filter(Boolean).join(' · '),
    )
    .join('\n');
}
