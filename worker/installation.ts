import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import {
  accountOf,
  changeInstallation,
  installationOf,
  listInstallations,
  noSecret,
  oldRuns,
  otherThan,
  placeTaken,
  readInstallation,
  recordOf,
  UnreadableRecord,
  unreadable,
} from '../adapters/installation';
import {
  type Installation,
  OLD_RUNS_NEXT,
  type RecordedInstallation,
  reconcileSchedule,
  type Settings,
  sharePlace,
  TASK_QUEUES,
} from '../contract';
import { beginAnew, isOfLostFiles } from './begin-anew';
import { NotOursError } from './errors';
import { ensureSchedule } from './temporal/schedule';

export interface JoinArgs {
  client: Client;
  settings: Settings;
  /** Undefined: the home has none. */
  secret: Buffer | undefined;
  /** Makes one, where nothing is known of the installation yet. Absent: a worker makes none. */
  makeSecret?: () => Buffer;
  /** A local stack that has lost files of it goes on with what is left. */
  replace?: boolean;
  log: Logger;
}

/** What a worker has found itself to be. */
export interface Joined {
  installation: Installation;
  secret: Buffer;
  /** As Temporal has it now; undefined where it may not be asked. */
  recorded?: RecordedInstallation;
}

/**
 * Makes sure that this worker belongs to the installation that Temporal knows by this name; the first one is who records it, in the
 * Schedule of the reconciler.
 * @throws NotOursError that names what differs and what mends it
 */
export async function joinInstallation(args: JoinArgs): Promise<Joined> {
  const joined = await joinOrReplace(args);
  await tellOldRuns(args.client, args.settings.installation, args.log);
  return joined;
}

async function joinOrReplace(args: JoinArgs): Promise<Joined> {
  const { client, settings, makeSecret, replace, log } = args;
  try {
    return await join(args);
  } catch (error) {
    if (!replace || !(error instanceof NotOursError) || !isOfLostFiles(settings, error.refusal)) throw error;
    const secret = args.secret ?? makeSecret?.();
    if (!secret) throw error;
    await beginAnew(client, settings, secret, log);
    return await join({ ...args, secret });
  }
}

async function join(args: JoinArgs): Promise<Joined> {
  const { client, settings, log } = args;
  const known = await ask(async () => ({ now: await readInstallation(client, settings.installation) }), log, settings);
  const recorded = known?.now;
  // Where Temporal did not say, there may be one.
  const secret = args.secret ?? (known && recorded === undefined ? args.makeSecret?.() : undefined);
  if (!secret) throw new NotOursError(noSecret(recorded, settings));
  const own = installationOf(settings, secret);
  // What can be compared without a question to a cloud comes first: where that differs, it may be somebody else's account.
  if (recorded) refuseIfOther(recorded, own, settings);
  const account = await accountOf(settings);
  const installation = account === undefined ? own : { ...own, account };
  if (recorded) {
    refuseIfOther(recorded, installation, settings);
    if (account !== undefined && recorded.account === undefined) await addAccount(client, recorded.name, account, log);
    return { installation, secret, recorded };
  }
  const others = (await ask(() => listInstallations(client), log)) ?? [];
  const there = others.find((other) => other.name !== own.name && sharePlace(installation, other));
  if (there) throw new NotOursError(placeTaken(there, installation, settings));
  const settled = await record(client, installation, settings, log);
  // Somebody else may have been first.
  if (settled) refuseIfOther(settled, installation, settings);
  return { installation, secret, ...(settled ? { recorded: settled } : {}) };
}

function refuseIfOther(recorded: RecordedInstallation, own: Installation, settings: Settings): void {
  const refusal = otherThan(recorded, own, settings);
  if (refusal) throw new NotOursError(refusal);
}

/** Said at each start: whoever has stopped the worker of that release waits for runs that nobody serves. */
async function tellOldRuns(client: Client, installation: string, log: Logger): Promise<void> {
  const open = await ask(() => oldRuns(client, installation), log);
  if (open)
    log.warn(
      { open },
      `runs of an older release are open on the queue "${TASK_QUEUES.main}", which this worker does not poll: ${OLD_RUNS_NEXT}`,
    );
}

/** Without the Schedule runs still undo themselves, and hosts end themselves: worth an error in the log, not an end. */
async function record(
  client: Client,
  installation: Installation,
  settings: Settings,
  log: Logger,
): Promise<RecordedInstallation | undefined> {
  const record = recordOf(installation, settings);
  try {
    const schedule = reconcileSchedule(installation.name);
    if (await ensureSchedule(client, record)) {
      log.info({ schedule, installation }, 'installation recorded, with the schedule of its reconciler');
      return record;
    }
    // The Schedule is of a release that recorded nothing, or of a worker that was faster.
    return await changeInstallation(client, installation.name, (known) => (known ? undefined : record));
  } catch (error) {
    log.error(
      { error },
      'the schedule of the reconciler cannot be created: run trainctl reconcile every few minutes by other means; other installations on this Temporal are not told apart',
    );
    return undefined;
  }
}

/** The worker that recorded the installation could not read its account. */
async function addAccount(client: Client, name: string, account: string, log: Logger): Promise<void> {
  await ask(() => changeInstallation(client, name, (now) => now && { ...now, account: now.account ?? account }), log);
}

/** A server that may not be asked for Schedules stops no worker. */
async function ask<T>(question: () => Promise<T>, log: Logger, settings?: Settings): Promise<T | undefined> {
  try {
    return await question();
  } catch (error) {
    if (settings && error instanceof UnreadableRecord) throw new NotOursError(unreadable(error, settings));
    log.warn({ error }, 'Temporal does not say which installations it knows');
    return undefined;
  }
}
