import { LineSplitter } from '../../../client';

it('cuts bytes into lines wherever they were cut before, also inside a character', () => {
  const bytes = Buffer.from('a\nzwölf\r\nlast');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const splitter = new LineSplitter();
    const lines = [...splitter.push(bytes.subarray(0, cut)), ...splitter.push(bytes.subarray(cut)), ...splitter.rest()];
    expect(lines).toEqual(['a', 'zwölf', 'last']);
    expect(splitter.rest()).toEqual([]);
  }
});

it('shows what stands on a line that is not finished', () => {
  const splitter = new LineSplitter();
  expect(splitter.standing).toBe('');
  splitter.push(Buffer.from('done\n 10%|#   \r 20%|##  '));
  expect(splitter.standing).toBe(' 10%|#   \r 20%|##  ');
  expect(splitter.push(Buffer.from('\r100%\n'))).toEqual([' 10%|#   \r 20%|##  \r100%']);
  expect(splitter.standing).toBe('');
});

it('keeps the newest states of a bar that goes on for hours, and all of a long line that is none', () => {
  const splitter = new LineSplitter();
  for (let n = 0; n < 20_000; n++) splitter.push(Buffer.from(`\r${n} of 20000`));
  expect(splitter.standing.length).toBeLessThan(65 * 1024);
  expect(splitter.standing).toMatch(/\r19998 of 20000\r19999 of 20000$/);
  const ending = new LineSplitter();
  for (let n = 0; n < 20_000; n++) ending.push(Buffer.from(`${n} of 20000\r`));
  expect(ending.rest()[0]).toMatch(/\r19999 of 20000\r$/);
  const plain = new LineSplitter();
  plain.push(Buffer.alloc(100_000, 'x'));
  expect(plain.rest()[0]).toHaveLength(100_000);
});

it('keeps the first 2 MiB of a line that never ends, and goes on after it', () => {
  const splitter = new LineSplitter();
  for (let n = 0; n < 40; n++) expect(splitter.push(Buffer.alloc(100_000, 'x'))).toEqual([]);
  expect(splitter.standing).toHaveLength(2 * 1024 * 1024);
  expect(splitter.push(Buffer.from('still\nnext\n')).map((line) => line.length)).toEqual([2 * 1024 * 1024, 4]);
});
