import { Context } from '@temporalio/activity';
import { awsErrorMessage } from '../../adapters/aws';
import type { StepNews, WaitNews } from '../../contract';

export interface Execution {
  workflowId: string;
  runId: string;
}

/** Signals one execution; what it throws is nobody's concern, since the result says the same in the end. */
export type Tell<News = StepNews> = (to: Execution, news: News) => Promise<void>;

/** One word after the other, to the workflow of the step and that of the suite; resolves when it was said. */
export function teller<News>(suite: Execution, tell: Tell<News>): (news: News) => Promise<void> {
  const own = Context.current().info.workflowExecution;
  const to = own && own.runId !== suite.runId ? [own, suite] : [suite];
  let last = Promise.resolve();
  return (news) => {
    last = last.then(async () => {
      await Promise.all(to.map((one) => tell(one, news).catch(() => undefined)));
    });
    return last;
  };
}

/** The first tries, and then every fifth: each is an event of two histories. */
const isTold = (attempt: number): boolean => attempt <= 3 || attempt % 5 === 0;

/** Runs a step that Temporal repeats; one that fails says what it could not do, and why, before it is waited for again. */
export async function sayingWhy<T>(
  say: (news: WaitNews) => Promise<void>,
  of: Pick<WaitNews, 'scenario' | 'what'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { info, cancellationSignal } = Context.current();
    if (isTold(info.attempt) && !cancellationSignal.aborted)
      await say({ ...of, why: awsErrorMessage(error), tries: info.attempt });
    throw error;
  }
}
