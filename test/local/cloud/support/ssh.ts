import { createHash } from 'node:crypto';
import { Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import { type KeyPair, newKeyPair } from '../../../../local/cloud/hosts/ssh/openssh-key';

export type { KeyPair };
export const newKey = newKeyPair;

/** The fingerprint of a public key line, as `connect` reports it of the host's key. */
export const fingerprint = (publicKey: string): string =>
  createHash('sha256')
    .update(Buffer.from(publicKey.split(' ')[1] ?? '', 'base64'))
    .digest('hex');

/** User data as the product writes it: host key and one login. */
export function cloudConfig(host: KeyPair, login: KeyPair, more: object = {}): string {
  const document = {
    ssh_keys: { ed25519_private: host.private, ed25519_public: host.public },
    ssh_authorized_keys: [login.public],
    ...more,
  };
  // JSON is YAML.
  return `#cloud-config\n${JSON.stringify(document)}\n`;
}

export interface Outcome {
  code: number | null;
  signal: string | null;
  stdout: Buffer;
  stderr: string;
}

export interface Login {
  client: Client;
  /** sha256 of the host key that was proved. */
  hostKey: string;
  run(command: string, stdin?: Buffer | string): Promise<Outcome>;
  /** The channel itself, for tests of its edges. */
  open(command: string, pty?: boolean): Promise<ClientChannel>;
  text(command: string): Promise<string>;
  end(): void;
}

export async function login(address: string, key: KeyPair, more: ConnectConfig = {}, port = 2022): Promise<Login> {
  const client = new Client();
  // Cut connections are part of some tests; a client that timed out tells of the cut as well.
  client.on('error', () => undefined);
  let hostKey = '';
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
    client.connect({
      host: address,
      port,
      username: 'ubuntu',
      privateKey: key.private,
      hostHash: 'sha256',
      hostVerifier: (hash: string) => {
        hostKey = hash;
        return true;
      },
      readyTimeout: 20_000,
      ...more,
    });
  }).catch((error: unknown) => {
    client.destroy();
    throw error;
  });
  client.setNoDelay(true);
  const open = (command: string, pty = false) =>
    new Promise<ClientChannel>((resolve, reject) =>
      client.exec(command, { pty }, (error, channel) => (error ? reject(error) : resolve(channel))),
    );
  const run = async (command: string, stdin: Buffer | string = '') => {
    const channel = await open(command);
    const outcome = collect(channel);
    channel.end(stdin);
    return outcome;
  };
  return {
    client,
    hostKey,
    run,
    open,
    text: async (command) => (await run(command)).stdout.toString().trim(),
    end: () => client.end(),
  };
}

/** All that a channel gives until it closes. */
export async function collect(channel: ClientChannel): Promise<Outcome> {
  const stdout: Buffer[] = [];
  const outcome: Outcome = { code: null, signal: null, stdout: Buffer.alloc(0), stderr: '' };
  channel.on('data', (data: Buffer) => stdout.push(data));
  channel.stderr.on('data', (data: Buffer) => {
    outcome.stderr += data.toString();
  });
  // Not at `exit`: sshd may tell it before anybody can listen.
  await new Promise<void>((resolve) =>
    channel.once('close', (code?: number | null, signal?: string) => {
      outcome.code = code ?? null;
      outcome.signal = signal ?? null;
      resolve();
    }),
  );
  return { ...outcome, stdout: Buffer.concat(stdout) };
}
