import type { Element } from './xml';

/**
 * What the two schemas ask for that CI systems use, Jenkins' (junit-10.xsd of its xUnit plugin) and Ant's (JUnit.xsd), as rules: an
 * element may have these attributes and no others, these children in this order, and text or none.
 */
interface Rule {
  required: Record<string, RegExp>;
  optional?: Record<string, RegExp>;
  /** The names of its children, each followed by a blank. */
  children: RegExp;
  text?: true;
}

const ANY = /^/;
/** xs:token of at least one character. */
const TOKEN = /^(?! )[^\t\n\r]+(?<! )$/;
const INT = /^\d+$/;
const DECIMAL = /^\d+(\.\d+)?$/;
/** Surefire's, of Jenkins' schema. */
const TIME = /^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$/;

const both = (one: RegExp, other: RegExp): RegExp => new RegExp(`(?=${one.source})${other.source}`);

const problem: Rule = { required: { type: ANY }, optional: { message: ANY }, children: /^$/, text: true };

const RULES: Record<string, Rule> = {
  // Ant's has no attributes here.
  testsuites: { required: {}, children: /^(testsuite )*$/ },
  testsuite: {
    required: {
      name: TOKEN,
      package: TOKEN,
      id: INT,
      timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
      hostname: TOKEN,
      tests: INT,
      failures: INT,
      errors: INT,
      time: both(TIME, DECIMAL),
    },
    optional: { skipped: INT },
    children: /^properties (testcase )*system-out system-err $/,
  },
  properties: { required: {}, children: /^(property )*$/ },
  property: { required: { name: TOKEN, value: ANY }, children: /^$/ },
  testcase: {
    required: { name: TOKEN, classname: TOKEN, time: DECIMAL },
    children: /^((skipped|error|failure) )?$/,
  },
  skipped: { required: {}, optional: { type: ANY, message: ANY }, children: /^$/, text: true },
  error: problem,
  failure: problem,
  'system-out': { required: {}, children: /^$/, text: true },
  'system-err': { required: {}, children: /^$/, text: true },
};

/** What of a report does not fit, a sentence each. */
export function junitFaults(element: Element, at = `/${element.name}`): string[] {
  const rule = RULES[element.name];
  if (!rule) return [`${at} is unknown`];
  const faults: string[] = [];
  for (const [name, form] of Object.entries(rule.required)) {
    const value = element.attributes[name];
    if (value === undefined || !form.test(value)) faults.push(`${at}@${name} is ${JSON.stringify(value)}`);
  }
  for (const [name, value] of Object.entries(element.attributes)) {
    const form = rule.required[name] ?? rule.optional?.[name];
    if (!form?.test(value)) faults.push(`${at}@${name} may not be ${JSON.stringify(value)}`);
  }
  const children = element.children.map(({ name }) => `${name} `).join('');
  if (!rule.children.test(children)) faults.push(`${at} may not have ${children}`);
  if (!rule.text && element.text.trim() !== '') faults.push(`${at} has text`);
  if (element.name === 'testsuite') faults.push(...countFaults(element, at));
  return [...faults, ...element.children.flatMap((child, i) => junitFaults(child, `${at}/${child.name}[${i}]`))];
}

/** No schema says it, and every CI system shows it. */
function countFaults({ attributes, children }: Element, at: string): string[] {
  const cases = children.filter(({ name }) => name === 'testcase');
  const having = (name: string): number =>
    cases.filter((one) => one.children.some((child) => child.name === name)).length;
  const counted = {
    tests: cases.length,
    failures: having('failure'),
    errors: having('error'),
    skipped: having('skipped'),
  };
  return Object.entries(counted)
    .filter(([name, count]) => Number(attributes[name]) !== count)
    .map(([name, count]) => `${at}@${name} is ${attributes[name]}, and there are ${count}`);
}
