import { findProgram } from '../../../../local/cloud/hosts/programs';
import { conformance } from './contract';
import { pythonVersion, startFault, versionFault } from './installed';
import { MOTO_EXCEPTIONS } from './moto-exceptions';
import { startServer } from './server';

const PROGRAM = 'moto_server';
/** What its exceptions were found on. */
const VERSION = '5.2';

function missing(program: string | undefined): string | undefined {
  if (program === undefined) return `${PROGRAM} is not installed: pip install 'moto[server]==${VERSION}.*'`;
  return startFault(program, ['--help']) ?? versionFault('moto', pythonVersion(program, 'moto'), VERSION);
}

/** A second opinion from PyPI: `pip install 'moto[server]'`. */
export const moto = () => {
  const program = findProgram(PROGRAM, process.env.PATH ?? '');
  const why = missing(program);
  return conformance({
    cloud: {
      name: 'moto',
      patienceSeconds: 20,
      ...(why === undefined ? {} : { missing: why }),
      open: async () => {
        const server = await startServer(program ?? PROGRAM, (port) => ['-H', '127.0.0.1', '-p', String(port)]);
        return { ...server, region: 'us-east-1', credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' } };
      },
    },
    skip: MOTO_EXCEPTIONS,
  });
};
