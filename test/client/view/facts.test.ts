import { type Fact, factsBetween } from '../../../client';
import type { AttemptStatus } from '../../../contract';
import { at, attempt, PLACEMENT, stage, view } from '../support/status-fixture';

const RESTORED = { step: 431, attempt: 1, number: 3, key: 'a/1/3' };

const events = (facts: Fact[]): string[] =>
  facts.map((fact) => (fact.event === 'stage' ? `${fact.stage.name} ${fact.stage.state}` : fact.event));

describe('factsBetween', () => {
  const first = view({ attempts: [attempt(1, { stages: [stage('launch', 0, 1), stage('reach', 1)] })] });

  it('tells everything when there was no look before', () => {
    expect(events(factsBetween(undefined, first))).toEqual(['attempt', 'launch done', 'reach running']);
  });

  it('tells nothing twice', () => {
    expect(factsBetween(first, structuredClone(first))).toEqual([]);
  });

  it('tells what ended and what began', () => {
    const next = view({
      attempts: [attempt(1, { stages: [stage('launch', 0, 1), stage('reach', 1, 2), stage('code', 2)] })],
    });
    expect(events(factsBetween(first, next))).toEqual(['reach done', 'code running']);
  });

  it('tells an interruption: notice, end, the next attempt, the step it resumed from', () => {
    const notice = { source: 'spot' as const, action: 'terminate', time: at(120) };
    const next = view({
      interruptions: 1,
      attempts: [
        attempt(1, { stages: first.attempts[0]?.stages ?? [], notice, ended: 'interrupted', reason: 'spot' }),
        attempt(2, { restored: RESTORED }),
      ],
    });
    expect(events(factsBetween(first, next))).toEqual(['notice', 'attempt-ended', 'attempt']);
    const second = (more: Partial<AttemptStatus>) =>
      view({ ...next, attempts: [attempt(2, { restored: RESTORED, ...more })] });
    const reported = second({ firstStep: 432, resumedFromStep: 431, stepsLost: 9 });
    expect(factsBetween(second({}), reported)).toEqual([
      { event: 'resumed', attempt: 2, step: 431, firstStep: 432, lost: 9, checkpoint: RESTORED },
    ]);
    expect(factsBetween(reported, reported)).toEqual([]);
  });

  it('tells where an attempt began that had to do all again, and not where the first one did', () => {
    const again = view({ attempts: [attempt(1, { firstStep: 1 }), attempt(2, { firstStep: 1, stepsLost: 740 })] });
    const before = view({ attempts: [attempt(1), attempt(2)] });
    expect(factsBetween(before, again)).toEqual([{ event: 'resumed', attempt: 2, firstStep: 1, lost: 740 }]);
  });

  it('tells of a checkpoint that is new, and not of an older one that is the last again after a step back', () => {
    const last = (number: number) =>
      view({ attempts: [attempt(1)], lastCheckpoint: { step: null, attempt: 1, number, key: `a/1/${number}` } });
    expect(events(factsBetween(last(1), last(2)))).toEqual(['checkpoint']);
    expect(events(factsBetween(last(2), last(1)))).toEqual([]);
  });

  it('tells refused launches once each', () => {
    const refused = { try: 1, placement: PLACEMENT, code: 'InsufficientInstanceCapacity', at: at(1) };
    const next = view({ attempts: [attempt(1, { tries: [refused, { try: 2, placement: PLACEMENT, at: at(2) }] })] });
    expect(events(factsBetween(view({ attempts: [attempt(1)] }), next))).toEqual(['refused']);
    expect(factsBetween(next, next)).toEqual([]);
  });

  it('tells a lost and found connection, and not one that ended with its attempt', () => {
    const cut = view({ attempts: [attempt(1, { disconnectedSince: at(5) })] });
    expect(events(factsBetween(view({ attempts: [attempt(1)] }), cut))).toEqual(['disconnected']);
    expect(events(factsBetween(cut, view({ attempts: [attempt(1)] })))).toEqual(['reconnected']);
    const worse = view({ attempts: [attempt(1, { disconnectedSince: at(5), disconnectedWhy: 'another host key' })] });
    expect(factsBetween(cut, worse)).toEqual([
      { event: 'disconnected', attempt: 1, since: at(5), why: 'another host key' },
    ]);
    const ended = view({ attempts: [attempt(1, { ended: 'unreachable', reason: 'silent' })] });
    expect(events(factsBetween(cut, ended))).toEqual(['attempt-ended']);
  });

  it('says once that no worker answers, invents nothing meanwhile, and says when one does', () => {
    const blind = view({ source: 'temporal', attempts: [] });
    expect(events(factsBetween(first, blind))).toEqual(['no-worker']);
    expect(factsBetween(blind, blind)).toEqual([]);
    expect(events(factsBetween(blind, first))[0]).toBe('no-worker');
  });

  it('calls no busy worker none', () => {
    const busy = view({ source: 'temporal', workerBusy: true, attempts: [] });
    expect(factsBetween(first, busy)).toEqual([]);
    expect(events(factsBetween(busy, first))).not.toContain('no-worker');
    expect(events(factsBetween(busy, view({ source: 'temporal', attempts: [] })))).toEqual(['no-worker']);
  });
});
