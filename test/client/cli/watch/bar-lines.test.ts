import { BarLines } from '../../../../client/cli/watch/bar-lines';

/** What is told of a line that stands so at each second. */
function told(states: string[]): [second: number, text: string][] {
  const bars = new BarLines();
  return states.flatMap((state, second): [number, string][] => {
    const text = bars.next(state, second * 1000);
    return text === undefined ? [] : [[second, text]];
  });
}

test('a bar is told after two seconds, and then every five', () => {
  const states = Array.from({ length: 14 }, (_, n) => `\r ${n - 1}%\r ${n}%`);
  expect(told(states)).toEqual([
    [2, ' 2%'],
    [7, ' 7%'],
    [12, ' 12%'],
  ]);
});

test('one that stands still is told once, one that is cleared not at all', () => {
  expect(told(Array.from({ length: 20 }, () => 'loading'))).toEqual([[2, 'loading']]);
  expect(told(Array.from({ length: 20 }, () => '10%\r     \r'))).toEqual([]);
});

test('each line is given its time', () => {
  const bars = new BarLines();
  bars.next('1%', 0);
  bars.finished();
  expect(bars.next('2%', 2_500)).toBeUndefined();
  expect(bars.next('3%', 4_500)).toBe('3%');
});
