import type { Settings } from '../../../contract';
import { type CallOptions, http } from '../call-options';
import { awsErrorCode } from '../classify';
import { clientConfig } from '../clients';

/**
 * The value of an SSM parameter, such as the newest image of a family; undefined when there is none. RunInstances could
 * take the name itself, but not say the image's root device, nor give two attempts of a run the same image.
 */
export async function readParameter(
  settings: Settings,
  region: string,
  name: string,
  options: CallOptions = {},
): Promise<string | undefined> {
  const config = clientConfig(settings, 'ssm', region);
  // Loaded here because only installations on AWS need it.
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient(config);
  try {
    const reply = await client.send(new GetParameterCommand({ Name: name }), http(options));
    return reply.Parameter?.Value;
  } catch (error) {
    if (awsErrorCode(error) === 'ParameterNotFound') return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
