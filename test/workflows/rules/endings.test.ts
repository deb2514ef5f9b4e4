import type { HostFinal, Notice, SuperviseResult } from '../../../contract';
import { type Ending, mergeEnding, readSupervision, stopReason } from '../../../workflows/rules/endings';

const notice: Notice = { source: 'spot', action: 'terminate', time: '2026-11-23T12:00:00Z' };
const finalOf = (patch: Partial<HostFinal>): HostFinal => ({
  code: 0,
  signal: null,
  stoppedBy: null,
  tail: 'last words',
  logBytes: 1,
  logUploaded: 1,
  step: 1,
  metrics: null,
  checkpoint: null,
  outputs: [],
  problems: [],
  notice: null,
  ...patch,
});
const final = (patch: Partial<HostFinal>, more: Partial<SuperviseResult> = {}): SuperviseResult => ({
  kind: 'final',
  final: finalOf(patch),
  detail: 'detail',
  ...more,
});
const read = (result: SuperviseResult, stopAsked = false, seen?: Notice): string =>
  readSupervision(result, { stopAsked, ...(seen ? { notice: seen } : {}) }).kind;

describe('mergeEnding', () => {
  const asked = (outcome: Ending['outcome'], mode: Ending['mode']): Ending => ({ outcome, mode, reason: outcome });

  it('lets the first ending decide, and later ones only hurry it', () => {
    expect(mergeEnding(undefined, asked('deadline', 'graceful'))).toEqual(asked('deadline', 'graceful'));
    expect(mergeEnding(asked('deadline', 'graceful'), asked('cancelled', 'graceful'))).toEqual(
      asked('deadline', 'graceful'),
    );
    expect(mergeEnding(asked('deadline', 'graceful'), asked('cancelled', 'now'))).toEqual(asked('deadline', 'now'));
    expect(mergeEnding(asked('cancelled', 'now'), asked('budget', 'graceful'))).toEqual(asked('cancelled', 'now'));
  });
});

describe('an exit 0', () => {
  it.each([
    ['alone', final({}), false],
    ['with a notice', final({ notice }), false],
    ['on an instance that is gone', final({}, { kind: 'lost', stateReason: 'Server.SpotInstanceTermination' }), false],
    ['while a stop was on its way', final({}), true],
  ])('%s is a success', (_, result, stopAsked) => expect(read(result, stopAsked)).toBe('succeeded'));

  it('is no success of a run that a person stopped during its last uploads', () => {
    expect(readSupervision(final({}), { stopAsked: true, unwanted: true })).toEqual({
      kind: 'stopped',
      reason: 'stopped during its last uploads: the command had exited 0',
    });
  });

  it('is no success when its outputs are in no bucket, unless a person had stopped the run', () => {
    const lost = final({ outputsLost: '1 of 2 files are not in S3 (outputs/a: 403)' });
    expect(readSupervision(lost, { stopAsked: false, lossFails: true })).toEqual({
      kind: 'failed',
      reason: 'exited 0, but not all of its outputs could be kept: 1 of 2 files are not in S3 (outputs/a: 403)',
      restartable: false,
    });
    expect(readSupervision(lost, { stopAsked: true, lossFails: true, unwanted: true }).kind).toBe('stopped');
    expect(readSupervision(lost, { stopAsked: false, lossFails: false }).kind).toBe('succeeded');
    expect(readSupervision(final({}), { stopAsked: false, lossFails: true }).kind).toBe('succeeded');
  });

  it('after our TERM is what caused the TERM', () => {
    expect(read(final({ stoppedBy: 'notice', notice }))).toBe('interrupted');
    expect(read(final({ stoppedBy: 'lease' }))).toBe('interrupted');
    expect(read(final({ code: 0, stoppedBy: 'rebalance' }))).toBe('interrupted');
    expect(read(final({ code: 143, stoppedBy: 'rebalance' }))).toBe('interrupted');
    expect(read(final({ stoppedBy: 'stop' }), true)).toBe('stopped');
  });
});

describe('an end for an alert', () => {
  const stopped = { stoppedBy: 'alert' as const, stopAlert: 'loss became NaN at step 4' };

  it.each([
    ['by TERM', final({ ...stopped, code: 143 }), 'exited 143'],
    ['with exit 0', final({ ...stopped }), 'exited 0'],
    ['with a notice after it', final({ ...stopped, code: null, signal: 'SIGTERM', notice }), 'was ended by SIGTERM'],
  ])('%s is a failure that is not tried again, with its metric, value and step', (_, result, how) => {
    expect(readSupervision(result, { stopAsked: false })).toEqual({
      kind: 'failed',
      reason: `loss became NaN at step 4 (alerts.nan is stop); the command ${how}`,
      tail: 'last words',
      restartable: false,
    });
  });

  it('is a stop once somebody wanted one', () => expect(read(final({ ...stopped, code: 143 }), true)).toBe('stopped'));
});

describe('any other exit', () => {
  it.each([
    ['by itself', final({ code: 1 }), 'failed'],
    ['after a notice', final({ code: 1, notice }), 'interrupted'],
    ['after a notice that only the supervision saw', final({ code: 1 }, { notice }), 'interrupted'],
    ['with a spot reason', final({ code: 143 }, { stateReason: 'Server.SpotInstanceTermination' }), 'interrupted'],
    [
      'with a reason in lower case',
      final({ code: 143 }, { stateReason: 'server.spotinstancetermination' }),
      'interrupted',
    ],
    [
      'with the instance shut down',
      final({ code: 143 }, { stateReason: 'Client.InstanceInitiatedShutdown' }),
      'interrupted',
    ],
    ['with its lease run out', final({ code: 143, stoppedBy: 'lease' }), 'interrupted'],
    ['caused by our stop', final({ code: 143, stoppedBy: 'stop' }), 'stopped'],
  ])('%s', (_, result, kind) => expect(read(result)).toBe(kind));

  it('after a notice that came as a signal is an interruption', () => {
    expect(read(final({ code: 1 }), false, notice)).toBe('interrupted');
  });

  it('never counts as failure once a stop was asked for', () => expect(read(final({ code: 1 }), true)).toBe('stopped'));

  it.each([
    [{ code: 1 }, 'exited 1'],
    [{ code: 127 }, 'exited 127: a command was not found'],
    [{ code: null, signal: 'SIGSEGV' }, 'was ended by SIGSEGV'],
    [{ code: null, signal: 'SIGKILL' }, 'was killed by SIGKILL, as when memory runs out'],
  ])('%j says what happened', (patch, reason) => {
    expect(readSupervision(final(patch), { stopAsked: false })).toMatchObject({ reason, tail: 'last words' });
  });
});

describe('no word of the host', () => {
  const silent = (kind: SuperviseResult['kind'], stateReason?: string): SuperviseResult => ({
    kind,
    detail: 'detail',
    ...(stateReason ? { stateReason } : {}),
  });

  it.each(['Client.UserInitiatedShutdown', 'Server.InternalError', undefined])(
    'and the instance lost (%s) is an interruption',
    (reason) => expect(read(silent('lost', reason))).toBe('interrupted'),
  );

  it('and the instance running is unreachable', () => expect(read(silent('unreachable'))).toBe('unreachable'));
});

it.each([
  ['deadline', 'deadline'],
  ['budget', 'budget'],
  ['cancelled', 'stop'],
] as const)('an ending %s is told to the training as %s', (outcome, reason) => {
  expect(stopReason({ outcome })).toBe(reason);
  expect(stopReason(undefined)).toBe('stop');
});
