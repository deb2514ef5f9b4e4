import { awsErrorMessage, classify, lookAtInput, s3FaultOf } from '../../adapters/aws';
import { parseS3Url, type RunSpec, type SpecFault } from '../../contract';
import type { ActivityDeps } from '../step';

/** Named when an upload is begun, and ended at once, to see whether one may be; nothing of that name is ever there. */
const PROBE = '.trainctl-may-write';

/**
 * Looks at what a run will read and where it will write, before anything is launched for it. What S3 does not answer now is
 * thrown, to be asked again.
 */
export async function dataFaults(
  deps: Pick<ActivityDeps, 'store' | 'uploads'>,
  spec: Pick<RunSpec, 'inputs' | 'outputs'>,
  signal: AbortSignal,
): Promise<SpecFault[]> {
  const inputs = spec.inputs.map(async ({ from }, index) => {
    const fault = await lookAtInput(deps.store, from, signal);
    return fault && { path: `inputs[${index}].from`, message: `${from}: ${fault.message}` };
  });
  const outputs = spec.outputs.map(async ({ to }, index) => {
    const message = to === undefined ? undefined : await writeFault(deps.uploads, to, signal);
    return message === undefined ? undefined : { path: `outputs[${index}].to`, message: `${to}: ${message}` };
  });
  return (await Promise.all([...inputs, ...outputs])).filter((fault) => fault !== undefined);
}

/** An upload in parts needs the right to write, and leaves nothing when it is ended. */
async function writeFault(
  uploads: ActivityDeps['uploads'],
  to: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const address = parseS3Url(to);
  if (!address) return 'is not an S3 address (s3://bucket/prefix/)';
  const { bucket } = address;
  const key = `${address.key}${PROBE}`;
  try {
    const own = { bucket, key, uploadId: await uploads.begin(bucket, key, { signal }) };
    // Also those of tries whose answer was lost. Without parts they cost nothing, should one stay.
    const begun = await uploads.open(bucket, key, { signal }).catch(() => []);
    for (const upload of [own, ...begun]) await uploads.abort(upload).catch(() => undefined);
    return undefined;
  } catch (error) {
    const fault = s3FaultOf(error, 'give the workers s3:PutObject there');
    if (fault) return fault.message;
    if (classify(error) === 'refusal') return `S3 refuses to write there: ${awsErrorMessage(error)}`;
    throw error;
  }
}
