import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { LIVE_LINE, LIVE_METADATA, type Live, nodePrefix, segmentName } from '../../contract';
import { livePageCodec, livePageReader } from '../../worker/live-page';
import { failureConverter } from '../../worker/temporal/failure-converter';

const REF = { bucket: 'b', prefix: 'p/', runKey: 'k', attempt: 2, instanceId: 'i-1' };
const FOLDER = nodePrefix('p/', 'k', 2, 0);
const NOW = new Date('2026-11-30T12:00:30Z');
const LIVE: Live = {
  at: '2026-11-30T12:00:20.000Z',
  attempt: 2,
  node: 0,
  instance: 'i-1',
  phase: 'training',
  step: 42,
  steps: 100,
  metrics: { step: 42, 'a|b $x$': 1.23456789, loss: 'NaN' },
  logBytes: 0,
  logUploaded: 0,
  checkpoint: { step: 40, key: 'c', bytes: 1, at: '2026-11-30T11:59:00Z' },
};

/** A bucket in memory, as far as a page reads it. */
function page(live: Partial<Live> | string, log: [from: number, text: string][] = []): Promise<string> {
  const objects = new Map<string, string>();
  for (const [from, text] of log)
    objects.set(`${FOLDER}log/${segmentName(from, from + Buffer.byteLength(text))}`, text);
  const logUploaded = Math.max(0, ...log.map(([from, text]) => from + Buffer.byteLength(text)));
  const said =
    typeof live === 'string' ? live : JSON.stringify({ ...LIVE, logBytes: logUploaded, logUploaded, ...live });
  objects.set(`${FOLDER}live.json`, said);
  const store = {
    bucket: 'b',
    getRange: async (key: string, from: number, end: number) => Buffer.from(objects.get(key) ?? '').subarray(from, end),
    async *list(prefix: string, { startAfter = '' }) {
      for (const key of [...objects.keys()].sort())
        if (key.startsWith(prefix) && key > startAfter) yield { key, bytes: 0, modifiedAt: 0 };
    },
  };
  return livePageReader(store as never, () => NOW)(REF);
}

it('tells step, metrics, last checkpoint and the last lines, and of when they are', async () => {
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join('');
  const shown = await page({}, [
    [0, lines],
    [lines.length, '1 %\r2 %\r\x1b[31m```red```\x1b[0m\n'],
  ]);
  expect(shown).toBe(
    [
      '**step 42 of 100 · loss NaN · a&#124;b &#36;x&#36; 1.2346**',
      '',
      '- its last checkpoint: step 40, 11:59:00',
      '- as of 12:00:20 UTC',
      '',
      '````',
      ...Array.from({ length: 11 }, (_, i) => `line ${i + 19}`),
      '```red```',
      '````',
    ].join('\n'),
  );
});

it('says so when that is older than a minute, not written by this instance, or cannot be read', async () => {
  expect(await page({ at: '2026-11-30T11:55:20Z' })).toContain('**not new: as of 11:55:20 UTC, 5m10s ago**');
  expect(await page({ logBytes: 10 })).toContain('as of 12:00:20 UTC; 10 B of its log are not sent yet');
  expect(await page({ instance: 'i-2' })).toContain('has written nothing yet');
  expect(await page('<b>no</b>')).toBe('*(step, metrics and log cannot be read now: its host has written no JSON)*');
});

it('finds the end of a log however it was sent', async () => {
  const long = `${'x'.repeat(100)}\n`.repeat(1000);
  // Made one of pieces that are still there; the last is short.
  const shown = await page({}, [
    [0, long],
    [long.length - 202, `${'x'.repeat(100)}\n`],
    [long.length - 101, `${'x'.repeat(100)}\n`],
    [long.length, 'the end\n'],
  ]);
  expect(shown).toContain(`${'x'.repeat(100)}\nthe end\n`);
  expect(await page({}, [[0, long]])).toContain('x'.repeat(100));
});

it('changes no payload but a marked page, and that only where the line is', async () => {
  const codec = livePageCodec(async () => 'NEWS $& ');
  const plain = defaultPayloadConverter.toPayload({ currentDetails: LIVE_LINE });
  const { data } = defaultPayloadConverter.toPayload(REF);
  const marked: Payload = { ...plain, metadata: { ...plain.metadata, [LIVE_METADATA]: data ?? new Uint8Array() } };
  const [same, changed] = await codec.encode([plain, marked]);
  expect(same).toBe(plain);
  expect(changed).toEqual(defaultPayloadConverter.toPayload({ currentDetails: 'NEWS $& ' }));
  const broken = livePageCodec(() => Promise.reject(new Error('no')));
  expect(await broken.encode([marked])).toEqual([plain]);
});

it('makes of a failure one line, without a stack, and keeps the rest where the workflow finds it', () => {
  const cause = new Error('deep\ndown');
  const made = ApplicationFailure.create({
    message: 'the installation failed:\nTraceback\nKeyError: x',
    type: 't',
    cause,
  });
  const failure = failureConverter.errorToFailure(made, defaultPayloadConverter);
  expect(failure).toMatchObject({ message: 'the installation failed: · Traceback · KeyError: x', stackTrace: '' });
  expect(failure.cause).toMatchObject({ message: 'deep · down', stackTrace: '' });
  const [detail] = failure.applicationFailureInfo?.details?.payloads ?? [];
  expect(detail && defaultPayloadConverter.fromPayload(detail)).toEqual({ wholeMessage: made.message });
});
