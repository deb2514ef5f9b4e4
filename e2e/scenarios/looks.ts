import { type FoundOutputs, findOutputs, type RunHandle, type RunView } from '../../client';
import type { Outcome, RunResult } from '../../contract';
import { expectEqual, expectThat, shown } from './checks';
import { type ScenarioContext, StepFailure } from './scenario';

/** What scenarios look at in runs. All of it waits for a state, and none for a time. */

type Looks = Pick<ScenarioContext, 'clock'>;

/** How a run is, in few words, for what was seen instead. */
export const runWords = ({ phase, outcome, reason }: RunView): string =>
  [outcome ?? phase, reason].filter(Boolean).join(': ');

/**
 * Waits until the status of a run is so. A run that ends before fails at once, with its reason.
 * @param what ends the sentence "run X …"
 */
export function untilStatus(
  { clock }: Looks,
  run: RunHandle,
  what: string,
  is: (view: RunView) => boolean,
  limitMinutes = 5,
): Promise<RunView> {
  let last: RunView | undefined;
  return clock.until(
    `run ${run.run} ${what}`,
    async () => {
      last = await run.status();
      if (is(last)) return last;
      if (last.outcome) throw new StepFailure(`run ${run.run} ended before: ${what}`, what, runWords(last));
      return undefined;
    },
    { limitMinutes, seen: () => (last ? runWords(last) : 'no status') },
  );
}

/** Waits until the command of a run has been started: its host says so. */
export const untilTrains = (context: Looks, run: RunHandle): Promise<RunView> =>
  untilStatus(context, run, 'trains', ({ phase, live }) => phase === 'training' && live?.phase === 'training');

/** The instance of an attempt, once the launch was accepted. */
export async function instanceOf(context: Looks, run: RunHandle, attempt = 1): Promise<string> {
  const has = (view: RunView): string | undefined => view.attempts.find((one) => one.number === attempt)?.instanceId;
  return has(await untilStatus(context, run, `has an instance for attempt ${attempt}`, (v) => !!has(v))) ?? '';
}

/** All that is in S3 of an attempt's log (or set-up, or metrics) now. */
export async function textOf(run: RunHandle, kind: 'log' | 'setup' | 'metrics' = 'log', attempt = 1): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of run[kind](attempt).readAvailable()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Waits until the log holds a text, and gives the log. A run that ends without fails at once. */
export function untilLogged({ clock }: Looks, run: RunHandle, text: string, attempt = 1): Promise<string> {
  let log = '';
  return clock.until(
    `the log of ${run.run} holds "${text}"`,
    async () => {
      // Asked first: what is written before the end is in S3 when the run has ended.
      const view = await run.status();
      log = await textOf(run, 'log', attempt);
      if (log.includes(text)) return log;
      if (view.outcome) throw new StepFailure(`run ${run.run} ended without it`, text, `${runWords(view)}\n${log}`);
      return undefined;
    },
    { seen: () => log },
  );
}

/** Waits for the end of a run, and sees that it is the expected one. */
export async function endsAs(
  { clock }: Looks,
  run: RunHandle,
  outcome: Outcome,
  limitMinutes = 10,
): Promise<RunResult> {
  let ended: { result: RunResult } | { error: unknown } | undefined;
  const waiting = run.result().then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  void waiting.then((answer) => {
    ended = answer;
  });
  const answer = await clock.until(`run ${run.run} ends`, () => ended, {
    limitMinutes,
    everyMs: 200,
    seen: async () => runWords(await run.status()),
  });
  if ('error' in answer) throw answer.error;
  const { result } = answer;
  if (result.outcome !== outcome)
    throw new StepFailure(
      `run ${run.run} ended ${result.outcome}, not ${outcome}`,
      outcome,
      `${result.outcome}: ${result.reason ?? 'no reason'}`,
    );
  return result;
}

/** The outputs of a run that has ended, by their paths. */
export async function outputsOf({ client }: Pick<ScenarioContext, 'client'>, run: RunHandle) {
  const view = await run.status();
  const found: FoundOutputs = await findOutputs(client.objects, view, await run.attemptsOf(view));
  return new Map(found.files.map((file) => [file.path, file]));
}

/** One output, whole. @throws StepFailure that names those there are */
export async function outputOf(
  context: Pick<ScenarioContext, 'client'>,
  run: RunHandle,
  path: string,
): Promise<Buffer> {
  const files = await outputsOf(context, run);
  const file = files.get(path);
  if (!file) throw new StepFailure(`run ${run.run} has no output ${path}`, path, shown([...files.keys()]));
  const stream = await context.client.objects.stream(file.key, file.bucket);
  if (!stream) throw new StepFailure(`output ${path} is listed and not there`, file.key, 'no such object');
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** Sees in EC2 that nothing of a run that has ended is alive: instances, disks, spot requests. */
export async function expectGone({ client, clock }: Pick<ScenarioContext, 'client' | 'clock'>, run: RunHandle) {
  const left = async (): Promise<string[]> => Object.values(await client.leftovers(run.runKey)).flat();
  const said = await run.result();
  expectThat(`run ${run.run} says itself that nothing is left`, said.leftovers === 0, said);
  const { warnings = [] } = await run.status();
  const late = warnings.map(({ message }) => message).filter((message) => message.includes('still shows'));
  expectEqual('what was found alive after its undo', late, []);
  // It closes when all of it is gone: only EC2's own answers may disagree for a moment.
  const gone = async (): Promise<boolean> => (await left()).length === 0;
  await clock.until(`EC2 shows nothing alive of ${run.run}`, gone, { limitMinutes: 1, seen: left });
}
