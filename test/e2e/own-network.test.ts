import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { noNamespaces } from '../local/cloud/support/own-network';

const ROOT = path.join(__dirname, '../..');

/** `npm run e2e:netns`, with another command. */
function within(script: string) {
  const main = path.join(ROOT, 'e2e/own-network/main.ts');
  const args = ['-r', path.join(ROOT, 'test/support/register.js'), main, process.execPath, '-e', script];
  // What hosts could need is not fetched for it.
  const env = { ...process.env, PIP_NO_INDEX: '1' };
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000, env });
}

const SEEN = `
const hosts = process.env.TRAINCTL_LOCALCLOUD_HOSTS;
console.log(JSON.stringify({ hosts, links: Object.keys(require('node:os').networkInterfaces()) }));
process.exitCode = 3;`;

(noNamespaces === undefined ? test : test.skip)(
  'what it runs has a network of its own, with loopback alone; its exit code is that of the command',
  () => {
    const { status, stdout } = within(SEEN);
    expect(JSON.parse(stdout)).toEqual({ hosts: 'netns', links: ['lo'] });
    expect(status).toBe(3);
  },
);

(noNamespaces === undefined ? test.skip : test)(
  'where a machine allows none, it says so and why, and runs nothing',
  () => {
    const { status, stdout, stderr } = within('console.log("it ran")');
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toContain(`SKIPPED, hosts in network namespaces: ${noNamespaces}`);
  },
);
