/** The local cloud's S3: a node:http request handler over a folder of files. */
export type { S3Fault, S3Faults } from './faults';
export { createS3, type S3, type S3Options } from './server';
