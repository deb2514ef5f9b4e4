import { ScheduleNotFoundError, type ScheduleUpdateOptions } from '@temporalio/client';
import {
  GRPC,
  queuesOf,
  resumedAt,
  resumedNote,
  type SpecFault,
  SUITE_TYPE,
  type SuiteOptions,
  suiteSchedule,
} from '../../contract';
import { grpcCode, grpcDetails } from '../connection/rpc';
import { messageOf, TrainctlError } from '../errors';
import type { ScheduleTimes } from '../schedules/check';
import { cronTexts } from '../schedules/cron-text';
import type { SuitesContext } from './context';

/** The Schedule of the suite, as Temporal has it. Only grows. */
export interface SuiteScheduleView {
  schedule: string;
  paused: boolean;
  /** Why it is paused, or what was noted when it was made. */
  note: string;
  cron: string[];
  timezone: string;
  /** Seconds by which a time that was missed may be late. */
  catchUp: number;
  options: SuiteOptions;
  /** The next times, ISO 8601. */
  next: string[];
  /** Those that it started, newest first. */
  started: { suite: string; at: string }[];
  open: string[];
  counts: { started: number; overlapped: number; missed: number };
}

export type SuiteTimes = Pick<ScheduleTimes, 'cron' | 'timezone' | 'catchUp'>;

/** The suite by the clock: one Schedule of the installation. */
export class SuiteSchedule {
  constructor(private readonly context: SuitesContext) {}

  get name(): string {
    return suiteSchedule(this.context.settings.installation);
  }

  /** Every fault of the times, by the names of {@link SuiteTimes}. */
  async faultsOf(times: SuiteTimes): Promise<SpecFault[]> {
    const { checkSchedule } = await import('../schedules/check.js');
    return checkSchedule(this.name, times).faults;
  }

  /** Makes it, or changes the one that there is, which stays paused if it is. Open suites go on. */
  async set(times: SuiteTimes, options: SuiteOptions): Promise<SuiteScheduleView> {
    const { checkSchedule, scheduleFault } = await import('../schedules/check.js');
    const { checked, faults } = checkSchedule(this.name, times);
    const fault = scheduleFault(faults);
    if (fault) throw fault;
    const before = await this.find();
    const told: ScheduleUpdateOptions = {
      spec: { cronExpressions: checked.cron, timezone: checked.timezone },
      // It pauses itself, after so many failures in a row.
      policies: { overlap: 'SKIP', catchupWindow: checked.catchUp * 1000, pauseOnFailure: false },
      state: { paused: before?.paused ?? false, note: keptNote(before) ?? 'made by trainctl e2e schedule' },
      action: {
        type: 'startWorkflow',
        workflowType: SUITE_TYPE,
        workflowId: this.name,
        taskQueue: queuesOf(this.context.settings.installation).main,
        args: [options],
        staticSummary: `end-to-end suite: ${options.only?.join(', ') ?? 'all scenarios'}`.slice(0, 200),
      },
    };
    try {
      await this.context.guard(async () => {
        if (before) await this.handle().update(() => told);
        else await this.context.client.schedule.create({ ...told, scheduleId: this.name });
      });
    } catch (error) {
      if (!(error instanceof TypeError) && grpcCode(error) !== GRPC.invalidArgument) throw error;
      const why = error instanceof TypeError ? messageOf(error) : grpcDetails(error);
      throw new TrainctlError('usage', `Temporal does not take the schedule: ${why}`, { cause: error });
    }
    return this.get();
  }

  /** Throws `not-found` when there is none. */
  async get(): Promise<SuiteScheduleView> {
    const found = await this.find();
    if (found) return found;
    throw new TrainctlError('not-found', 'the end-to-end suite has no schedule', {
      next: 'make one: trainctl e2e schedule --cron "0 3 * * *" --timezone Europe/Berlin',
    });
  }

  async pause(note = 'paused by trainctl'): Promise<SuiteScheduleView> {
    await this.get();
    await this.context.guard(() => this.handle().pause(note));
    return this.get();
  }

  /** Failures of before count no more. */
  async resume(note = 'resumed by trainctl'): Promise<SuiteScheduleView> {
    await this.get();
    await this.context.guard(() => this.handle().unpause(resumedNote(note, new Date())));
    return this.get();
  }

  /** Open suites go on; they are in the answer. */
  async remove(): Promise<SuiteScheduleView> {
    const view = await this.get();
    await this.context.guard(() => this.handle().delete());
    return view;
  }

  private handle() {
    return this.context.client.schedule.getHandle(this.name);
  }

  private async find(): Promise<SuiteScheduleView | undefined> {
    return this.context.guard(async () => {
      try {
        const { scheduleId, spec, action, policies, state, info } = await this.handle().describe();
        const [options] = action.args ?? [];
        return {
          schedule: scheduleId,
          paused: state.paused,
          note: state.note ?? '',
          cron: cronTexts(spec),
          timezone: spec.timezone || 'UTC',
          catchUp: policies.catchupWindow / 1000,
          options: typeof options === 'object' && options !== null ? (options as SuiteOptions) : {},
          next: info.nextActionTimes.slice(0, 5).map((time) => time.toISOString()),
          started: info.recentActions
            .map(({ action: { workflow }, takenAt }) => ({ suite: workflow.workflowId, at: takenAt.toISOString() }))
            .reverse(),
          open: info.runningActions.map(({ workflow }) => workflow.workflowId),
          counts: {
            started: info.numActionsTaken,
            overlapped: info.numActionsSkippedOverlap,
            missed: info.numActionsMissedCatchupWindow,
          },
        };
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return undefined;
        throw error;
      }
    });
  }
}

/** Of one that is changed: why it is paused, or when it was resumed, since failures count from there. */
const keptNote = (before: SuiteScheduleView | undefined): string | undefined =>
  before && (before.paused || resumedAt(before.note) !== undefined) ? before.note : undefined;
