import type { createInventory as Create } from './inventory';

/** As `createInventory` of the inventory. The SDK is read by who makes one. */
export const createInventory: typeof Create = (settings) => {
  const { createInventory: create } = require('./inventory') as typeof import('./inventory');
  return create(settings);
};
