import type { createEc2 as Create } from './client';

/** As `createEc2` of the client. EC2's SDK is 2 MB of source: read by who makes a client, not by who needs a name beside it. */
export const createEc2: typeof Create = (...args) => {
  const { createEc2: create } = require('./client') as typeof import('./client');
  return create(...args);
};
