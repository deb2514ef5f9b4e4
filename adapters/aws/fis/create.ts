import type { createFis as Create } from './client';

/** As `createFis` of the client. Its SDK is read by who interrupts an instance, and by nobody else. */
export const createFis: typeof Create = (settings) => {
  const { createFis: create } = require('./client') as typeof import('./client');
  return create(settings);
};
