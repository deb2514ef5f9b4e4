import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { cloudConfig, type KeyPair, type Login, login, newKey } from './ssh';
import type { Target } from './target';
import { until } from './until';

/** An instance that has booted, and the way into it. */
export interface Machine {
  id: string;
  address: string;
  host: KeyPair;
  key: KeyPair;
  login(): Promise<Login>;
  bootLog(): Promise<string>;
}

/** Launches an instance whose cloud-config sets its keys, and waits until its boot is over. */
export async function bootMachine(
  target: Target,
  config: object = {},
  input: Partial<RunInstancesCommandInput> = {},
): Promise<Machine> {
  const [host, key] = [newKey(), newKey()];
  const UserData = Buffer.from(cloudConfig(host, key, config)).toString('base64');
  const { InstanceId: id, PublicIpAddress: address = '' } = await target.runningOne({ UserData, ...input });
  const bootLog = async () => String((await target.control('GET', `instances/${id}`)).json.bootLog);
  await until('the boot to finish', async () => (await bootLog()).includes('Cloud-init finished'));
  return { id, address, host, key, bootLog, login: () => login(address, key) };
}
