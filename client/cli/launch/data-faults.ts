import { addressFault, lookAtInput, lookAtOutput, type ObjectStore, type S3Fault } from '../../../adapters/aws';
import { outputPath, type RunSpec, type Settings, type SpecFault } from '../../../contract';

/**
 * Inputs that are not there, and buckets. The worker looks again, with its own rights: what this identity may not see is no
 * fault, and neither is a service that does not answer now.
 * @param input the spec as it was written, for the places of its outputs
 */
export async function dataFaults(
  spec: Pick<RunSpec, 'inputs' | 'outputs'>,
  input: unknown,
  store: Pick<ObjectStore, 'head' | 'list'>,
  settings: Pick<Settings, 'cloud' | 'region'>,
): Promise<SpecFault[]> {
  const fault = async (path: string, url: string, look: Promise<S3Fault | undefined>): Promise<SpecFault[]> => {
    const found = await look.catch(() => undefined);
    return found?.kind === 'missing' ? [{ path, message: addressFault(found, url, path, settings) }] : [];
  };
  const faults = await Promise.all([
    ...spec.inputs.map(({ from }, i) => fault(`inputs[${i}].from`, from, lookAtInput(store, from))),
    ...spec.outputs.map(({ to }, i) =>
      to === undefined ? [] : fault(`${outputPath(input, i)}.to`, to, lookAtOutput(store, to)),
    ),
  ]);
  return faults.flat();
}
