import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { temporalCli } from '../../../../local/stack/binaries/temporal-cli';
import { endProcess } from '../../../../local/stack/machine/processes';
import { runCommand } from '../../../../local/stack/machine/run-command';
import { startTemporal } from '../../../../local/stack/parts/temporal-server';

test('the dev server serves, knows our search attributes, and keeps them over a restart of the same home', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'trainctl-temporal-'));
  try {
    const cli = await temporalCli();
    for (let round = 0; round < 2; round++) {
      const server = await startTemporal({ cli, home, detach: false });
      try {
        const args = ['operator', 'search-attribute', 'list', '--address', server.address, '-o', 'json'];
        const listed = await runCommand(cli.path, args, { timeoutSeconds: 20 });
        expect(listed.stdout + listed.stderr).toMatch(/TrainctlOutcome/);
        expect((await fetch(server.uiUrl)).ok).toBe(true);
      } finally {
        await endProcess(server.part.pid);
      }
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
