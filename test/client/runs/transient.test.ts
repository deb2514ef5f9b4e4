import { isTransient } from '../../../client/runs/transient';

const coded = (code: string): Error => Object.assign(new Error('x'), { code });

test.each(['ENETUNREACH', 'EHOSTUNREACH', 'ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND'])(
  '%s is of the way to a service, wherever it is in what was thrown',
  (code) => {
    expect(isTransient(coded(code))).toBe(true);
    expect(isTransient(new Error('fetch failed', { cause: coded(code) }))).toBe(true);
    expect(isTransient(new AggregateError([coded('EACCES'), coded(code)]))).toBe(true);
  },
);

test.each(['ENOENT', 'EACCES', 'ENETUNREACHABLE', 'AccessDenied'])('%s is not', (code) => {
  expect(isTransient(coded(code))).toBe(false);
});
