import { durationSeconds } from '../../../../local/cloud/fis/duration';
import { FisError } from '../../../../local/cloud/fis/errors';
import { FIS_ROLE } from '../../../../local/cloud/fis/experiments';
import { readTemplate } from '../../../../local/cloud/fis/template';

const ARN = 'arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0';
const target = { resourceType: 'aws:ec2:spot-instance', resourceArns: [ARN], selectionMode: 'ALL' };
const action = {
  actionId: 'aws:ec2:send-spot-instance-interruptions',
  parameters: { durationBeforeInterruption: 'PT2M' },
  targets: { SpotInstances: 'one' },
};
const good = {
  description: 'd',
  roleArn: FIS_ROLE,
  stopConditions: [{ source: 'none' }],
  targets: { one: target },
  actions: { interrupt: action },
};
const { resourceArns: _arns, ...byNothing } = target;

function refusal(change: object): [code: string, message: string] {
  try {
    readTemplate({ ...good, ...change });
  } catch (error) {
    if (error instanceof FisError) return [error.code, error.message];
    throw error;
  }
  throw new Error('it was taken');
}
const withTarget = (change: object) => ({ targets: { one: { ...byNothing, ...change } } });
const withAction = (change: object) => ({ actions: { interrupt: { ...action, ...change } } });
const lasting = (durationBeforeInterruption: string) => withAction({ parameters: { durationBeforeInterruption } });

test('a template as it is taken, with what it does not say', () => {
  expect(readTemplate({ ...good, clientToken: 'token' })).toEqual({
    ...good,
    actions: { interrupt: { ...action, startAfter: [] } },
    tags: {},
    experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
  });
});

test.each([
  ['PT2M', 120],
  ['PT150S', 150],
  ['PT1H30M', 5400],
  ['P1DT1S', 86_401],
  ['PT', undefined],
  ['P', undefined],
  ['2', undefined],
  ['PT2', undefined],
  ['P1Y', undefined],
])('%s is a duration of %s seconds', (text, seconds) => {
  expect(durationSeconds(text)).toBe(seconds);
});

test.each(['PT2M', 'PT120S', 'PT15M'])('a notice may come %s before the end', (duration) => {
  expect(() => readTemplate({ ...good, ...lasting(duration) })).not.toThrow();
});

test.each([
  [
    'no description',
    { description: undefined },
    "Value null at 'description' failed to satisfy constraint: Member must not be null",
  ],
  ['no role', { roleArn: undefined }, "Value null at 'roleArn'"],
  ['a role that is none', { roleArn: 'arn:aws:iam::111122223333:user/me' }, 'Invalid role ARN'],
  ['no stop conditions', { stopConditions: undefined }, "Value null at 'stopConditions'"],
  ['an empty list of stop conditions', { stopConditions: [] }, 'at least one stop condition'],
  ['an odd stop condition', { stopConditions: [{ source: 'never' }] }, 'Invalid stop condition source: never'],
  ['an alarm without a name', { stopConditions: [{ source: 'aws:cloudwatch:alarm' }] }, 'needs a value'],
  ['no actions', { actions: {}, targets: {} }, 'at least one action'],
  ['a notice of less than two minutes', lasting('PT119S'), 'between PT2M and PT15M'],
  ['a notice of more than fifteen', lasting('PT15M1S'), 'between PT2M and PT15M'],
  ['a notice of no duration', lasting('two minutes'), 'between PT2M and PT15M'],
  ['no notice at all', withAction({ parameters: {} }), 'Missing required parameter "durationBeforeInterruption"'],
  ['a parameter that the action has not', withAction({ parameters: { speed: '1' } }), 'Unexpected parameter "speed"'],
  [
    'a target of another name',
    withAction({ targets: { Instances: 'one' } }),
    'Unexpected target "Instances" found in action "interrupt".',
  ],
  ['an action without a target', withAction({ targets: {} }), 'Missing required target "SpotInstances"'],
  [
    'a target that is not there',
    withAction({ targets: { SpotInstances: 'two' } }),
    'Target "two" of action "interrupt" is not defined',
  ],
  ['a target that nobody uses', { targets: { one: target, two: target } }, 'Target "two" is not used'],
  [
    'instances instead of spot instances',
    withTarget({ resourceType: 'aws:ec2:instance', resourceArns: [ARN] }),
    'resource type aws:ec2:instance',
  ],
  [
    'ARNs and tags',
    withTarget({ resourceArns: [ARN], resourceTags: { a: 'b' } }),
    'You cannot specify both resource ARNs and resource tags for target one.',
  ],
  ['nothing that says which', withTarget({}), 'You must specify'],
  ['ids instead of ARNs', withTarget({ resourceArns: ['i-0123456789abcdef0'] }), 'Invalid resource ARN'],
  ['more than five ARNs', withTarget({ resourceArns: Array(6).fill(ARN) }), 'length less than or equal to 5'],
  ['an odd selection', withTarget({ resourceArns: [ARN], selectionMode: 'SOME' }), 'Invalid selection mode SOME'],
  ['none of them', withTarget({ resourceArns: [ARN], selectionMode: 'COUNT(0)' }), 'Invalid selection mode'],
  [
    'more than all of them',
    withTarget({ resourceArns: [ARN], selectionMode: 'PERCENT(101)' }),
    'Invalid selection mode',
  ],
  ['what this cloud has not', { logConfiguration: {} }, 'has no logConfiguration'],
])('%s: ValidationException', (_what, change, words) => {
  const [code, message] = refusal(change);
  expect(code).toBe('ValidationException');
  expect(message).toContain(words);
});

test('an action that FIS has not here, and a role of another account', () => {
  expect(refusal(withAction({ actionId: 'aws:ec2:explode' }))).toEqual([
    'ResourceNotFoundException',
    'Action with ID aws:ec2:explode not found.',
  ]);
  expect(refusal({ roleArn: 'arn:aws:iam::999999999999:role/mine' })[0]).toBe('AccessDeniedException');
});
