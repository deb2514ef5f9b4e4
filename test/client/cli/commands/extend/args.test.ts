import { extendArgs } from '../../../../../client/cli/commands/extend/args';

it('adds time and money, and refuses neither', () => {
  expect(extendArgs({ duration: '+2h', cost: '+5' })).toEqual({ duration: 7200, costUsd: 5 });
  expect(() => extendArgs({})).toThrow('by how much');
  expect(() => extendArgs({ duration: 'banana' })).toThrow('banana');
  expect(() => extendArgs({ cost: '-5' })).toThrow('not an amount');
  expect(() => extendArgs({ cost: 'x', duration: 'banana' })).toThrow(/--duration: "banana".*\n.*--cost: "x"/);
});
