import fc from 'fast-check';
import { briefId, isRunId, type NodeRef, nodeTags, plainId, runIdTags, TAGS, taggedRunId } from '../../../contract';

const anyId = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter(isRunId),
  fc.constantFrom('a=b', '%25', '=', 'x'.repeat(1000), '训'.repeat(333), 'a\0b\n*?\\'),
);

it('ids of plain letters are their tag, as they always were', () => {
  for (const id of ['digits-7k2f', 'nightly-2026-11-27T03:00:00Z']) expect(runIdTags(id)).toEqual({ [TAGS.run]: id });
  expect(plainId('two\nlines=é')).toBe('two=0Alines=3D=C3=A9');
});

it('any id is found again in its tags, which EC2 takes', () => {
  fc.assert(
    fc.property(anyId, (id) => {
      const tags = runIdTags(id);
      expect(taggedRunId(tags)).toBe(id);
      expect(Object.keys(tags).length).toBeLessThanOrEqual(12);
      for (const value of Object.values(tags)) expect(value).toMatch(/^[A-Za-z0-9._:/+@=-]{1,256}$/);
      expect(briefId(id)).toMatch(/^[A-Za-z0-9._:/+@=-]{1,200}$/);
    }),
  );
});

it('tags that somebody else wrote name no run, and throw nothing', () => {
  for (const value of ['', '=', '=ZZ', '=FF', '='.repeat(256)])
    expect(taggedRunId({ [TAGS.run]: value })).toBeUndefined();
  expect(taggedRunId({ [TAGS.run]: '100%' })).toBe('100%');
});

it('every tag of a node of any run stays within the limits of EC2', () => {
  const node: NodeRef = {
    workflowId: '训'.repeat(333),
    runKey: 'a'.repeat(16),
    installation: 'default',
    namespaceId: 'n',
    attempt: 12,
    node: 0,
  };
  const tags = nodeTags(node, 'demo');
  expect(Object.keys(tags).length).toBeLessThan(50);
  for (const value of Object.values(tags)) expect(value.length).toBeLessThanOrEqual(256);
});
