import type { AttachEvent, CheckpointRef, HostFinal, HostPhase, NodeRef, Notice } from '../../contract';

/** What supervise knows of its node: the sum of the lines that the agent has sent, over every attachment. */
export interface View {
  phase: HostPhase | 'unknown';
  logBytes: number;
  step: number | null;
  checkpoint: CheckpointRef | null;
  notice: Notice | null;
  final: HostFinal | null;
  /** How the process ended, once the agent has said so; its last uploads may still be under way. */
  exit: { code: number | null; signal: string | null } | null;
  /** A newer attachment serves the node now: this supervise has been replaced. */
  supersededBy: number | null;
}

/** What a heartbeat carries from one worker to the next. Kept small: Temporal stores it at every change. */
export interface Details {
  epoch: number;
  logBytes: number;
  step: number | null;
  checkpoint: CheckpointRef | null;
  notice: Notice | null;
  /** When the host was last heard, epoch milliseconds. */
  heardAt: number;
}

/** The heartbeat details of the try before, if they are ours; anything else is as good as none. */
export function readDetails(value: unknown): Details | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { epoch, heardAt, logBytes, step, checkpoint, notice } = value as Partial<Details>;
  if (typeof epoch !== 'number' || typeof heardAt !== 'number') return undefined;
  return {
    epoch,
    heardAt,
    logBytes: logBytes ?? 0,
    step: step ?? null,
    checkpoint: checkpoint ?? null,
    notice: notice ?? null,
  };
}

/** The view to begin with: empty, or what the try before left in its heartbeat. */
export function startingView(details?: Details): View {
  return {
    phase: 'unknown',
    logBytes: details?.logBytes ?? 0,
    step: details?.step ?? null,
    checkpoint: details?.checkpoint ?? null,
    notice: details?.notice ?? null,
    final: null,
    exit: null,
    supersededBy: null,
  };
}

/** The view after one more line of the agent. */
export function fold(view: View, event: AttachEvent, node: NodeRef): View {
  switch (event.t) {
    case 'hello': {
      const next = { ...view, phase: event.phase, logBytes: event.logBytes, step: event.step ?? view.step };
      return event.final ? withFinal(next, event.final, node) : next;
    }
    case 'phase':
      return { ...view, phase: event.phase };
    case 'beat':
      return { ...view, logBytes: event.logBytes, step: event.step ?? view.step };
    case 'checkpoint':
      return {
        ...view,
        checkpoint: checkpointRef(event, node.attempt),
      };
    case 'notice':
      return { ...view, notice: event.notice };
    case 'exit':
      return { ...view, exit: { code: event.code, signal: event.signal } };
    case 'final':
      return withFinal(view, event.final, node);
    case 'superseded':
      return { ...view, supersededBy: event.epoch };
    default:
      // `upload` and `checkpoint-failed` change nothing that a later line builds on; a newer agent's lines are none of ours.
      return view;
  }
}

function withFinal(view: View, final: HostFinal, node: NodeRef): View {
  return {
    ...view,
    phase: 'final',
    final,
    logBytes: final.logBytes,
    step: final.step ?? view.step,
    checkpoint: final.checkpoint ? checkpointRef(final.checkpoint, node.attempt) : view.checkpoint,
    notice: final.notice ?? view.notice,
  };
}

/** Of what an agent says, what is known of a checkpoint everywhere. */
function checkpointRef(said: NonNullable<HostFinal['checkpoint']>, attempt: number): CheckpointRef {
  const { step, key, bytes, number, at, suspect } = said;
  return {
    step,
    attempt,
    key,
    bytes,
    ...(number === undefined ? {} : { number }),
    ...(at === undefined ? {} : { at }),
    ...(suspect === undefined ? {} : { suspect }),
  };
}
