import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadSettings, SettingsError } from '../../../adapters/settings';
import type { StackState } from '../../../contract';

const homes: string[] = [];

/** A home of its own for one test, with these files in it. Removed by {@link removeHomes}. */
export function home(files: Record<string, string> = {}): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'trainctl-home-'));
  homes.push(dir);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(dir, name), text);
  return dir;
}

export function removeHomes(): void {
  for (const dir of homes.splice(0)) rmSync(dir, { recursive: true, force: true });
}

export function stackState(cloudUrl = 'http://127.0.0.1:4510'): StackState {
  return {
    version: 1,
    startedAt: '2026-11-23T04:00:00.000Z',
    temporal: {
      address: '127.0.0.1:7555',
      namespace: 'default',
      uiUrl: 'http://127.0.0.1:8555',
      pid: 1,
      binary: null,
      version: '1.31.2',
    },
    cloud: {
      url: cloudUrl,
      pid: 2,
      dir: '/tmp/cloud',
      region: 'us-east-1',
      bucket: 'trainctl',
      accessKeyId: 'LOCAL',
      secretAccessKey: 'local-secret',
      sshPort: 2022,
      user: 'ubuntu',
    },
    worker: null,
  };
}

/** `where: message` of each fault of the settings. */
export const faultsOf = (env: NodeJS.ProcessEnv): string[] => {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map(({ where, message }) => `${where}: ${message}`);
    throw error;
  }
  return [];
};
