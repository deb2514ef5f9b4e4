import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { findOutputs, OutputFolder, type RunHandle } from '../../client';
import { expectEqual, expectThat } from './checks';
import { endsAs, textOf } from './looks';
import { scenario, step } from './scenario';
import { documentsIn, expectNothingAlive } from './support/runs';

const MIB = 1024 * 1024;

/** Sizes by name: nothing, one byte, one more and one less than blocks and parts have; names that addresses and shells read in another way. */
const SIZES: Readonly<Record<string, number>> = {
  empty: 0,
  one: 1,
  'a block less one': 4095,
  // More than one part of an upload.
  'more than a part.bin': 8 * MIB + 4099,
  '.hidden/and/deep': 300,
  'größe & 50% + "quoted" \'words\' #1?.txt': 77,
  '%41%2F..~$HOME': 513,
  '-rf': 2,
};

/** Reads all of its data, says the hash of each file, and leaves each the other way round: nothing that is merely copied is a result. */
const TRAIN = `import hashlib, json, os
for folder, _, names in os.walk("data"):
    for name in names:
        path = os.path.join(folder, name)
        with open(path, "rb") as file: data = file.read()
        relative = os.path.relpath(path, "data")
        print(json.dumps({"name": relative, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}), flush=True)
        target = os.path.join("results", relative)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file: file.write(data[::-1])
with open("data/one", "rb") as file: one = file.read()
os.makedirs("outputs", exist_ok=True)
with open("outputs/run me.sh", "wb") as file: file.write(b"#!/bin/sh\\n# " + one.hex().encode() + b"\\n")
os.chmod("outputs/run me.sh", 0o755)
`;

interface Said {
  name: string;
  bytes: number;
  sha256: string;
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
const reversed = (data: Buffer): Buffer => Buffer.from(data).reverse();

/** Files by name, each with what is known of it in words. */
type Files = ReadonlyMap<string, string>;

const filesOf = (all: Iterable<readonly [string, Buffer]>): Files =>
  new Map([...all].map(([name, body]) => [name, `${body.length} bytes, sha256 ${sha256(body)}`]));

/** Only what differs is shown: the rest would hide it. */
function expectFiles(what: string, seen: Files, expected: Files): void {
  const differing = (one: Files, other: Files) => [...one].filter(([name, is]) => other.get(name) !== is).sort();
  expectEqual(what, differing(seen, expected), differing(expected, seen));
}

export const s3Transfer = scenario({
  name: 's3-transfer',
  shows: 'data of odd sizes and names goes to S3, to the instance, into the training and back, equal to the last byte',
  creates: ['1 instance', '17 objects, 17 MB'],
  minutes: 6,
  instanceHours: 0.07,
  steps(context) {
    const { client, objects, settings } = context;
    const data = new Map(Object.entries(SIZES).map(([name, bytes]) => [name, randomBytes(bytes)]));
    const [from, to] = [`${context.prefix}data/`, `${context.prefix}results/`];
    let run: RunHandle;

    const objectsBelow = async (prefix: string): Promise<[string, Buffer][]> => {
      const found: [string, Buffer][] = [];
      for await (const { key } of objects.list(prefix)) found.push([key.slice(prefix.length), await objects.get(key)]);
      return found;
    };

    return [
      step('puts data into the bucket, and finds it there as it was', async () => {
        for (const [name, body] of data)
          await objects.upload(`${from}${name}`, Readable.from([body]), { signal: context.signal });
        expectFiles('the objects in S3', filesOf(await objectsBelow(from)), filesOf(data));
      }),
      step('starts a training that reads it', async () => {
        run = await context.start(await context.project({ 'train.py': TRAIN }), {
          name: context.name,
          command: ['python3', 'train.py'],
          inputs: [{ from: `s3://${settings.bucket}/${from}`, to: 'data/' }],
          outputs: [{ from: 'outputs/' }, { from: 'results/', to: `s3://${settings.bucket}/${to}` }],
        });
        await endsAs(context, run, 'succeeded');
      }),
      step('the training reads every file as it is in S3, by its size and hash on the instance', async () => {
        const said = documentsIn<Said>(await textOf(run));
        expectEqual('lines of the log that tell of a file', said.length, data.size);
        const read = said.map(({ name, bytes, sha256: hash }) => [name, `${bytes} bytes, sha256 ${hash}`] as const);
        expectFiles('what the training has read', new Map(read), filesOf(data));
      }),
      step('its results are at their destination, equal to the last byte', async () => {
        const wanted = [...data].map(([name, body]) => [name, reversed(body)] as const);
        expectFiles('the results in S3', filesOf(await objectsBelow(to)), filesOf(wanted));
      }),
      step('all of them are fetched, each as it was on the instance, modes included', async () => {
        const view = await run.status();
        const { files, lost } = await findOutputs(client.objects, view, await run.attemptsOf(view));
        expectEqual('what is lost', lost, []);
        const script = 'run me.sh';
        const wanted = [script, ...[...data.keys()].map((name) => `results/${name}`)].sort();
        expectEqual('the outputs', files.map((file) => file.path).sort(), wanted);
        const target = path.join(context.scratch, 'fetched');
        const folder = await OutputFolder.open(client.objects, target);
        try {
          for (const file of files) await folder.get(file);
        } finally {
          await folder.close();
        }
        for (const [name, body] of data) {
          const seen = await readFile(path.join(target, 'results', name));
          expectThat(`results/${name} is what the training wrote`, seen.equals(reversed(body)), sha256(seen));
        }
        const text = `#!/bin/sh\n# ${data.get('one')?.toString('hex')}\n`;
        expectEqual(script, await readFile(path.join(target, script), 'utf8'), text);
        expectEqual(`mode of ${script}`, (await stat(path.join(target, script))).mode & 0o777, 0o755);
      }),
      step('no incomplete upload is left where it read and wrote', async () => {
        const open = async () => (await context.uploads.below(context.prefix)).map(({ key }) => key);
        await context.clock.until('no incomplete upload', async () => (await open()).length === 0, { seen: open });
      }),
      step('nothing of it is left in EC2', () => expectNothingAlive(context, run)),
    ];
  },
});
