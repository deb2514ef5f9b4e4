import { bucketOf, makeBucket, s3FaultOf } from '../../../adapters/aws';
import { homeDir } from '../../../adapters/settings';
import type { Settings } from '../../../contract';

type Named = Pick<Settings, 'cloud' | 'region' | 'bucket'>;

/**
 * What S3 refused, of which bucket, what names that, and what to do; undefined for everything else.
 * @param settings undefined where they cannot be read
 */
export function storeWords(
  error: unknown,
  settings: Named | undefined,
  env: NodeJS.ProcessEnv,
): { message: string; next: string } | undefined {
  const fault = s3FaultOf(error, '');
  if (!fault) return undefined;
  const bucket = bucketOf(error) ?? settings?.bucket;
  const at = bucket === undefined ? '' : `s3://${bucket}`;
  const own = bucket === settings?.bucket;
  if (fault.kind === 'denied') {
    return {
      message: `S3 denies access${at && ` to ${at}`}`,
      next: 'give your credentials the rights of docs/run-on-aws.md there (s3:ListBucket, s3:GetObject, s3:PutObject); whose they are: aws sts get-caller-identity',
    };
  }
  const message = `S3: ${fault.message}${at && `: ${at}`}`;
  if (own && settings?.cloud === 'local') {
    return {
      message: `${message}, that of the local stack`,
      next: 'what was in it is lost; the stack makes it anew when it starts: trainctl stack down, then trainctl stack up --detach',
    };
  }
  const { name, change } = own ? namedBySettings(env) : NAMED_BY_SPEC;
  const todo: string[] = [];
  if (settings && fault.of === 'region') todo.push(`it has to be in ${settings.region}`);
  if (settings && fault.of === 'bucket' && bucket !== undefined) todo.push(`make it: ${makeBucket(bucket, settings)}`);
  return { message: `${message}; ${name} names it`, next: [...todo, change].join('; or ') };
}

const NAMED_BY_SPEC = { name: 'the spec of the run', change: 'name another in its inputs and outputs' };

/** Where the bucket of the installation is named. */
function namedBySettings(env: NodeJS.ProcessEnv): { name: string; change: string } {
  const file = `${homeDir(env)}/settings.yaml`;
  if (env.TRAINCTL_BUCKET)
    return { name: 'TRAINCTL_BUCKET', change: 'set TRAINCTL_BUCKET to another; then: trainctl doctor' };
  return { name: `bucket in ${file}`, change: `name another there (or by TRAINCTL_BUCKET); then: trainctl doctor` };
}
