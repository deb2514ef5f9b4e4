import { concluded, concludingWords } from '../../../worker/suite/conclude';

const SCHEDULE = { id: 'nightly', pauseAfter: 3 };
const refused = (message: string) => (): Promise<never> => Promise.reject(new Error(message));

test('both are done, and whether the Schedule is paused is the answer', async () => {
  const stored: string[] = [];
  const store = async () => void stored.push('report');
  expect(await concluded({ schedule: SCHEDULE, tell: async ({ id }) => id === 'nightly', store })).toEqual({
    paused: true,
  });
  expect(stored).toEqual(['report']);
  expect(await concluded({ tell: refused('nobody is to be told'), store })).toEqual({ paused: false });
});

describe('what could not be done is said, and no more', () => {
  it('of a report', async () => {
    const lacking = concluded({ schedule: SCHEDULE, tell: async () => true, store: refused('access denied') });
    await expect(lacking).rejects.toMatchObject({
      type: 'not-concluded',
      message: 'the report could not be stored: access denied',
      details: [{ paused: true, stored: false }],
    });
  });

  it('of a Schedule', async () => {
    const lacking = concluded({ schedule: SCHEDULE, tell: refused('Temporal is away'), store: async () => undefined });
    await expect(lacking).rejects.toMatchObject({
      message: 'the Schedule nightly could not be told: Temporal is away',
      details: [{ paused: false, stored: true }],
    });
  });

  it('of a Schedule, where there is no report', async () => {
    const lacking = concluded({ schedule: SCHEDULE, tell: refused('Temporal is away') });
    await expect(lacking).rejects.toMatchObject({
      message: 'the Schedule nightly could not be told: Temporal is away',
      details: [{ paused: false, stored: false }],
    });
  });

  it('of both', async () => {
    const lacking = concluded({ schedule: SCHEDULE, tell: refused('t'), store: refused('s') });
    await expect(lacking).rejects.toMatchObject({
      message: 'the report could not be stored: s; the Schedule nightly could not be told: t',
      details: [{ paused: false, stored: false }],
    });
  });
});

test('what is waited for is what there is to do', () => {
  const tell = async () => false;
  const store = async () => undefined;
  expect(concludingWords({ tell, store })).toBe('the report is stored');
  expect(concludingWords({ tell, schedule: SCHEDULE })).toBe('its Schedule is told');
  expect(concludingWords({ tell, store, schedule: SCHEDULE })).toBe('the report is stored, its Schedule is told');
});
