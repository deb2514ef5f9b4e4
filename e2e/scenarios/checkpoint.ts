import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  checkpointManifest,
  downloadCheckpoint,
  type ListedCheckpoint,
  listCheckpoints,
  type RunHandle,
  type RunResult,
  traceResumes,
} from '../../client';
import { expectEqual, expectRefused, expectThat, expectThere } from './checks';
import { endsAs, textOf } from './looks';
import { scenario, step } from './scenario';
import { type Gate, gate } from './support/gate';
import { documentsIn, expectNothingAlive } from './support/runs';
import { filesAt, LAST, SAVES, sha256, stateAt, TRAIN } from './support/saving';

interface Said {
  begun?: number;
  saved?: number;
  ended?: number;
  state?: string;
  hashes?: Record<string, string>;
}

export const checkpoint = scenario({
  name: 'checkpoint',
  shows:
    'checkpoints are made, uploaded, listed and downloaded as they were saved; of torn ones none is used, and the training goes on exactly from the last that is whole',
  creates: ['2 instances, one after the other'],
  minutes: 8,
  instanceHours: 0.15,
  steps(context) {
    const { client, objects, settings } = context;
    const gates = new Map<number, Gate>();
    const found = new Map<number, ListedCheckpoint>();
    let run: RunHandle;
    let result: RunResult;

    const listed = (attempts: number): Promise<ListedCheckpoint[]> =>
      listCheckpoints(client.objects, { prefix: settings.prefix, runKey: run.runKey, attempts });
    const of = (saved: number): ListedCheckpoint => expectThere(`the checkpoint of step ${saved}`, found.get(saved));

    /** Downloads a checkpoint as `trainctl checkpoints get` does, and compares all that is in it. */
    const isAsSaved = async ({ key }: Pick<ListedCheckpoint, 'key'>, saved: number, name: string): Promise<void> => {
      const target = path.join(context.scratch, name);
      const { files } = await downloadCheckpoint(client.objects, key, target);
      const wanted = filesAt(saved);
      expectEqual(`files of the checkpoint of step ${saved}`, files, wanted.size);
      for (const [file, content] of wanted) {
        const seen = sha256(await readFile(path.join(target, file)));
        expectEqual(`sha256 of ${file} in the checkpoint of step ${saved}`, seen, sha256(content));
      }
    };

    return [
      step('starts a training that saves, and that fails once after its third save', async () => {
        for (const saved of SAVES) gates.set(saved, await gate(context, `after-${saved}`));
        const urls = Object.fromEntries([...gates].map(([saved, { url }]) => [saved, url]));
        const dir = await context.project({ 'train.py': TRAIN, 'gates.json': JSON.stringify(urls) });
        run = await context.start(dir, {
          name: context.name,
          command: ['python3', 'train.py'],
          checkpoints: { every: '1s', keep: 10 },
          retry: { failures: 1 },
          // What is exact here would not be if EC2 took the instance in between.
          resources: { market: 'on-demand' },
        });
      }),
      step('each save comes to S3 as a checkpoint of its step', async () => {
        for (const saved of SAVES) {
          await context.clock.until(
            `a checkpoint of step ${saved} in S3`,
            async () => (await run.live(1))?.checkpoint?.step === saved,
            { limitMinutes: 5 },
          );
          if (saved !== SAVES[2]) await gates.get(saved)?.open();
        }
      }),
      step('they are listed, newest first, all of them whole', async () => {
        const all = await listed(1);
        const seen = all.map(({ step: saved, attempt, state, files }) => ({ saved, attempt, state, files }));
        const wanted = [...SAVES]
          .reverse()
          .map((saved) => ({ saved, attempt: 1, state: 'whole', files: filesAt(saved).size }));
        expectEqual('the list of checkpoints', seen, wanted);
        for (const one of all) if (one.step !== null) found.set(one.step, one);
      }),
      step('each is downloaded, and has the hashes that the training has said', async () => {
        const said = new Map<number, Said>();
        for (const one of documentsIn<Said>(await textOf(run))) if (one.saved !== undefined) said.set(one.saved, one);
        for (const saved of SAVES) {
          await isAsSaved(of(saved), saved, `saved-${saved}`);
          for (const [file, hash] of Object.entries(said.get(saved)?.hashes ?? { 'hashes in the log': '' })) {
            expectEqual(`sha256 of ${file}`, hash, sha256(filesAt(saved).get(file) ?? ''));
          }
        }
      }),
      step('the last one is torn, and one byte of the one before it is turned: both are refused', async () => {
        const [, turned, torn] = SAVES;
        const { key } = of(torn);
        const whole = await objects.get(key);
        await objects.put(key, whole.subarray(0, Math.floor(whole.length / 2)));
        const manifest = await checkpointManifest(client.objects, of(turned).key);
        const file = manifest.files.find((one) => one.path === `checkpoint-${turned}/state.txt`);
        const part = expectThere('the part of its state', file?.parts[0]);
        const partKey = of(turned).key.replace(/\d+\/manifest\.json$/, `parts/${part.sha256}`);
        const bytes = Buffer.from(await objects.get(partKey));
        const middle = Math.floor(bytes.length / 2);
        bytes[middle] = (bytes[middle] ?? 0) ^ 1;
        await objects.put(partKey, bytes);

        const states = (await listed(1)).map(({ step: saved, state }) => [saved, state]);
        expectThat('the torn one is listed as damaged', states[0]?.[1] === 'damaged', states);
        const fetch = (name: number) => () =>
          downloadCheckpoint(client.objects, of(name).key, path.join(context.scratch, `refused-${name}`));
        await expectRefused('the download of the torn one', fetch(torn), 'cannot be read');
        await expectRefused('the download of the one with a turned byte', fetch(turned), 'does not have the content');
        await isAsSaved(of(SAVES[0]), SAVES[0], 'still-whole');
      }),
      step('after the failure the next attempt passes both over, and uses the one before them', async () => {
        await gates.get(SAVES[2])?.open();
        result = await endsAs(context, run, 'succeeded');
        const { attempts } = await run.status();
        expectEqual('attempts', attempts.length, 2);
        expectEqual('the checkpoint that was restored', attempts[1]?.restored?.key, of(SAVES[0]).key);
        const restore = attempts[1]?.stages.find(({ name }) => name === 'restore')?.detail;
        expectThat(
          'that two were passed over is said',
          restore?.includes('2 damaged ones passed over') === true,
          restore,
        );
      }),
      step('it goes on exactly there, and comes to the end that it would have come to', async () => {
        const [begun, ...rest] = documentsIn<Said>(await textOf(run, 'log', 2));
        expectEqual('where attempt 2 began', begun, { begun: SAVES[0], state: stateAt(SAVES[0]) });
        expectEqual('where it ended', rest.at(-1), { ended: LAST, state: stateAt(LAST) });
        const wanted = Array.from({ length: LAST - SAVES[0] }, (_, i) => SAVES[0] + 1 + i);
        const reported = documentsIn<{ step: number }>(await textOf(run, 'metrics', 2)).map((line) => line.step);
        expectEqual('the steps that it reported', reported.join(' '), wanted.join(' '));
        const { resumedFromStep, stepsLost, finalStep } = result;
        expectEqual(
          'what the result says of them',
          { resumedFromStep, stepsLost, finalStep },
          {
            resumedFromStep: SAVES[0],
            stepsLost: SAVES[2] - SAVES[0],
            finalStep: LAST,
          },
        );
      }),
      step('the list says who went on from which, the newest is the end, and nothing is left', async () => {
        const all = traceResumes(await listed(2), (await run.status()).attempts);
        const used = all.filter(({ resumedBy }) => resumedBy.length > 0);
        expectEqual(
          'what was resumed from',
          used.map(({ key, resumedBy }) => ({ key, resumedBy })),
          [{ key: of(SAVES[0]).key, resumedBy: [{ attempt: 2, end: 'went-on', step: LAST }] }],
        );
        for (const saved of [SAVES[0], SAVES[1]]) {
          const { key } = of(saved);
          const kept = (await objects.head(key)) !== undefined;
          expectThat(`the checkpoint of step ${saved} is kept, since the spec asks for ten`, kept, `no ${key}`);
        }
        const newest = expectThere('a checkpoint of attempt 2', all[0]);
        expectEqual(
          'the step and state of the newest',
          [newest.attempt, newest.step, newest.state],
          [2, LAST, 'whole'],
        );
        await isAsSaved(newest, LAST, 'the-end');
        await expectNothingAlive(context, run);
      }),
    ];
  },
});
