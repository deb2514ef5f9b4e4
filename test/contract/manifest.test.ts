import { missingParts, readManifestFacts } from '../../contract';

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const FILE = {
  path: 'model/w',
  mode: 0o644,
  size: 5,
  mtime: 1.5,
  parts: [
    { sha256: A, bytes: 3 },
    { sha256: B, bytes: 2 },
  ],
};
const LINK = { path: 'latest', link: 'model/w' };
const MANIFEST = {
  format: 1,
  step: 600,
  number: 3,
  createdAt: '2026-11-30T14:03:22.000Z',
  dirs: ['model'],
  files: [FILE, LINK],
};

const read = (change: object = {}) => readManifestFacts(JSON.stringify({ ...MANIFEST, ...change }));
const withFile = (change: object) => read({ files: [{ ...FILE, ...change }] });
const withPart = (change: object) => withFile({ size: 3, parts: [{ sha256: A, bytes: 3, ...change }] });

it('reads what whoever keeps, lists or offers a checkpoint must know', () => {
  const facts = {
    step: 600,
    number: 3,
    at: MANIFEST.createdAt,
    bytes: 5,
    files: 2,
    parts: new Map([
      [A, 3],
      [B, 2],
    ]),
  };
  expect(read()).toEqual({ kind: 'read', facts });
  expect(read({ stepEvery: 20 })).toEqual({ kind: 'read', facts: { ...facts, stepEvery: 20 } });
  for (const none of [0, -1, 1.5, '20', null]) expect(read({ stepEvery: none })).toEqual({ kind: 'read', facts });
  const leftOut = ["'pipe': a fifo, left out"];
  expect(read({ leftOut: [...leftOut, 7, ''] })).toEqual({ kind: 'read', facts: { ...facts, leftOut } });
  for (const none of ['x', {}, [], [null]]) expect(read({ leftOut: none })).toEqual({ kind: 'read', facts });
  const many = read({ leftOut: Array.from({ length: 1000 }, () => 'x'.repeat(1000)) });
  expect(many).toMatchObject({ facts: { leftOut: Array.from({ length: 12 }, () => 'x'.repeat(300)) } });
  expect(read({ suspect: 'w was open for writing', step: null })).toMatchObject({
    facts: { step: null, suspect: 'w was open for writing' },
  });
});

it('takes no more of a text than can travel on', () => {
  const long = read({
    suspect: 'x'.repeat(1e6),
    instance: 'i'.repeat(1e6),
    createdAt: `2026-11-30 (${'x'.repeat(1e6)})`,
  });
  expect(long).toMatchObject({ kind: 'read', facts: { suspect: 'x'.repeat(300), instance: 'i'.repeat(64) } });
  expect(long).not.toHaveProperty('facts.at');
});

it('reads what older agents wrote, and lets pass what newer ones add', () => {
  const { number: _, ...old } = MANIFEST;
  expect(readManifestFacts(JSON.stringify(old))).toMatchObject({ kind: 'read', facts: { step: 600 } });
  // A file with holes has fewer bytes in its parts; another name of a file has none.
  expect(withFile({ size: 1000, holes: [[5, 995]] })).toMatchObject({ kind: 'read', facts: { bytes: 1000 } });
  expect(read({ files: [FILE, { path: 'again', same: 'model/w' }] })).toMatchObject({ kind: 'read' });
  expect(read({ dirs: [{ path: 'model', mtime: 1 }] })).toMatchObject({ kind: 'read' });
  // A name that is no text on the host comes with a lone surrogate for each such byte.
  expect(withFile({ path: 'a\udcff' })).toMatchObject({ kind: 'read' });
  expect(read({ format: 2 })).toMatchObject({ kind: 'unknown' });
});

it.each<[string, RegExp, ReturnType<typeof readManifestFacts>]>([
  ['junk', /no JSON document/, readManifestFacts('{"format": 1, "files": [')],
  ['a list', /no JSON object/, readManifestFacts('[]')],
  [
    'depth',
    /no JSON|no files|no name/,
    readManifestFacts(`{"format":1,"files":${'['.repeat(200_000)}${']'.repeat(200_000)}}`),
  ],
  ['an absurd format', /format/, read({ format: 1e308 })],
  ['no files', /no files/, read({ files: {} })],
  ['an absurd step', /step/, read({ step: 1e308 })],
  ['a negative step', /step/, read({ step: -1 })],
  ['a text for a step', /step/, read({ step: '600' })],
  ['an absurd number', /number/, read({ number: 1.5 })],
  ['a doubt that is no text', /doubt/, read({ suspect: 7 })],
  ['a file without a name', /no name/, withFile({ path: 7 })],
  ['a path upwards', /hostile/, withFile({ path: '../../x' })],
  ['an absolute path', /hostile/, withFile({ path: '/etc/x' })],
  ['a huge name', /longer/, withFile({ path: 'x'.repeat(256) })],
  ['a huge path', /longer/, withFile({ path: `${'x/'.repeat(2100)}x` })],
  ['a huge target of a link', /longer/, read({ files: [{ path: 'l', link: 'x'.repeat(5000) }] })],
  ['a huge size', /size/, withFile({ size: 1e308 })],
  ['a negative size', /size/, withFile({ size: -1 })],
  ['a size that is none', /size/, withFile({ size: null })],
  [
    'files larger than any disk',
    /disk/,
    read({ files: [1, 2].map((i) => ({ ...FILE, path: `f${i}`, size: 2 ** 53 - 1, more: 1 })) }),
  ],
  ['a mode that is none', /mode/, withFile({ mode: '644' })],
  ['an absurd time', /time/, withFile({ mtime: 1e308 })],
  ['no parts', /no parts/, withFile({ parts: undefined })],
  ['parts that do not add up', /add up/, withFile({ size: 6 })],
  ['a part of no bytes', /no size/, withPart({ bytes: 0 })],
  ['a part of another name', /no name/, withPart({ sha256: '../../x' })],
  [
    'a part of two sizes',
    /two sizes/,
    withFile({
      size: 5,
      parts: [
        { sha256: A, bytes: 3 },
        { sha256: A, bytes: 2 },
      ],
    }),
  ],
])('calls %s damage', (_name, why, reading) => {
  expect(reading).toEqual({ kind: 'damaged', why: expect.stringMatching(why) as string });
});

it('misses a part that is not listed, or is of another size', () => {
  const reading = read();
  if (reading.kind !== 'read') throw new Error(reading.why);
  const missing = (listed: [string, number][]) =>
    missingParts(reading.facts, new Map(listed.map(([sha256, bytes]) => [sha256, { bytes }])));
  expect(
    missing([
      [A, 3],
      [B, 2],
    ]),
  ).toEqual([]);
  expect(missing([[A, 3]])).toEqual([B]);
  expect(
    missing([
      [A, 4],
      [B, 2],
    ]),
  ).toEqual([A]);
});

it.each(['{},', '[],', '0,'])(
  'of a manifest that is nothing but %s nothing is read: it would fill the memory of a worker',
  (unit) => {
    const text = `{"format":1,"files":[${unit.repeat(6_000_001)}0]}`;
    expect(readManifestFacts(text)).toEqual({ kind: 'damaged', why: expect.stringContaining('more entries') });
  },
);
