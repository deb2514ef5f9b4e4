import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** A network namespace with nothing but loopback: whoever goes beyond it is denied, and the kernel counts the try. */
const canIsolate = spawnSync('unshare', ['--net', 'true']).status === 0;
const isolated = canIsolate ? test : test.skip;

const MAIN = path.join(__dirname, '../../../dist/client/cli/main.js');

isolated('with AWS credentials in the shell and no settings, a stack and a run never go beyond loopback', async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-egress-'));
  const dir = await project({ 'train.sh': 'echo trained\n' });
  const script = [
    'set -e',
    'ip link set lo up 2>/dev/null || ifconfig lo up',
    `cd ${dir}`,
    `node ${MAIN} stack up --detach >&2`,
    `node ${MAIN} run --json --yes -- bash train.sh`,
    `node ${MAIN} stack down --force >&2`,
    // IpOutNoRoutes and Ip6OutNoRoutes: packets for which there was no way out.
    'awk \'/^Ip: [0-9]/ {print "NOROUTES", $13}\' /proc/net/snmp',
    'awk \'/^Ip6OutNoRoutes/ {print "NOROUTES6", $2}\' /proc/net/snmp6',
  ].join('\n');
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (/^(TRAINCTL_(?!CACHE)|TEMPORAL_)/.test(name)) delete env[name];
  const child = spawn('unshare', ['--net', 'bash', '-c', script], {
    env: {
      ...env,
      TRAINCTL_HOME: home,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'not-a-real-secret',
      AWS_SESSION_TOKEN: 'not-a-real-token',
      AWS_REGION: 'eu-west-1',
      NO_COLOR: '1',
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  await rm(home, { recursive: true, force: true, maxRetries: 20 });
  expect([code, stderr.slice(-2000)]).toEqual([0, expect.anything()]);
  expect(stdout).toContain('"outcome":"succeeded"');
  expect(stdout).toMatch(/NOROUTES 0\n/);
  expect(stdout).toMatch(/NOROUTES6 0\n/);
});
