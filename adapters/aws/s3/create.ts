import type { createObjectStore as CreateStore } from './object-store';
import type { createPartUploads as CreateUploads } from './part-uploads';

/** As `createObjectStore` of the store. S3's SDK is read by who makes a client, not by who needs a name beside it. */
export const createObjectStore: typeof CreateStore = (settings) => {
  const { createObjectStore: create } = require('./object-store') as typeof import('./object-store');
  return create(settings);
};

/** As `createPartUploads` of the uploads in parts; the SDK likewise. */
export const createPartUploads: typeof CreateUploads = (settings) => {
  const { createPartUploads: create } = require('./part-uploads') as typeof import('./part-uploads');
  return create(settings);
};
