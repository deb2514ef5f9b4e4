import type { Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';

/** Which run, attempt and instance an activity works for, as far as its argument says. */
export interface Subject {
  run?: string;
  runKey?: string;
  attempt?: number;
  node?: number;
  instance?: string;
}

/** Reads the subject from an activity's argument: its `node`, `run` or `host`, whichever it has. */
export function subjectOf(argument: unknown): Subject {
  const top = asRecord(argument);
  const host = asRecord(top.host);
  const node = { ...asRecord(top.run), ...asRecord(top.node), ...asRecord(host.node) };
  const run = text(node.workflowId) ?? text(top.workflowId);
  const runKey = text(node.runKey);
  const attempt = number(node.attempt) ?? number(top.attempt);
  const index = number(node.node);
  const instance = text(host.instanceId) ?? text(top.instanceId);
  return {
    ...(run !== undefined && { run }),
    ...(runKey !== undefined && { runKey }),
    ...(attempt !== undefined && { attempt }),
    ...(index !== undefined && { node: index }),
    ...(instance !== undefined && { instance }),
  };
}

/**
 * Puts the subject into every log line of an activity. Temporal's own `attempt` (how often the activity was tried) is called
 * `try` there: in this product an attempt is a generation of machines.
 */
export function activityLog(_context: Context): ActivityInterceptors {
  let subject: Subject = {};
  return {
    inbound: {
      execute(input, next) {
        subject = subjectOf(input.args[0]);
        return next(input);
      },
    },
    outbound: {
      getLogAttributes(input, next) {
        const { attempt, ...rest } = next(input);
        return { ...rest, try: attempt, ...subject };
      },
    },
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
