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
