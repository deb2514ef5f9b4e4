import { createHash, randomBytes } from 'node:crypto';
import type { RunHandle } from '../../client';
import { nodePrefix, runPrefix } from '../../contract';
import { expectEqual, expectThat } from './checks';
import { endsAs, expectGone, instanceOf, untilLogged } from './looks';
import { type ScenarioContext, scenario, step } from './scenario';
import { type Gate, gate } from './support/gate';
import { type Seen, SPY, type Told } from './support/spy';

const NAMES = ['red', 'blue', 'green', 'gold', 'grey'];

/** Secrets that are there for this: a worker that allows some hands each to one training. */
const SECRETS = 'SUITE_SECRET_';

interface One {
  who: string;
  run: RunHandle;
  look: Gate;
  end: Gate;
  data: Buffer;
  mark: string;
  secret: string | undefined;
}

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

/** Each with code, data, environment and, where there are any, a secret that no other has. */
async function startOne(context: ScenarioContext, who: string, secret: string | undefined): Promise<One> {
  const { objects, prefix } = context;
  const data = randomBytes(64 * 1024);
  await objects.put(`${prefix}data/${who}/part.bin`, data);
  const [look, end] = [await gate(context, `${who}-look`), await gate(context, `${who}-end`)];
  const mark = randomBytes(8).toString('hex');
  const dir = await context.project({
    'spy.py': SPY,
    [`only-${who}.txt`]: who,
    'look.url': look.url,
    'end.url': end.url,
  });
  const run = await context.start(dir, {
    command: ['python3', 'spy.py', `e2e-mark-${who}`],
    env: { E2E_WHO: who, [`E2E_ONLY_${who.toUpperCase()}`]: mark },
    inputs: [{ from: `s3://${objects.bucket}/${prefix}data/${who}/`, to: 'data/' }],
    ...(secret === undefined ? {} : { secrets: [secret] }),
    // One that is interrupted begins anew, and five at once are no longer there at once.
    resources: { market: 'on-demand' },
  });
  return { who, run, look, end, data, mark, secret };
}

const without = (who: string): string[] => NAMES.filter((name) => name !== who);

