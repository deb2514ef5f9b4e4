import { parseArgs } from 'node:util';
import { CannotStart } from './cannot-start';
import { messageOf } from './failures';
import { type CloudOptions, startCloud } from './server';

const USAGE = 'usage: main.js --dir DIR [--port 0] [--ssh-port N] [--time-scale 100]';

function readOptions(argv: string[]): CloudOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      dir: { type: 'string' },
      port: { type: 'string', default: '0' },
      'ssh-port': { type: 'string' },
      'time-scale': { type: 'string', default: '100' },
    },
  });
  if (!values.dir) throw new Error('--dir is needed: the folder that holds objects and hosts');
  const port = (name: 'port' | 'ssh-port', least: number) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= least && value < 65_536) return value;
    throw new Error(`--${name} ${values[name]} is not a port`);
  };
  const timeScale = Number(values['time-scale']);
  if (!(timeScale > 0)) throw new Error(`--time-scale ${values['time-scale']} is not a positive number`);
  const sshPort = values['ssh-port'] === undefined ? {} : { sshPort: port('ssh-port', 1) };
  return { dir: values.dir, port: port('port', 0), ...sshPort, timeScale };
}

async function main(): Promise<void> {
  let options: CloudOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${messageOf(error)}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  // A signal that comes while the cloud starts is obeyed as soon as there is something to end.
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
  const cloud = await startCloud(options);
  console.log(JSON.stringify(cloud.info));
  await asked;
  await cloud.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  const trace = error instanceof Error && !(error instanceof CannotStart) ? error.stack : undefined;
  console.error(`the local cloud ended: ${trace ?? messageOf(error)}`);
  process.exit(1);
});
