import {
  type AnsweredAt,
  awsErrorMessage,
  createEc2,
  createObjectStore,
  createPartUploads,
  type Ec2,
  MAX_POST_BYTES,
  type ObjectStore,
  type PartUploads,
} from '../../adapters/aws';
import { type AgentFile, createSessionPool, deriveKeys, type SessionPool } from '../../adapters/ssh';
import type { HostEvent, RunRef, Settings } from '../../contract';
import { createWatchers, type Watchers } from '../watch';

/** Structured log; pino's loggers fit. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Waits that depend on how fast EC2 is. Seconds. */
export interface Timing {
  /** How long a created instance may be missing from Describe calls before its absence means anything. Default 120. */
  visibilitySeconds: number;
  /** How long one call of `terminateAttempt` waits for EC2 before it throws what is left. Default 20. */
  undoWaitSeconds: number;
  /** A launch is never sent later than this after its activity was scheduled. Default 45. */
  launchWithinSeconds: number;
}

/** What activities work with: everything that touches the world, made once by the worker. */
export interface ActivityDeps {
  settings: Settings;
  /** The installation's secret, from which all keys derive. At least 32 bytes. Never logged, never in an argument. */
  secret: Buffer;
  /** UUID of the Temporal namespace. */
  namespaceId: string;
  /** Of the installation, for the runs that are resolved here. */
  installationKey?: string;
  ec2: Ec2;
  store: ObjectStore;
  uploads: PartUploads;
  /** Outputs above so many bytes go up in parts. Default 5 GiB, the most that S3 takes in one POST. */
  largeAboveBytes: number;
  agent: AgentFile;
  watchers: Watchers;
  sessions: SessionPool;
  timing: Timing;
  log: Log;
  /** Sends a `hostEvent` signal to the run. May reject; supervise goes on without it. */
  signalRun(run: RunRef, event: HostEvent): Promise<void>;
  /** Ends sessions, watchers and idle connections. */
  close(): void;
}

export interface DepsArgs
  extends Pick<ActivityDeps, 'settings' | 'secret' | 'namespaceId' | 'agent' | 'log' | 'signalRun'> {
  installationKey?: string;
  timing?: Partial<Timing>;
  largeAboveBytes?: number;
  /** Told of the time of each of EC2's answers. */
  heardEc2?: (answer: AnsweredAt) => void;
}

const TIMING: Timing = { visibilitySeconds: 120, undoWaitSeconds: 20, launchWithinSeconds: 45 };

/** Makes what the activities of one worker share. Nothing is connected yet. */
export function createDeps(args: DepsArgs): ActivityDeps {
  const { settings, secret, namespaceId, log } = args;
  const timing = { ...TIMING, ...args.timing };
  const ec2 = createEc2(settings, args.heardEc2);
  const store = createObjectStore(settings);
  const uploads = createPartUploads(settings);
  const watchers = createWatchers(
    ec2,
    { installation: settings.installation, namespaceId },
    {
      visibilitySeconds: timing.visibilitySeconds,
      onError: (error) => log.warn({ error: awsErrorMessage(error) }, 'EC2 did not say how the instances are'),
    },
  );
  const sessions = createSessionPool({ keysOf: (node) => deriveKeys(secret, node) });
  return {
    settings,
    secret,
    namespaceId,
    ...(args.installationKey === undefined ? {} : { installationKey: args.installationKey }),
    ec2,
    store,
    uploads,
    largeAboveBytes: args.largeAboveBytes ?? MAX_POST_BYTES,
    agent: args.agent,
    watchers,
    sessions,
    timing,
    log,
    signalRun: args.signalRun,
    close() {
      watchers.close();
      sessions.close();
      ec2.close();
      store.close();
      uploads.close();
    },
  };
}
