import type { SuiteResult } from '../../../contract';
import { junitXml } from '../../../e2e/reports';
import { junitFaults } from './junit-rules';
import { FAILING, HOSTILE, PASSING, SPENT } from './results';
import { type Element, parseXml } from './xml';

test.each([
  ['passing', PASSING],
  ['failing', FAILING],
  ['one whose money was spent', SPENT],
  ['one of nothing', { outcome: 'cancelled', scenarios: [], costUsd: 0, leftovers: [] }],
] satisfies [string, SuiteResult][])('a %s suite is JUnit XML as Jenkins and Ant have it', (_, result) => {
  expect(junitFaults(parseXml(junitXml(result)))).toEqual([]);
});

test('the rules see what does not fit', () => {
  const whole = junitXml(FAILING);
  const faulty = (from: string | RegExp, to: string): string[] => {
    const changed = whole.replace(from, to);
    expect(changed).not.toBe(whole);
    return junitFaults(parseXml(changed));
  };
  expect(faulty('<testsuites>', '<testsuites colour="red">')).toHaveLength(1);
  expect(faulty(/ tests="\d+"/, '')).toHaveLength(2);
  expect(faulty(/ failures="2"/, ' failures="1"')).toHaveLength(1);
  expect(faulty('T03:00:00"', 'T03:00:00Z"')).not.toEqual([]);
  expect(faulty('    <system-err></system-err>\n', '')).toHaveLength(1);
  expect(faulty('</properties>', '</properties>words')).toHaveLength(1);
  expect(() => parseXml(whole.replace('</testsuite>', ''))).toThrow('closes');
  expect(() => parseXml(whole.replace('&amp;', '&'))).toThrow();
  expect(() => parseXml(whole.replace('␛', '\u001b'))).toThrow('forbids');
});

const below = (element: Element, name: string): Element[] => element.children.filter((one) => one.name === name);

test('a scenario is a suite, a step a case, and the suite as a whole has cases of its own', () => {
  const suites = below(parseXml(junitXml(FAILING)), 'testsuite');
  expect(
    suites.map(({ attributes }) => [attributes.name, attributes.tests, attributes.failures, attributes.skipped]),
  ).toEqual([
    ['training-workflow', '4', '2', '1'],
    ['code-sync', '2', '0', '0'],
    ['spot-interruption', '2', '0', '1'],
    ['suite', '2', '1', '0'],
  ]);
});

test('what a host said arrives as it was, but for what XML cannot hold', () => {
  const [suite] = below(parseXml(junitXml(FAILING)), 'testsuite');
  const [failure] = (suite ? below(suite, 'testcase') : []).flatMap((one) => below(one, 'failure'));
  const readable = HOSTILE.replaceAll('\u001b', '␛')
    .replace('\u0000', '␀')
    .replace('\u0007', '␇')
    .replace(/\ud800 \ufffe/, '\ufffd \ufffd');
  expect(failure?.attributes.message).toBe(`the log: not as expected ${readable}`);
  expect(failure?.text).toContain(`seen:\n${readable}`);
  expect(failure?.text).toContain('expected:\nstep 12\nstep 13');
});

test.each([
  ['all of it was skipped', { outcome: 'failed', scenarios: [] }],
  ['it was cancelled', { outcome: 'cancelled', scenarios: [] }],
  ['a scenario does not say why', { outcome: 'failed', scenarios: [{ ...PASSING.scenarios[0], outcome: 'failed' }] }],
  ['something is left', { outcome: 'failed', leftovers: ['instance i-1 (running)'] }],
])('a suite that has not passed has one failure at least: %s', (_, more) => {
  const result = { ...PASSING, reason: 'nothing was shown', ...more } as SuiteResult;
  const xml = junitXml(result);
  expect(junitFaults(parseXml(xml))).toEqual([]);
  expect(xml.match(/<failure /g)).toHaveLength(1);
});

test('a suite that did not run to its end is no success', () => {
  const suite = below(parseXml(junitXml(SPENT)), 'testsuite').at(-1);
  expect(suite?.attributes).toMatchObject({ name: 'suite', failures: '1' });
});
