import { checkpointMarks } from '../../../contract';

test('what is known is said, and nothing else is there', () => {
  const all = { number: 3, at: '2026-11-30T14:03:22.000Z', suspect: 'w was open for writing', stepEvery: 20 };
  expect(checkpointMarks(all)).toEqual(all);
  expect(Object.keys(checkpointMarks({ number: undefined, at: all.at }))).toEqual(['at']);
});
