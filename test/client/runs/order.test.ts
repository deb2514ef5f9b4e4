import { WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { TrainctlError } from '../../../client';
import { BUSY_MS, giveOrder, NO_WORKER_MS, type Order, SILENT_MS } from '../../../client/runs/order';
import { type Stoppable, stopRuns } from '../../../client/runs/stop-runs';

const late = (): Error => new WorkflowUpdateRPCTimeoutOrCancelledError('late');
const ended = (): Error => new WorkflowNotFoundError('ended', 'w', 'r');

/** An order whose askings answer as given, each after `takes` ms of a clock of its own; the last answers for all that follow. */
function orderOf(
  answers: (Error | string)[],
  { polled = true, takes = NO_WORKER_MS }: { polled?: boolean | Error; takes?: number } = {},
) {
  let clock = 0;
  let sent = 0;
  let waits = 0;
  const order: Order<string> = {
    send: async () => {
      clock += takes;
      const answer = answers[Math.min(sent, answers.length - 1)];
      sent += 1;
      if (answer instanceof Error) throw answer;
      return answer ?? '';
    },
    outcome: async () => 'carried out',
    polled: async () => {
      if (polled instanceof Error) throw polled;
      return polled;
    },
  };
  const options = {
    now: () => clock,
    sleep: async (ms: number) => {
      clock += ms;
    },
    onWait: () => {
      waits += 1;
    },
  };
  return { order, options, seen: () => ({ sent, waits, clock }) };
}

describe('an order', () => {
  it('is sent once where a worker answers', async () => {
    const { order, options, seen } = orderOf(['taken']);
    expect(await giveOrder(order, options)).toBe('taken');
    expect(seen()).toMatchObject({ sent: 1, waits: 0 });
  });

  it('finds no worker when Temporal shows none, after one asking', async () => {
    const { order, options, seen } = orderOf([late()], { polled: false });
    await expect(giveOrder(order, options)).rejects.toMatchObject({ why: 'no-worker' });
    expect(seen()).toEqual({ sent: 1, waits: 0, clock: NO_WORKER_MS });
  });

  it('is asked after while a worker is busy, and says so once', async () => {
    const { order, options, seen } = orderOf([late(), late(), late(), 'taken']);
    expect(await giveOrder(order, options)).toBe('taken');
    expect(seen()).toMatchObject({ sent: 4, waits: 1 });
    // What a killed worker's successor needs is no news.
    const once = orderOf([late(), 'taken']);
    expect(await giveOrder(once.order, once.options)).toBe('taken');
    expect(once.seen()).toMatchObject({ sent: 2, waits: 0 });
  });

  it('is given up after a minute of a busy worker, and that is not called no worker', async () => {
    const { order, options, seen } = orderOf([late()]);
    await expect(giveOrder(order, options)).rejects.toMatchObject({ why: 'busy' });
    expect(seen().clock).toBeLessThan(BUSY_MS + 2 * NO_WORKER_MS);
    // A server that refuses at once is not asked as fast as it can refuse.
    const refusing = orderOf([late()], { takes: 1 });
    await expect(giveOrder(refusing.order, refusing.options)).rejects.toMatchObject({ why: 'busy' });
    expect(refusing.seen().sent).toBeLessThan(150);
  });

  it('denies no worker while Temporal itself does not answer', async () => {
    const { order, options } = orderOf([late(), 'taken'], { polled: new Error('no server') });
    expect(await giveOrder(order, options)).toBe('taken');
    // One that stays away is what is said then, and not that a worker is busy.
    const gone = orderOf([late()], { polled: new Error('no server') });
    await expect(giveOrder(gone.order, gone.options)).rejects.toThrow('late');
    expect(gone.seen()).toEqual({ sent: SILENT_MS / NO_WORKER_MS, waits: 0, clock: SILENT_MS });
  });

  it('that ended the run is told as carried out, and one that came too late as that', async () => {
    const carried = orderOf([late(), ended()]);
    expect(await giveOrder(carried.order, carried.options)).toBe('carried out');
    const tooLate = orderOf([late(), ended()]);
    const order = { ...tooLate.order, outcome: () => Promise.reject(new Error('no such update')) };
    await expect(giveOrder(order, tooLate.options)).rejects.toThrow('ended');
    const first = orderOf([ended()]);
    await expect(giveOrder(first.order, first.options)).rejects.toThrow('ended');
  });

  it('that is refused is not repeated', async () => {
    const { order, options, seen } = orderOf([new Error('mode is "graceful" or "now"')]);
    await expect(giveOrder(order, options)).rejects.toThrow('mode is');
    expect(seen().sent).toBe(1);
  });
});

describe('a stop of many', () => {
  const run = (id: string, stop: () => Promise<void>): Stoppable => ({ run: id, stop, cancel: stop });

  it('asks some at a time, and each once', async () => {
    let open = 0;
    let most = 0;
    let asked = 0;
    const runs = Array.from({ length: 200 }, (_, n) =>
      run(`r-${n}`, async () => {
        open += 1;
        asked += 1;
        most = Math.max(most, open);
        await new Promise(setImmediate);
        open -= 1;
      }),
    );
    const told: number[] = [];
    const answers = await stopRuns(runs, 'graceful', (answered) => told.push(answered));
    expect(asked).toBe(200);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(32);
    expect(answers.map(({ handle, kind }) => [handle.run, kind])).toEqual(runs.map((one) => [one.run, 'taken']));
    expect(told.at(-1)).toBe(200);
  });

  it('tells those that are over from those that nobody could tell', async () => {
    const over = new TrainctlError('refused', 'it has ended');
    const alone = new TrainctlError('no-worker', 'nobody');
    const answers = await stopRuns(
      [run('a', async () => undefined), run('b', () => Promise.reject(over)), run('c', () => Promise.reject(alone))],
      'now',
    );
    expect(answers.map(({ kind }) => kind)).toEqual(['taken', 'over', 'failed']);
    expect(answers[2]).toMatchObject({ error: { code: 'no-worker' } });
  });
});
