import { addressFault, awsErrorMessage, classify, lookAtInput, type S3Fault, s3FaultOf } from '../../adapters/aws';
import { outputPath, parseS3Url, type RunSpec, type SpecFault } from '../../contract';
import type { ActivityDeps } from '../step';

/** Named when an upload is begun, and ended at once, to see whether one may be; nothing of that name is ever there. */
const PROBE = '.trainctl-may-write';

/**
 * Looks at what a run will read and where it will write, before anything is launched for it. What S3 does not answer now is
 * thrown, to be asked again.
 * @param input the spec as it was written, for the places of its outputs
 */
export async function dataFaults(
  deps: Pick<ActivityDeps, 'store' | 'uploads' | 'settings'>,
  spec: Pick<RunSpec, 'inputs' | 'outputs'>,
  input: unknown,
  signal: AbortSignal,
): Promise<SpecFault[]> {
  const told = (path: string, address: string, fault: S3Fault | undefined) =>
    fault && { path, message: addressFault(fault, address, path, deps.settings) };
  const inputs = spec.inputs.map(async ({ from }, i) =>
    told(`inputs[${i}].from`, from, await lookAtInput(deps.store, from, signal)),
  );
  const outputs = spec.outputs.map(async ({ to }, i) =>
    to === undefined ? undefined : told(`${outputPath(input, i)}.to`, to, await writeFault(deps.uploads, to, signal)),
  );
  return (await Promise.all([...inputs, ...outputs])).filter((fault) => fault !== undefined);
}

/** An upload in parts needs the right to write, and leaves nothing when it is ended. */
async function writeFault(
  uploads: ActivityDeps['uploads'],
  to: string,
  signal: AbortSignal,
): Promise<S3Fault | undefined> {
  const address = parseS3Url(to);
  if (!address) return { kind: 'missing', message: 'is not an S3 address (s3://bucket/prefix/)' };
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
    if (fault) return fault;
    if (classify(error) === 'refusal') {
      return { kind: 'denied', message: `S3 refuses to write there: ${awsErrorMessage(error)}` };
    }
    throw error;
  }
}
