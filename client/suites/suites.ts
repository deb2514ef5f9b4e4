import { WorkflowNotFoundError } from '@temporalio/client';
import { GRPC, queuesOf, SUITE_TYPE, type SuiteOptions, shownId } from '../../contract';
import { grpcCode } from '../connection/rpc';
import { TrainctlError } from '../errors';
import { newRunId } from '../runs/names';
import type { SuitesContext } from './context';
import { SuiteHandle } from './handle';
import { SuiteSchedule } from './schedule';

/** The operator's suites of one installation: workflows, which a worker runs. */
export class Suites {
  /** Suites by the clock. */
  readonly schedule: SuiteSchedule;

  constructor(private readonly context: SuitesContext) {
    this.schedule = new SuiteSchedule(context);
  }

  /** Starts one. What is wrong with the options is said by its end; a worker has to be there. */
  async start(options: SuiteOptions, id = newRunId('e2e')): Promise<SuiteHandle> {
    const { client, settings, guard } = this.context;
    const { workflowId, firstExecutionRunId } = await guard(() =>
      client.workflow.start(SUITE_TYPE, {
        workflowId: id,
        taskQueue: queuesOf(settings.installation).main,
        args: [options],
        workflowIdConflictPolicy: 'FAIL',
        staticSummary: `end-to-end suite: ${options.only?.join(', ') ?? 'all scenarios'}`.slice(0, 200),
      }),
    );
    return new SuiteHandle(this.context, workflowId, firstExecutionRunId);
  }

  /** The newest execution of an id. Throws `not-found`. */
  async get(id: string): Promise<SuiteHandle> {
    const { client, guard } = this.context;
    try {
      const { type, workflowId, runId } = await guard(() => client.workflow.getHandle(id).describe());
      if (type === SUITE_TYPE) return new SuiteHandle(this.context, workflowId, runId);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError) && grpcCode(error) !== GRPC.notFound) throw error;
    }
    throw new TrainctlError('not-found', `there is no end-to-end suite "${shownId(id)}"`, {
      next: `see which there are: temporal workflow list --query 'WorkflowType="${SUITE_TYPE}"'`,
    });
  }
}
