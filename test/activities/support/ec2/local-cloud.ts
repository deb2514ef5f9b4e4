import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDeps, type Timing } from '../../../../activities/step/deps';
import type { Settings } from '../../../../contract';
import { startCloud } from '../../../../local/cloud/server';
import { freePort } from '../../../../local/stack/machine/free-port';
import { localSettings } from '../../../adapters/aws/support/settings';
import { agentFile } from '../../../support/agent-file';
import { quiet, RUN, SECRET } from './deps';

const AGENT = readFileSync(agentFile());

/** The local cloud, and settings that a worker would have for it. */
export async function startLocalCloud() {
  const dir = mkdtempSync(path.join(tmpdir(), 'tc-'));
  const cloud = await startCloud({ dir, port: 0, sshPort: await freePort(), timeScale: 100 });
  const { url, accessKeyId, secretAccessKey, controlToken, region, sshPort, user } = cloud.info;
  const settings: Settings = localSettings(url, {
    region,
    sshPort,
    user,
    credentials: { accessKeyId, secretAccessKey },
  });
  const call = async (method: string, at: string, body?: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${controlToken}` };
    const reply = await fetch(`${url}/_local/${at}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!reply.ok) throw new Error(`${method} ${at}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  };
  return {
    settings,
    fault: (kind: string, more: object = {}) => call('POST', 'faults', { kind, ...more }),
    calm: () => call('DELETE', 'faults'),
    post: (at: string, body: object = {}) => call('POST', at, body),
    state: () =>
      call('GET', 'state') as Promise<{ instances: { id: string; state: string }[]; calls: Record<string, number> }>,
    deps: (timing: Partial<Timing> = {}) =>
      createDeps({
        settings,
        secret: SECRET,
        namespaceId: RUN.namespaceId,
        agent: { source: AGENT, sha256: createHash('sha256').update(AGENT).digest('hex') },
        log: quiet,
        signalRun: async () => {},
        timing,
      }),
    close: async (): Promise<void> => {
      await cloud.close();
      await rm(dir, { recursive: true, force: true, maxRetries: 50, retryDelay: 40 });
    },
  };
}
