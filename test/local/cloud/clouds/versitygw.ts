import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram } from '../../../../local/cloud/hosts/programs';
import { conformance, type Exception } from './contract';
import { goVersion, startFault, versionFault } from './installed';
import { startServer } from './server';

const PROGRAM = 'versitygw';
const MODULE = 'github.com/versity/versitygw';
/** What the contract was tried on. */
const VERSION = '1.8.0';
const credentials = { accessKeyId: 'versity', secretAccessKey: 'versity-secret' };

const SKIP: Exception[] = [{ reason: 'it is an S3 server, and has no EC2 and no FIS', tests: ['ec2 › ', 'fis › '] }];

function missing(program: string | undefined): string | undefined {
  const how = `go install ${MODULE}/cmd/versitygw@v${VERSION}`;
  if (program === undefined) return `${PROGRAM} is not installed: ${how}`;
  return startFault(program, ['--help']) ?? versionFault(PROGRAM, goVersion(program, MODULE), VERSION);
}

/** A second opinion for S3: `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`. */
export const versitygw = () => {
  const program = findProgram(PROGRAM, process.env.PATH ?? '');
  const why = missing(program);
  return conformance({
    cloud: {
      name: 'versitygw',
      patienceSeconds: 20,
      ...(why === undefined ? {} : { missing: why }),
      open: async () => {
        const dir = await mkdtemp(path.join(tmpdir(), 'tc-versitygw-'));
        const { accessKeyId, secretAccessKey } = credentials;
        const server = await startServer(program ?? PROGRAM, (port) => [
          '--access',
          accessKeyId,
          '--secret',
          secretAccessKey,
          '--port',
          `127.0.0.1:${port}`,
          'posix',
          dir,
        ]);
        const close = async () => {
          await server.close();
          await rm(dir, { recursive: true, force: true });
        };
        return { ...server, region: 'us-east-1', credentials, close };
      },
    },
    skip: SKIP,
  });
};
