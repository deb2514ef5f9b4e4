import path from 'node:path';
import type { StackState } from '../../../contract';
import { StackError } from '../errors';
import { compiled } from '../paths';
import { type Part, startPart } from './start-part';

export interface LocalCloud {
  state: StackState['cloud'];
  part: Part;
}

/** One bucket for all that the installation's runs write. The worker creates it. */
const BUCKET = 'trainctl';
const READY_SECONDS = 30;
/** Preferred, so that endpoints stay the same from one start to the next. */
export const LOCAL_CLOUD_PORT = 4510;

/** Starts the local cloud as a process of its own: its hosts outlive a worker that is killed. */
export async function startLocalCloud(options: { home: string; detach: boolean; port: number }): Promise<LocalCloud> {
  const dir = path.join(options.home, 'cloud');
  const part = await startPart({
    name: 'local cloud',
    home: options.home,
    command: process.execPath,
    args: [compiled('local/cloud/main.js'), '--dir', dir, '--port', String(options.port)],
    env: cloudEnvironment(),
    detach: options.detach,
    folders: [dir],
  });
  const ready = await part.ready(READY_SECONDS);
  const text = (name: string): string => {
    const value = ready[name];
    if (typeof value !== 'string')
      throw new StackError(`The local cloud said no ${name} when it was ready; see ${part.log}.`);
    return value;
  };
  return {
    part,
    state: {
      url: text('url'),
      pid: part.server,
      guard: part.pid,
      dir,
      region: text('region'),
      bucket: BUCKET,
      accessKeyId: text('accessKeyId'),
      secretAccessKey: text('secretAccessKey'),
      controlToken: text('controlToken'),
      sshPort: Number(ready.sshPort),
      user: text('user'),
    },
  };
}

/** Nothing of the user's credentials or endpoints reaches the local cloud or its hosts. */
function cloudEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|TEMPORAL_|TRAINCTL_SECRET)/.test(name)),
  );
}
