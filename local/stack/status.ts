import { connect } from 'node:net';
import { readState, type StoredStack } from './home/state';
import { answersOk } from './machine/answers-ok';
import { isOurs } from './machine/processes';
import { marks } from './stop-stack';

export interface PartStatus {
  name: string;
  up: boolean;
  detail: string;
}

export interface StackStatus {
  /** All parts live and answer. */
  up: boolean;
  state?: StoredStack;
  parts: PartStatus[];
}

/** Asks each server of this home whether it lives and answers. */
export async function stackStatus(home: string): Promise<StackStatus> {
  const state = await readState(home);
  if (!state) return { up: false, parts: [] };
  const answers: Record<string, () => Promise<boolean>> = {
    temporal: () => accepts(state.temporal.address),
    'local cloud': () => answersOk(`${state.cloud.url}/_local/health`),
    worker: () => (state.worker ? answersOk(`${state.worker.healthUrl}/healthz`) : Promise.resolve(false)),
  };
  const details: Record<string, string> = {
    temporal: `${state.temporal.address} · ${state.temporal.uiUrl}`,
    'local cloud': state.cloud.url,
    worker: state.worker?.healthUrl ?? 'not started',
  };
  const lives = new Map(
    await Promise.all(marks(home, state).map(async ({ name, pid, mark }) => [name, await isOurs(pid, mark)] as const)),
  );
  const parts = await Promise.all(
    Object.keys(answers).map(async (name): Promise<PartStatus> => {
      const up = (lives.get(name) ?? false) && ((await answers[name]?.()) ?? false);
      return { name, up, detail: details[name] ?? '' };
    }),
  );
  return { up: parts.every((part) => part.up), state, parts };
}

const accepts = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = address.split(':');
    const socket = connect({ host: host ?? '127.0.0.1', port: Number(port), timeout: 5000 });
    const answer = (up: boolean) => {
      socket.destroy();
      resolve(up);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