export const multiInstance = scenario({
  name: 'multi-instance',
  shows: 'five trainings at once, each with its own code, data, environment and secrets, of which none sees another',
  creates: ['5 instances at once'],
  minutes: 8,
  instanceHours: 0.4,
  steps(context) {
    const { settings, objects, ec2 } = context;
    const secrets = settings.secretsAllow.filter((name) => name.startsWith(SECRETS)).slice(0, NAMES.length);
    let all: One[] = [];
    const seen = new Map<string, Seen>();
    const each = (check: (saw: Seen, one: One) => void): void => {
      for (const one of all) check(seen.get(one.who) as Seen, one);
    };
    const node = (run: RunHandle): string => nodePrefix(settings.prefix, run.runKey, 1, 0);
    const prefixes = (): Record<string, string> => Object.fromEntries(all.map(({ who, run }) => [who, node(run)]));

    /** All five have written it, and EC2 shows five instances that run. */
    const allAtOnce = async (word: string): Promise<void> => {
      await Promise.all(all.map(({ who, run }) => untilLogged(context, run, `${word}: ${who}\n`)));
      const ids = await Promise.all(all.map(({ run }) => instanceOf(context, run)));
      const running = await ec2.describeInstances({ ids, states: ['running'] });
      expectEqual('instances that run at once', new Set(running.map(({ id }) => id)).size, NAMES.length);
    };

    return [
      step('five trainings run at once, each on an instance of its own', async () => {
        all = await Promise.all(NAMES.map((who, n) => startOne(context, who, secrets[n])));
        expectEqual('run keys', new Set(all.map(({ run }) => run.runKey)).size, NAMES.length);
        await allAtOnce('ready');
      }),
      step('each looks for the others while all are there', async () => {
        for (const { who, run, look } of all) {
          const { [who]: own = '', ...others } = prefixes();
          const theirs = Object.fromEntries(
            all
              .filter((one) => one.who !== who)
              .map((one) => [one.who, `${runPrefix(settings.prefix, one.run.runKey)}spec.json`]),
          );
          const { bucket } = objects;
          const told: Told = { own, others, theirs, bucket, secrets: settings.secretsAllow };
          for (const key of Object.values(theirs))
            expectThat(`${key} is there to be read`, (await objects.head(key)) !== undefined, run.run);
          await look.open(JSON.stringify(told));
        }
        await allAtOnce('looked');
      }),
      step('all end well, with what they have seen', async () => {
        for (const { end } of all) await end.open();
        for (const { who, run } of all) {
          const { attemptCount } = await endsAs(context, run, 'succeeded');
          expectEqual(`attempts of ${who}`, attemptCount, 1);
          const text = (await objects.get(`${node(run)}outputs/seen.json`)).toString();
          context.evidence(`what ${who} has seen`, text);
          seen.set(who, JSON.parse(text) as Seen);
        }
      }),
      step('each has its own code, data and environment', async () =>
        each((saw, { who, data, mark }) => {
          expectEqual('who has written the outputs', saw.who, who);
          expectThat(`${who} has the file of its code`, saw.files.includes(`only-${who}.txt`), saw.files);
          expectEqual(`SHA-256 of the data of ${who}`, saw.data, sha256(data));
          expectEqual(`variables of ${who}`, saw.env, { E2E_WHO: who, [`E2E_ONLY_${who.toUpperCase()}`]: mark });
        }),
      ),
      step(
        secrets.length > 1
          ? 'each has the secret that it asks for, and no other’s'
          : `none has a secret that it did not ask for (no two ${SECRETS}… are allowed here to ask for)`,
        async () => {
          const values: string[] = [];
          each((saw, { who, secret }) => {
            expectEqual(`secrets in the environment of ${who}`, Object.keys(saw.secrets), secret ? [secret] : []);
            values.push(...Object.values(saw.secrets));
          });
          expectEqual('secrets that differ', new Set(values).size, secrets.length);
        },
      ),
      step('none sees a file of another', async () =>
        each((saw, { who }) => {
          expectEqual(`files of the five that ${who} finds`, saw.marked, [`only-${who}.txt`]);
          expectEqual(`runs on the instance of ${who}`, saw.runs.length, 1);
        }),
      ),
      step('none sees a process of another', async () =>
        each((saw, { who }) => {
          expectThat(`${who} sees its own process`, saw.marks.includes(who), saw.marks);
          expectEqual(
            `processes of others that ${who} sees`,
            without(who).filter((other) => saw.marks.includes(other)),
            [],
          );
        }),
      ),
      step('none reads or writes below the prefix of another in S3', async () => {
        for (const { who, run } of all) {
          const { tries, grant, noGrant } = seen.get(who) as Seen;
          expectEqual(`${who} reads what it was given an address for`, tries['read own'], 200);
          const others = Object.entries(tries).filter(([what]) => !what.endsWith(' own'));
          const tried = without(who).length * (grant ? 3 : 2) + 1;
          expectEqual(`what ${who} has tried`, others.length, tried);
          expectEqual(
            `what S3 let ${who} do to others`,
            others.filter(([, status]) => status < 400).map(([what, status]) => `${what}: ${status}`),
            [],
          );
          if (noGrant !== undefined) context.evidence(`the form of ${who}`, noGrant);
          if (grant) expectEqual(`where the form of ${who} lets it write`, grant.allows, [node(run)]);
          const keys: string[] = [];
          for await (const { key } of objects.list(runPrefix(settings.prefix, run.runKey))) keys.push(key);
          expectEqual(
            `objects of others in the folder of ${who}`,
            keys.filter((key) => key.includes('/e2e-from-')),
            [],
          );
          const written = keys.includes(`${node(run)}outputs/e2e-own`);
          expectEqual(`${who} has written below its own prefix`, written, grant !== undefined);
        }
      }),
      step('nothing of the five is alive in EC2', async () => {
        for (const { run } of all) await expectGone(context, run);
      }),
    ];
  },
});
