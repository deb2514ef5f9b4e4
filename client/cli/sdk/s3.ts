/** Alone in its file, so that what is bundled with S3's SDK is loaded by who uses S3. */
export { createObjectStore } from '../../../adapters/aws/s3/object-store';
