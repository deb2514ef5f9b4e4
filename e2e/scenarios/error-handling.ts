import type { RunHandle, RunResult, RunSpecInput } from '../../client';
import { expectEqual, expectThat, expectThere } from './checks';
import { endsAs, textOf } from './looks';
import { type ProjectFiles, type Step, scenario, step } from './scenario';
import { expectNothingAlive } from './support/runs';

/** One thing that goes wrong, and what must be said of it. */
interface Misfortune {
  name: string;
  files: ProjectFiles;
  spec?: Partial<RunSpecInput>;
  /** What the reason of the result must say. */
  says: (string | RegExp)[];
  /** Of the command; absent: it never ran. */
  exit?: { code: number } | { signal: 'SIGKILL' };
  /** The stage at which it ends. */
  at: 'setup' | 'train';
}

/** The first line that the training of a script writes. */
const BEGUN = 'the training has begun';
const train = (body: string): ProjectFiles => ({
  'train.py': `print(${JSON.stringify(BEGUN)}, flush=True)\n${body}\n`,
});

/**
 * Two of these are made in a way that is the same on any host, since the host of a local cloud is the machine that it runs on: memory
 * that has run out is the signal that the kernel's OOM killer sends, SIGKILL without a warning, and the full disk is /dev/full, whose
 * every write the kernel answers with ENOSPC.
 */
const MISFORTUNES: readonly Misfortune[] = [
  {
    name: 'an invalid script',
    files: train('def train(:\n    pass'),
    says: ['exited 1', 'SyntaxError', 'train.py'],
    exit: { code: 1 },
    at: 'train',
  },
  {
    name: 'a missing script',
    files: { 'another.py': '' },
    says: ['exited 2', "can't open file", 'train.py', 'No such file or directory'],
    exit: { code: 2 },
    at: 'train',
  },
  {
    name: 'an exit code',
    files: train('import sys\nprint("the loss has no gradient", file=sys.stderr)\nsys.exit(37)'),
    says: ['exited 37', 'the loss has no gradient'],
    exit: { code: 37 },
    at: 'train',
  },
  {
    name: 'memory that runs out',
    files: train(
      'import os, signal\nheld = bytearray(1 << 24)\nprint("epoch 3", flush=True)\nos.kill(os.getpid(), signal.SIGKILL)',
    ),
    says: ['killed by SIGKILL', 'memory', 'epoch 3'],
    exit: { signal: 'SIGKILL' },
    at: 'train',
  },
  {
    name: 'a disk that is full for the training',
    files: train('with open("/dev/full", "w") as file: file.write("state")'),
    says: ['exited 1', 'No space left on device'],
    exit: { code: 1 },
    at: 'train',
  },
  {
    name: 'a disk that is full for the set-up',
    files: train(''),
    spec: { setup: ['echo weights > /dev/full'] },
    says: ['no space left on the disk', 'resources.disk', 'No space left on device'],
    at: 'setup',
  },
  {
    name: 'a requirement that does not exist',
    // Without an index, the answer is the same wherever one is.
    files: { ...train(''), 'requirements.txt': '--no-index\ntrainctl-there-is-no-such-package==99.99\n' },
    says: [
      'installing requirements.txt failed',
      'trainctl-there-is-no-such-package',
      /No matching distribution|No solution|not found/i,
    ],
    at: 'setup',
  },
];

/** In each region of AWS there is one of that name, of AWS itself (Amazon ECR keeps its layers there), and nobody else may list it. */
const ofSomebodyElse = (region: string): string => `prod-${region}-starport-layer-bucket`;

/** Accounts may have few instances at once, and the machine of a local cloud few processors. */
const AT_ONCE = 4;

export const errorHandling = scenario({
  name: 'error-handling',
  shows:
    'an invalid or missing script, an exit code, memory that runs out, a full disk, a requirement that does not exist and a bucket without the right to it are each caught, explained and cleaned',
  creates: ['7 instances, at most 4 at once'],
  minutes: 10,
  instanceHours: 0.5,
  steps(context) {
    const runs = new Map<Misfortune, RunHandle>();

    /** The next one that has no run yet. */
    const startNext = async (): Promise<void> => {
      const one = MISFORTUNES[runs.size];
      if (!one) return;
      const spec = { name: context.name, command: ['python3', 'train.py'], ...one.spec };
      runs.set(one, await context.start(await context.project(one.files), spec));
    };

    const saysAll = ({ run, reason = '' }: RunResult, says: Misfortune['says']): void => {
      for (const text of says) {
        const said = typeof text === 'string' ? reason.includes(text) : text.test(reason);
        expectThat(`the reason of ${run} says ${text}`, said, reason);
      }
    };

    const isCaught = (one: Misfortune): Step =>
      step(`${one.name} is caught, explained and cleaned`, async () => {
        const run = expectThere('its run', runs.get(one));
        const result = await endsAs(context, run, 'failed');
        await startNext();
        saysAll(result, one.says);
        const { attempts, failures, attemptCount, interruptions } = await run.status();
        expectEqual('attempts that EC2 has not taken', attemptCount - interruptions, 1);
        expectEqual('failures', failures, 1);
        const last = expectThere('the attempt', attempts.at(-1));
        expectEqual('how it ended', last.ended, 'failed');
        const stage = expectThere(
          `its stage ${one.at}`,
          last.stages.find(({ name }) => name === one.at),
          last.stages,
        );
        expectEqual(`the stage ${one.at}`, stage.state, 'failed');
        expectEqual('its exit code', last.exitCode, one.exit && 'code' in one.exit ? one.exit.code : undefined);
        if (one.at === 'setup') expectEqual('the log of a training that must not begin', await textOf(run), '');
        expectThere('its instance', last.instanceId);
        await expectNothingAlive(context, run);
      });

    return [
      step('starts the first runs', async () => {
        while (runs.size < AT_ONCE) await startNext();
      }),
      step('no right to the bucket: caught before anything is launched, and explained for each place', async () => {
        const bucket = ofSomebodyElse(context.settings.region);
        const run = await context.start(undefined, {
          name: context.name,
          command: 'true',
          inputs: [{ from: `s3://${bucket}/data/`, to: 'data/' }],
          outputs: [{ from: 'results/', to: `s3://${bucket}/results/` }],
        });
        saysAll(await endsAs(context, run, 'invalid'), [
          `inputs[0].from: s3://${bucket}/data/: S3 denies access to it`,
          's3:GetObject',
          `outputs[0].to: s3://${bucket}/results/: S3 denies access to it`,
          's3:PutObject',
        ]);
        expectEqual('attempts', (await run.status()).attemptCount, 0);
        await expectNothingAlive(context, run);
      }),
      ...MISFORTUNES.map(isCaught),
    ];
  },
});
