import { tableCell } from '../../../../../client/cli/commands/metrics/action';

test('a cell of the table is one short line, whatever the training wrote', () => {
  expect(tableCell(0.25)).toBe('0.25');
  expect(tableCell(null)).toBe('');
  expect(tableCell('loss \u001b[31m evil\nname')).toBe('loss  evil name');
  expect(tableCell(`sample: ${'y'.repeat(3_000_000)}`)).toHaveLength(32);
});
