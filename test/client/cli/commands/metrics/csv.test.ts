import { csvCell } from '../../../../../client/cli/commands/metrics/csv';

it.each([
  [1.5, '1.5'],
  [-3, '-3'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['=HYPERLINK(1)', "'=HYPERLINK(1)"],
  [undefined, ''],
  [[1, 2], '"[1,2]"'],
  ['NaN', 'NaN'],
  ['-Infinity', '-Infinity'],
  ['-0.5', '-0.5'],
  ['-1+1', "'-1+1"],
])('writes %j as the CSV cell %s', (value, cell) => expect(csvCell(value)).toBe(cell));
