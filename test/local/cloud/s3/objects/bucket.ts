import { openTarget, type Target } from '../target';

type Answer = ReturnType<Target['raw']>;

/** A bucket, and the requests that every test of objects makes. */
export interface Bucket {
  target: Target;
  name: string;
  path(key: string): string;
  put(key: string, body?: string | Buffer, headers?: Record<string, string>): Answer;
  get(key: string, headers?: Record<string, string>): Answer;
}

export async function openBucket(): Promise<Bucket> {
  const target = await openTarget();
  const name = await target.bucket();
  const path = (key: string): string => `/${name}/${key}`;
  return {
    target,
    name,
    path,
    put: (key, body = 'hello', headers = {}) => target.raw({ method: 'PUT', path: path(key), body, headers }),
    get: (key, headers = {}) => target.raw({ path: path(key), headers }),
  };
}
