// `node -r ./test/support/register.js e2e/own-network/main.ts COMMAND…`: runs it in a network namespace of its own, with the hosts
// of its local clouds in one each. Where this machine allows none it says so, and has not failed.
import { spawn } from 'node:child_process';
import { networkEnvironment, noNamespaces, OWN_NETWORK } from '../../test/local/cloud/support/own-network';
import { wheelsForHosts } from './wheels';

const command = process.argv.slice(2);

async function main(): Promise<number> {
  if (noNamespaces !== undefined) {
    console.error(`SKIPPED, hosts in network namespaces: ${noNamespaces}\n  not run: ${command.join(' ')}`);
    return 0;
  }
  // In there nothing can be fetched.
  const { temporalCli } = require('../../dist/local/stack') as typeof import('../../local/stack');
  await temporalCli((detail) => console.error(`  temporal: ${detail}`));
  const [program = '', ...args] = [...OWN_NETWORK, ...command];
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: { ...networkEnvironment(), ...wheelsForHosts(), TRAINCTL_LOCALCLOUD_HOSTS: 'netns' },
  });
  // A terminal tells both; who is told alone passes it on. Either way the end is the command's.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 130));
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
