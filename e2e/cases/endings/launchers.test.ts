import { existsSync, readFileSync } from 'node:fs';
import { checkpoints } from '../../../test/agent/support/commands';
import { Host } from '../../../test/agent/support/host';
import { Imds } from '../../../test/agent/support/imds';
import { allReady, LAUNCHERS, writeLauncher } from '../../../test/agent/support/launchers';

jest.setTimeout(60_000);

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

describe.each(Object.keys(LAUNCHERS))('below %s', (name) => {
  const launcher = LAUNCHERS[name] as (typeof LAUNCHERS)[string];

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
      const { final } = await attached.next('final', 25);
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
