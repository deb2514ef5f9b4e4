import type { Client, ScheduleDescription, ScheduleHandle } from '@temporalio/client';
import { ScheduleAlreadyRunning, ScheduleNotFoundError, ValueError } from '@temporalio/client';
import type { ObjectStore } from '../../adapters/aws';
import {
  GRPC,
  idsMeant,
  queuesOf,
  type RunSpec,
  runWord,
  type Settings,
  shownId,
  snapshotKey,
  WORKFLOW_TYPE,
} from '../../contract';
import type { RunSpecInput } from '../../contract/schema';
import { codeOf } from '../code/code-of';
import { grpcCode, grpcDetails } from '../connection/rpc';
import { messageOf, TrainctlError } from '../errors';
import { type OriginFacts, originOf, originOfCode } from '../origin/origin';
import { listRuns } from '../runs/list/list-runs';
import { checkSpec, codeDir } from '../start/check';
import { resultFolders, type SentFolder } from '../start/send';
import type { ScheduleTimes } from './check';
import { temporalOptions } from './options';
import type { Overlap } from './overlap';
import { type Triggered, triggerNow } from './trigger';
import { type ScheduleView, viewOf } from './view';

export interface ScheduleOptions extends ScheduleTimes {
  /** Takes the place of one of that name, which stays paused if it is. Default: one that exists is refused. */
  replace?: boolean;
  /** What `status` says of where its runs come from. */
  origin?: OriginFacts;
}

/** What this part works with. */
export interface SchedulesContext {
  client: Client;
  settings: Settings;
  store: Pick<ObjectStore, 'head' | 'bucket'>;
  /** @param results - folders that the runs' outputs come from */
  sendCode(dir: string, results: readonly string[]): Promise<SentFolder>;
  /** Bounds what a call of Temporal may take. */
  guard<T>(call: () => Promise<T>): Promise<T>;
}

/** Trainings by the clock, on Temporal Schedules. Those of other workflows are never touched. */
export class Schedules {
  constructor(private readonly context: SchedulesContext) {}

  /**
   * Makes a Schedule that starts runs of a spec. Everything is checked first, and every fault named at once: nothing is sent or
   * made then. A local folder as code is sent now; all runs have the code of this moment.
   * @throws TrainctlError `usage`, `invalid-spec`, and `refused` when there is one of that name
   */
  async create(name: string, spec: RunSpecInput, options: ScheduleOptions): Promise<ScheduleView> {
    // Loaded here: what reads durations and specs is not needed for the rest.
    const { checkSchedule, scheduleFault } = await import('./check.js');
    const { checked, faults } = checkSchedule(name, options);
    const looked = await checkedOrFault(checkSpec(spec, this.context.settings));
    const fault = scheduleFault(faults, looked instanceof TrainctlError ? looked : undefined);
    if (fault) throw fault;
    const before = await this.refuseTaken(name, options.replace);
    const { home, installation } = this.context.settings;
    const dir = codeDir(spec);
    const results = looked instanceof TrainctlError ? [] : resultFolders(looked);
    const input = dir === undefined ? spec : { ...spec, code: (await this.context.sendCode(dir, results)).code };
    await this.requireCode(input);
    const facts = options.origin ?? (dir === undefined ? {} : await originOfCode(dir));
    const { paused = before?.state.paused ?? false } = options;
    const left = before?.state.remainingActions;
    const state = { paused, ...(left === undefined ? {} : { remainingActions: left }) };
    const origin = originOf(home, { ...facts, schedule: name });
    const told = temporalOptions(name, checked, input, origin, queuesOf(installation).main, state);
    await this.make(name, told, before !== undefined);
    return this.get(name);
  }

  /** Throws `refused` when a Schedule has the name, unless it is one of trainings that may be replaced; answers with that. */
  async refuseTaken(name: string, replace = false): Promise<ScheduleDescription | undefined> {
    const found = await this.described(name);
    if (!found) return undefined;
    requireTraining(found);
    if (replace) return found;
    throw new TrainctlError('refused', `there is a schedule "${shownId(name)}" already`, {
      next: `choose another name, change that one: --replace, or remove it: trainctl schedule remove ${runWord(name)}`,
    });
  }

  /**
   * All of trainings, by name; also those that trainctl did not make. One that was made just now may be missing for a moment, and one
   * that cannot be read is told to `onUnreadable`.
   */
  async list(options: { onUnreadable?(fault: TrainctlError): void } = {}): Promise<ScheduleView[]> {
    const names: string[] = [];
    await this.context.guard(async () => {
      for await (const { scheduleId, action } of this.context.client.schedule.list())
        if (action?.workflowType === WORKFLOW_TYPE) names.push(scheduleId);
    });
    const views: ScheduleView[] = [];
    for (let i = 0; i < names.length; i += AT_ONCE) {
      const some = names.slice(i, i + AT_ONCE).map(async (name) => {
        const found = await this.described(name).catch((error: unknown) => {
          if (!(error instanceof TrainctlError && error.code === 'damaged')) throw error;
          options.onUnreadable?.(error);
          return undefined;
        });
        // One that is gone since is in the list for a moment.
        if (found) views.push(await this.view(found));
      });
      await Promise.all(some);
    }
    return views.sort((a, b) => (a.schedule < b.schedule ? -1 : 1));
  }

