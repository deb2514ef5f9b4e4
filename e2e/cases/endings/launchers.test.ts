import { existsSync, readFileSync } from 'node:fs';
import { checkpoints } from '../../../test/agent/support/commands';
import { Host } from '../../../test/agent/support/host';
import { Imds } from '../../../test/agent/support/imds';
import { LAUNCHERS } from '../../../test/agent/support/launchers';
import { OWN_LAUNCHERS } from '../../../test/agent/support/own-launchers';
import { allReady, type Launcher, writeLauncher } from '../../../test/agent/support/training';

let host: Host;
let imds: Imds;
beforeEach(async () => {
  host = await new Host().open();
  imds = await new Imds().open();
  host.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = imds.url;
});
afterEach(async () => {
  await host.close();
  await imds.close();
});

const text = (file: string): string => (existsSync(host.path(file)) ? readFileSync(host.path(file), 'utf8') : '');

const all: [string, Launcher][] = [
  ...Object.entries(LAUNCHERS),
  ...Object.entries(OWN_LAUNCHERS).map(([name, own]): [string, Launcher] => [`one of its own: ${name}`, own]),
];

describe.each(all)('below %s', (_, launcher) => {
  test.each(['stop', 'notice'] as const)(
    'every rank saves once when a checkpoint is asked for, and at a %s',
    async (by) => {
      writeLauncher(host, launcher);
      const attached = await host.start(launcher.command, { ...checkpoints(20), noticeReserveSeconds: 5 });
      await allReady(() => text('log'), launcher.ranks);

      attached.send({ t: 'checkpoint' });
      expect((await attached.next('checkpoint')).why).toBe('asked');
      expect(text('heard')).toBe('rank 0 saved asked\n');

      if (by === 'stop') attached.send({ t: 'stop', mode: 'graceful', graceSeconds: 20 });
      else imds.action = { action: 'terminate', time: new Date(Date.now() + 120_000).toISOString() };
      const { final } = await attached.next('final', 90);
      expect(final).toMatchObject({ stoppedBy: by, problems: [] });

      const lines = text('heard').trim().split('\n').slice(1);
      const ranks = Array.from({ length: launcher.ranks }, (_, rank) => `rank ${rank}`);
      expect(lines.filter((line) => line.endsWith('saved last')).sort()).toEqual(
        ranks.map((rank) => `${rank} saved last`),
      );
      // Nobody but the ranks had heard of it when the last of them had saved, and each heard of it once.
      const saved = lines.map((line) => line.endsWith('saved last')).lastIndexOf(true);
      expect(
        lines
          .slice(0, saved)
          .filter((line) => line.endsWith('TERM'))
          .sort(),
      ).toEqual(ranks.map((rank) => `${rank} TERM`));
      expect(text('heard')).not.toMatch(/lost/);
    },
  );
});
