import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { temporalCli } from '../../../../local/stack/binaries/temporal-cli';
import { PortTakenError } from '../../../../local/stack/errors';
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
        const listed = await runCommand(cli.path, args, { timeoutSeconds: 60 });
        expect(listed.stdout + listed.stderr).toMatch(/TrainctlOutcome/);
        expect((await fetch(server.uiUrl)).ok).toBe(true);
      } finally {
        await endProcess(server.part.pid);
      }
    }
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  }
});

test('a server whose UI finds its port taken after it has answered has not served', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'trainctl-temporal-'));
  const cli = path.join(home, 'cli');
  // As the dev server does it: it answers, and its UI, which listens last, ends it.
  const program = `#!/bin/sh
    if [ "$1" = operator ]; then touch ${home}/asked; exit 0; fi
    until [ -e ${home}/asked ]; do sleep 0.1; done
    echo '{"level":"FATAL","message":"listen tcp 127.0.0.1:8233: bind: address already in use"}'
    exit 1
  `;
  try {
    await writeFile(cli, program);
    await chmod(cli, 0o755);
    const started = startTemporal({ cli: { path: cli, version: '1.8.2', source: 'PATH' }, home, detach: false });
    await expect(started).rejects.toThrow(PortTakenError);
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  }
});
