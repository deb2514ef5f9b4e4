import { applySet } from '../../../../client/cli/shared/set-option';

const set = (document: Record<string, unknown>, ...assignments: string[]): Record<string, unknown> => {
  for (const assignment of assignments) applySet(document, assignment);
  return document;
};

describe('--set', () => {
  it('sets values of every kind, making what is missing on the way', () => {
    expect(
      set({}, 'limits.maxDuration=4h', 'retry.failures=2', 'resources.zones=[a, b]', 'inputs[0].to=data/', 'name=x=y'),
    ).toEqual({
      limits: { maxDuration: '4h' },
      retry: { failures: 2 },
      resources: { zones: ['a', 'b'] },
      inputs: [{ to: 'data/' }],
      name: 'x=y',
    });
  });

  it('removes with null, and keeps empty text', () => {
    expect(set({ limits: { maxCostUsd: 5 } }, 'limits.maxCostUsd=null', 'env.A=')).toEqual({
      limits: {},
      env: { A: '' },
    });
  });

  it('removes nothing that no spec has: it stays, and is refused there', () => {
    expect(set({}, 'limits.maxCost=null', 'nam=null')).toEqual({ limits: { maxCost: null }, nam: null });
    expect(set({ env: { A: '1' } }, 'env.A=null', 'env.B=null', 'hold.for=null')).toEqual({ env: {} });
  });

  it.each(['novalue', '=x', 'a..b=1', 'a b=1', '__proto__.x=1', 'a.constructor.x=1', 'a={', 'a[x]=1'])(
    'refuses %s',
    (assignment) => {
      expect(() => set({}, assignment)).toThrow(`--set ${assignment}`);
      expect(({} as Record<string, unknown>).x).toBeUndefined();
    },
  );

  it('refuses to look into a plain value, and to take a list for a mapping', () => {
    expect(() => set({ name: 'x' }, 'name.y=1')).toThrow('name is a plain value');
    expect(() => set({ inputs: [] }, 'inputs.to=1')).toThrow('inputs is a list');
    expect(() => set({ env: {} }, 'env[0]=1')).toThrow('env is no list');
  });
});
