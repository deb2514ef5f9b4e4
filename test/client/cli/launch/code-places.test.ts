import type { Selection } from '../../../../adapters/snapshot';
import { codePlaceFaults, refuseCodePlaces } from '../../../../client/cli/launch/code-places';
import { specOf } from '../../../support/spec';

const selection = {
  files: [
    { path: 'data/a.csv', bytes: 1, mode: 0o644 },
    { path: 'runs', bytes: 1, mode: 0o644 },
    { path: 'link', bytes: 0, mode: 0o777, link: 'data' },
  ],
  folders: ['empty/inner'],
} as unknown as Selection;

const faults = (inputs: [from: string, to: string][], dir = 'checkpoints'): string[] => {
  const base = specOf({});
  const spec = {
    ...base,
    inputs: inputs.map(([from, to]) => ({ from: `s3://b/${from}`, to })),
    checkpoints: { ...base.checkpoints, dir },
  };
  return codePlaceFaults(selection, spec).map(({ path, message }) => `${path}: ${message}`);
};

test('a file where the code has a folder, and a folder where it has a file', () => {
  expect(
    faults(
      [
        ['x', 'data'],
        ['x', 'empty'],
        ['x/', 'runs'],
        ['x', 'runs/deep/x'],
      ],
      'runs/ck',
    ),
  ).toEqual([
    'inputs[0].to: "data" is a folder of the code, and the input is one file; write "data/"',
    'inputs[1].to: "empty" is a folder of the code, and the input is one file; write "empty/"',
    'inputs[2].to: "runs" needs a folder where the code has the file runs',
    'inputs[3].to: "runs/deep/x" needs a folder where the code has the file runs',
    'checkpoints.dir: "runs/ck" needs a folder where the code has the file runs',
  ]);
});

test('what fits: folders into folders, files over files, and by way of links, which only the host can follow', () => {
  expect(
    faults(
      [
        ['x/', 'data'],
        ['x', 'data/a.csv'],
        ['x', 'runs'],
        ['x/', 'link'],
        ['x', 'new/x'],
      ],
      'data',
    ),
  ).toEqual([]);
});

test('it is refused with every fault', () => {
  const base = specOf({});
  expect(() => refuseCodePlaces(selection, { ...base, checkpoints: { ...base.checkpoints, dir: 'runs' } })).toThrow(
    /does not fit the code:\n {2}checkpoints.dir: "runs" needs/,
  );
  refuseCodePlaces(undefined, base);
  refuseCodePlaces(selection, base);
});
