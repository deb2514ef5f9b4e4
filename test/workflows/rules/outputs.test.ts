import { whereOutputsAre } from '../../../workflows/rules/outputs';

const OWN = 's3://bucket/runs/k/a/1/0/outputs/';

test('outputs are at their destination, or in the run’s own folder', () => {
  const outputs = [{ from: '.' }, { from: 'out', to: 's3://b/x/' }];
  const said = [
    { index: 0, files: 2, bytes: 20 },
    { index: 1, files: 1, bytes: 5 },
  ];
  expect(whereOutputsAre(said, outputs, OWN)).toEqual([
    { from: '.', to: OWN, files: 2, bytes: 20 },
    { from: 'out', to: 's3://b/x/', files: 1, bytes: 5 },
  ]);
});

test('what a destination refused is in the run’s own folder, and nothing is counted twice', () => {
  const outputs = [{ from: 'out', to: 's3://b/x/' }];
  const where = (all: number, instead: number) =>
    whereOutputsAre([{ index: 0, files: all, bytes: all, instead: { files: instead, bytes: instead } }], outputs, OWN);
  expect(where(3, 3)).toEqual([{ from: 'out', to: OWN, files: 3, bytes: 3 }]);
  expect(where(3, 1)).toEqual([
    { from: 'out', to: 's3://b/x/', files: 2, bytes: 2 },
    { from: 'out', to: OWN, files: 1, bytes: 1 },
  ]);
});
