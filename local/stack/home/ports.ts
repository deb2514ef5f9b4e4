import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StackState } from '../../../contract';

/** Where the servers of a home listened last. */
export interface Ports {
  temporal?: number;
  ui?: number;
  cloud?: number;
}

const file = (home: string): string => path.join(home, 'ports.json');

/** Empty when no stack has run in this home. Links, shells with `stack env` and workers elsewhere find the same addresses. */
export function lastPorts(home: string): Ports {
  try {
    const value = JSON.parse(readFileSync(file(home), 'utf8')) as Record<string, unknown>;
    const port = (name: keyof Ports): Ports => {
      const number = Number(value[name]);
      return Number.isInteger(number) && number > 0 && number < 65_536 ? { [name]: number } : {};
    };
    return { ...port('temporal'), ...port('ui'), ...port('cloud') };
  } catch {
    return {};
  }
}

export async function rememberPorts(home: string, { temporal, cloud }: StackState): Promise<void> {
  const ports: Ports = {
    temporal: portOf(`tcp://${temporal.address}`),
    ui: portOf(temporal.uiUrl),
    cloud: portOf(cloud.url),
  };
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(file(home), `${JSON.stringify(ports)}\n`, { mode: 0o600 });
}

const portOf = (url: string): number => Number(new URL(url).port);
