import { isMadeSuiteTag, isSuiteTag, suiteTagOf } from '../../contract';
import { newSuiteTag } from '../../e2e/scenarios';

test('the tags that suites are given are told from the projects of people', () => {
  for (const tag of [suiteTagOf('0123456789abcdef'), newSuiteTag()])
    expect([isMadeSuiteTag(tag), isSuiteTag(tag)]).toEqual([true, true]);
  for (const project of ['e2e-mymodel', 'e2e-s-mine', 'e2e-0123456', 'my-e2e-01234567', 'e2e-01234567-b'])
    expect(isMadeSuiteTag(project)).toBe(false);
});