  /** One, by its name as it is or as it is shown. Throws `not-found`. */
  async get(name: string): Promise<ScheduleView> {
    return this.view(await this.find(name));
  }

  /** Keeps it from starting runs; those that are open go on. */
  async pause(name: string, note = 'paused by trainctl'): Promise<ScheduleView> {
    return this.told(name, (handle) => handle.pause(note));
  }

  /** Lets it start runs again, at its next time. */
  async unpause(name: string, note = 'resumed by trainctl'): Promise<ScheduleView> {
    return this.told(name, (handle) => handle.unpause(note));
  }

  /** Starts a run now, also of one that is paused, by its own policy of overlap unless another is named. */
  async trigger(name: string, options: { overlap?: Overlap } = {}): Promise<Triggered> {
    const { scheduleId } = await this.find(name);
    return this.context.guard(() => triggerNow(this.handle(scheduleId), options.overlap));
  }

  /** Removes it. Its open runs go on; they are in the answer. */
  async remove(name: string): Promise<ScheduleView> {
    const view = await this.get(name);
    await this.context.guard(() => this.handle(view.schedule).delete());
    return view;
  }

  private async told(name: string, tell: (handle: ScheduleHandle) => Promise<void>): Promise<ScheduleView> {
    const { scheduleId } = await this.find(name);
    await this.context.guard(() => tell(this.handle(scheduleId)));
    return this.get(scheduleId);
  }

  private async make(name: string, told: ReturnType<typeof temporalOptions>, replaced: boolean): Promise<void> {
    try {
      await this.context.guard(async () => {
        if (replaced) await this.handle(name).update(() => told);
        else await this.context.client.schedule.create({ ...told, scheduleId: name });
      });
    } catch (error) {
      // Somebody else was a moment faster.
      if (error instanceof ScheduleAlreadyRunning) await this.refuseTaken(name);
      // The SDK has no error of its own for what the server does not take.
      const refused = error instanceof TypeError || grpcCode(error) === GRPC.invalidArgument;
      if (!refused) throw error;
      const why = error instanceof TypeError ? messageOf(error) : grpcDetails(error);
      throw new TrainctlError('usage', `Temporal does not take the schedule: ${why}`, { cause: error });
    }
  }

  private async requireCode(input: RunSpecInput): Promise<void> {
    const { store, settings } = this.context;
    const code = codeOf(input);
    if (!('snapshot' in code) || (await this.isKept(code.snapshot))) return;
    const message = `no snapshot ${code.snapshot} in s3://${store.bucket}/${snapshotKey(settings.prefix, code.snapshot)}`;
    throw new TrainctlError('invalid-spec', `the spec has a fault:\n  code.snapshot: ${message}`, {
      next: 'upload one: trainctl snapshot DIR',
      faults: [{ path: 'code.snapshot', message }],
    });
  }

  private async view(found: ScheduleDescription): Promise<ScheduleView> {
    const { client, guard } = this.context;
    const code = codeOf(found.action.args?.[0]);
    const [kept, open] = await Promise.all([
      'snapshot' in code ? this.isKept(code.snapshot) : null,
      guard(() => listRuns(client, { schedule: found.scheduleId, open: true, limit: MOST_OPEN })),
    ]);
    return viewOf(
      found,
      kept,
      open.map(({ run }) => run),
    );
  }

  private async isKept(snapshot: string): Promise<boolean> {
    const { store, settings } = this.context;
    return (await store.head(snapshotKey(settings.prefix, snapshot))) !== undefined;
  }

  private async find(name: string): Promise<ScheduleDescription> {
    for (const id of idsMeant(name)) {
      const found = await this.described(id);
      if (found) return requireTraining(found);
    }
    throw new TrainctlError('not-found', `there is no schedule "${shownId(name)}"`, {
      next: 'see which there are: trainctl schedule ls',
    });
  }

  private described(name: string): Promise<ScheduleDescription | undefined> {
    return this.context.guard(async () => {
      try {
        return await this.handle(name).describe();
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return undefined;
        if (error instanceof ValueError) throw unreadable(name, error);
        throw error;
      }
    });
  }

  private handle(name: string): ScheduleHandle {
    return this.context.client.schedule.getHandle(name);
  }
}

/** How many are asked after at once. */
const AT_ONCE = 10;

/** How many open runs of one are named, at most. */
const MOST_OPEN = 50;

/** Made elsewhere, with an input that is no JSON. */
function unreadable(name: string, cause: ValueError): TrainctlError {
  return new TrainctlError('damaged', `schedule ${shownId(name)} cannot be read: ${cause.message}`, {
    next: `look at it, and make it anew: temporal schedule describe --schedule-id ${runWord(name)}`,
    cause,
  });
}

function requireTraining(found: ScheduleDescription): ScheduleDescription {
  const { workflowType } = found.action;
  if (workflowType === WORKFLOW_TYPE) return found;
  throw new TrainctlError(
    'refused',
    `"${shownId(found.scheduleId)}" is a schedule of ${workflowType}, not of trainings`,
    {
      next: `Temporal's own command has it: temporal schedule describe --schedule-id ${runWord(found.scheduleId)}`,
    },
  );
}

async function checkedOrFault(checked: Promise<RunSpec>): Promise<RunSpec | TrainctlError> {
  try {
    return await checked;
  } catch (error) {
    if (error instanceof TrainctlError) return error;
    throw error;
  }
}
