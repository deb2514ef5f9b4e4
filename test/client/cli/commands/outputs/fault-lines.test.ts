import { failedLines, lostLines } from '../../../../../client/cli/commands/outputs/fault-lines';

it('says what is gone, where it was, and what can be done', () => {
  const place = 's3://trainctl/runs/k/a/1/0/outputs/';
  expect(
    lostLines('digits', [
      { place: `${place}model.bin`, path: 'model.bin', files: 1, bytes: 1500 },
      { place: `${place}old.bin`, path: 'old.bin', files: 1, bytes: 500, attempt: 1 },
    ]),
  ).toEqual([
    'digits left 2 outputs, 2.0 KB, that are no longer there:',
    `  model.bin  1.5 KB  ${place}model.bin`,
    `  old.bin  500 B  ${place}old.bin  (attempt 1)`,
    'deleted objects come back only where the bucket keeps versions (aws s3api list-object-versions --bucket trainctl --prefix runs/k/a/1/0/outputs/); else make them again: trainctl rerun digits',
  ]);
  expect(lostLines('digits', [{ place, files: 2 }]).slice(0, 2)).toEqual([
    'digits left 2 outputs that are no longer there:',
    `  2 files  ${place}`,
  ]);
  expect(lostLines('digits', [])).toEqual([]);
});

it('says of what cannot be had whose fault it is, once, and of many the first', () => {
  const many = Array.from({ length: 30 }, (_, i) => ({ path: `f${i}`, why: 'no room', of: 'disk' as const }));
  const lines = failedLines([{ path: 's3://b/x/', why: 'there is no such bucket', of: 'place' }, ...many]);
  expect(lines[0]).toBe('31 outputs could not be fetched:');
  expect(lines[1]).toBe('  s3://b/x/: there is no such bucket');
  expect(lines).toContain('  and 11 more (--json names all)');
  expect(lines.slice(-2)).toEqual([expect.stringMatching(/^S3 refuses/), expect.stringMatching(/--to/)]);
  expect(failedLines([])).toEqual([]);
});
