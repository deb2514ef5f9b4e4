import { awsErrorCode, awsErrorMessage, classify, launchRefusal } from '../../../adapters/aws';

const answered = (name: string, status: number): Error =>
  Object.assign(new Error(`${name} said`), { name, $metadata: { httpStatusCode: status } });

test.each([
  ['RequestLimitExceeded', 503, 'throttling'],
  ['SlowDown', 503, 'throttling'],
  ['SomethingNew', 429, 'throttling'],
  ['InsufficientInstanceCapacity', 500, 'refusal'],
  ['InternalError', 500, 'transient'],
  ['Unavailable', 503, 'transient'],
  ['SomethingNew', 502, 'transient'],
  ['ExpiredToken', 400, 'transient'],
  ['IdempotentParameterMismatch', 400, 'refusal'],
  ['UnauthorizedOperation', 403, 'refusal'],
  ['InvalidParameterValue', 400, 'refusal'],
])('%s (%i) is %s', (name, status, kind) => {
  expect(classify(answered(name, status))).toBe(kind);
});

test('an error without an answer has no code and may have had its effect', () => {
  const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', $metadata: { attempts: 1 } });
  expect(awsErrorCode(reset)).toBeUndefined();
  expect(classify(reset)).toBe('transient');
  expect(classify('nonsense')).toBe('transient');
});

test.each([
  ['InsufficientInstanceCapacity', 'capacity'],
  ['Unsupported', 'capacity'],
  ['SpotMaxPriceTooLow', 'capacity'],
  ['InsufficientFreeAddressesInSubnet', 'capacity'],
  ['VcpuLimitExceeded', 'quota'],
  ['InstanceLimitExceeded', 'quota'],
  ['MaxSpotInstanceCountExceeded', 'quota'],
  ['IdempotentInstanceTerminated', 'token-spent'],
  ['InvalidAMIID.NotFound', 'fatal'],
  ['UnauthorizedOperation', 'fatal'],
  ['constructor', 'fatal'],
])('a launch refused with %s: %s', (code, kind) => {
  expect(launchRefusal(code)).toBe(kind);
});

test('messages are cut to 300 characters, and never empty', () => {
  expect(awsErrorMessage(new Error('x'.repeat(1000)))).toHaveLength(300);
  expect(awsErrorMessage(Object.assign(new Error(''), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
});
