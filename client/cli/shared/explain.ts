import { HomeError, loadSettings, NoStackError, SettingsError } from '../../../adapters/settings';
import { SnapshotError } from '../../../adapters/snapshot';
import { EXIT_CODES, type Settings, type SpecFault } from '../../../contract';
import { StackError } from '../../../local/stack';
import {
  grpcDetails,
  isConnectionFault,
  isTransient,
  messageOf,
  missingNamespace,
  serverHint,
  TrainctlError,
  temporalUnavailable,
} from '../..';
import { credentialWords } from './credential-words';
import { storeWords } from './store-words';

export interface Explained {
  code: string;
  message: string;
  next?: string;
  exitCode: number;
  faults?: SpecFault[];
  stack?: string;
}

/** What happened, why, and what to do next, for whatever a command threw. */
export function explain(error: unknown, env: NodeJS.ProcessEnv = process.env): Explained {
  if (error instanceof TrainctlError) {
    const { code, message, next, exitCode, faults } = error;
    return { code, message, exitCode, ...(next === undefined ? {} : { next }), ...(faults ? { faults } : {}) };
  }
  if (error instanceof NoStackError) {
    return {
      code: 'unavailable',
      message: error.message,
      next: 'trainctl stack up --detach',
      exitCode: EXIT_CODES.unavailable,
    };
  }
  if (error instanceof SettingsError) {
    return { code: 'usage', message: error.message, next: 'trainctl doctor', exitCode: EXIT_CODES.invalid };
  }
  if (error instanceof HomeError) {
    return {
      code: 'usage',
      message: error.message,
      next: 'name a folder that you may write to: TRAINCTL_HOME=FOLDER (default: ~/.trainctl)',
      exitCode: EXIT_CODES.invalid,
    };
  }
  if (error instanceof StackError) {
    return { code: 'unavailable', message: error.message, next: 'trainctl doctor', exitCode: EXIT_CODES.unavailable };
  }
  if (error instanceof SnapshotError) {
    // Its message says what to do; the dry run of a snapshot would fail alike.
    return { code: 'usage', message: error.message, exitCode: EXIT_CODES.invalid };
  }
  const disk = ofDisk(error);
  if (disk) return disk;
  const settings = settingsIfAny(env);
  if (settings && missingNamespace(error) !== undefined) return explain(temporalUnavailable(settings, error), env);
  if (isConnectionFault(error)) {
    return unavailable(`Temporal does not answer: ${grpcDetails(error)}`, settings ? serverHint(settings) : STACK);
  }
  const refused = credentialWords(error) ?? storeWords(error, settings, env);
  if (refused) return { code: 'refused', ...refused, exitCode: EXIT_CODES.invalid };
  if (isTransient(error)) {
    return unavailable(
      `S3 or EC2 does not answer: ${messageOf(error)}`,
      settings?.cloud === 'aws' ? aws(settings) : STACK,
    );
  }
  return {
    code: 'internal',
    message: messageOf(error),
    next: 'TRAINCTL_DEBUG=1 shows where it happened: a fault of trainctl itself, worth a report',
    exitCode: EXIT_CODES.internal,
    ...(error instanceof Error && error.stack ? { stack: error.stack } : {}),
  };
}

/** What explains an error must not fail itself. */
function settingsIfAny(env: NodeJS.ProcessEnv): Settings | undefined {
  try {
    return loadSettings(env);
  } catch {
    return undefined;
  }
}

/** What the file system's codes mean, for people. */
const DISK_FAULTS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a file stands where a folder is needed',
};

/** What a disk refused, in words; undefined for everything else. */
export function diskFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return DISK_FAULTS[error.code];
}

function ofDisk(error: unknown): Explained | undefined {
  const what = diskFault(error);
  if (what === undefined) return undefined;
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : 'a file';
  return {
    code: 'usage',
    message: `${path} cannot be used: ${what}`,
    next: 'free or unlock it, or name another folder for trainctl: TRAINCTL_HOME=FOLDER',
    exitCode: EXIT_CODES.invalid,
  };
}

const STACK = 'see what is down: trainctl stack status; bring it back: trainctl stack up --detach';

const aws = ({ region }: Settings): string =>
  `check the network, and the region of the settings (${region}); what AWS itself says: https://health.aws.amazon.com; then: trainctl doctor`;

function unavailable(message: string, next: string): Explained {
  return { code: 'unavailable', message, next, exitCode: EXIT_CODES.unavailable };
}
