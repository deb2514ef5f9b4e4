import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { temporalCli } from '../../../local/stack/binaries/temporal-cli';
import { OwnStack } from '../../support/own-stack';

jest.setTimeout(240_000);

const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-lost-port-'));
const temporal = path.join(folder, 'temporal');
const stack = new OwnStack({ TEMPORAL_CLI_PATH: temporal });
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Temporal's CLI, whose first server ends while the stack waits for its worker, and says `why`. */
async function endsOnce(why: string): Promise<void> {
  const { path: real } = await temporalCli();
  const program = `#!/bin/sh
    [ "$1 $2" = 'server start-dev' ] && [ ! -e ${folder}/once ] || exec ${real} "$@"
    touch ${folder}/once
    ${real} "$@" &
    until [ -s ${stack.home}/logs/worker.log ]; do sleep 0.05; done
    kill -9 $!
    wait $!
    echo '${why}'
    exit 1
  `;
  rmSync(path.join(folder, 'once'), { force: true });
  writeFileSync(temporal, program);
  chmodSync(temporal, 0o755);
}

test('a Temporal that ends while the worker starts is the reason that is told, and nothing is left', async () => {
  await endsOnce('its disk is full');
  const { code, stderr } = await stack.cli('stack', 'up', '--detach');
  expect(code).toBe(3);
  expect(stderr).toMatch(/temporal ended while the stack was starting[\s\S]*its disk is full/);
  expect(existsSync(path.join(stack.home, 'stack.json'))).toBe(false);
  expect(JSON.parse((await stack.cli('stack', 'status', '--json')).stdout)).toMatchObject({ up: false });
});

test('one that lost a port to somebody is started again, with all that stands on it', async () => {
  await endsOnce('listen tcp 127.0.0.1:8233: bind: address already in use');
  await stack.up();
  expect(existsSync(path.join(folder, 'once'))).toBe(true);
  const log = readFileSync(path.join(stack.home, 'logs', 'worker.log'), 'utf8');
  expect(log).not.toContain('cannot be reached');
  expect(JSON.parse((await stack.cli('stack', 'status', '--json')).stdout)).toMatchObject({ up: true });
});
