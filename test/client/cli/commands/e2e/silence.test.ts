import { Silence } from '../../../../../client/cli/commands/e2e/silence';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('a silence is told once, and none while somebody answers', () => {
  const said = jest.fn();
  const silence = new Silence(said);
  for (let at = 0; at < 10; at++) {
    jest.advanceTimersByTime(15_000);
    silence.heard();
  }
  expect(said).not.toHaveBeenCalled();
  jest.advanceTimersByTime(120_000);
  expect(said).toHaveBeenCalledTimes(1);
  silence.heard();
  jest.advanceTimersByTime(120_000);
  expect(said).toHaveBeenCalledTimes(2);
  silence.heard();
  silence.end();
  jest.advanceTimersByTime(120_000);
  expect(said).toHaveBeenCalledTimes(2);
});
