import {
  type AttachEvent,
  type CheckpointRef,
  checkpointMarks,
  type HostFinal,
  type HostPhase,
  type NodeRef,
  type Notice,
} from '../../contract';

/** What supervise knows of its node: the sum of the lines that the agent has sent, over every attachment. */
export interface View {
  phase: HostPhase | 'unknown';
  logBytes: number;
  step: number | null;
  /** The first that the training reported. */
  firstStep: number | null;
  /** Its steps began anew while it ran. */
  stepsAnew: boolean;
  checkpoint: CheckpointRef | null;
  /** A whole checkpoint was taken while the process ran. */
  saved: boolean;
  notice: Notice | null;
  final: HostFinal | null;
  /** How the process ended, once the agent has said so; its last uploads may still be under way. */
  exit: { code: number | null; signal: string | null } | null;
  /** A newer attachment serves the node now: this supervise has been replaced. */
  supersededBy: number | null;
}

/** What a heartbeat carries from one worker to the next. Kept small: Temporal stores it at every change. */
export interface Details {
  /** For people. */
  progress?: string;
  epoch: number;
  logBytes: number;
  step: number | null;
  /** The first that the training reported. */
  firstStep: number | null;
  /** Its steps began anew while it ran. */
  stepsAnew: boolean;
  checkpoint: CheckpointRef | null;
  /** A whole checkpoint was taken while the process ran. */
  saved: boolean;
  notice: Notice | null;
  /** When the host was last heard, epoch milliseconds. */
  heardAt: number;
}

/** The heartbeat details of the try before, if they are ours; anything else is as good as none. */
export function readDetails(value: unknown): Details | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { epoch, heardAt, logBytes, step, firstStep, stepsAnew, checkpoint, saved, notice } = value as Partial<Details>;
  if (typeof epoch !== 'number' || typeof heardAt !== 'number') return undefined;
  return {
    epoch,
    heardAt,
    logBytes: logBytes ?? 0,
    step: step ?? null,
    firstStep: firstStep ?? null,
    stepsAnew: stepsAnew ?? false,
    checkpoint: checkpoint ?? null,
    saved: saved ?? false,
    notice: notice ?? null,
  };
}

/** The view to begin with: empty, or what the try before left in its heartbeat. */
export function startingView(details?: Details): View {
  return {
    phase: 'unknown',
    logBytes: details?.logBytes ?? 0,
    step: details?.step ?? null,
    firstStep: details?.firstStep ?? null,
    stepsAnew: details?.stepsAnew ?? false,
    checkpoint: details?.checkpoint ?? null,
    saved: details?.saved ?? false,
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
      return {
        ...view,
        logBytes: event.logBytes,
        step: event.step ?? view.step,
        firstStep: view.firstStep ?? event.firstStep ?? null,
        stepsAnew: view.stepsAnew || event.stepsAnew === true,
      };
    case 'checkpoint':
      return {
        ...view,
        checkpoint: checkpointRef(event, node.attempt),
        saved: view.saved || (event.suspect === undefined && WHILE_RUNNING.has(event.why)) || isLater(event),
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
    firstStep: view.firstStep ?? final.firstStep ?? null,
    stepsAnew: view.stepsAnew || final.stepsAnew === true,
    saved: view.saved || isLater(final.checkpoint) || final.savedAgain === true,
    checkpoint: final.checkpoint ? checkpointRef(final.checkpoint, node.attempt) : view.checkpoint,
    notice: final.notice ?? view.notice,
  };
}

/** Why a checkpoint is taken of a process that runs. */
const WHILE_RUNNING: ReadonlySet<string> = new Set(['periodic', 'asked']);

/** There is one at most after the end of the process: before a later one there was another, while it ran. */
const isLater = (checkpoint: { number?: number } | null): boolean => (checkpoint?.number ?? 1) > 1;

/** Of what an agent says, what is known of a checkpoint everywhere. */
function checkpointRef(said: NonNullable<HostFinal['checkpoint']>, attempt: number): CheckpointRef {
  const { step, key, bytes, number, at, suspect } = said;
  return {
    step,
    attempt,
    key,
    bytes,
    ...checkpointMarks({ number, at, suspect }),
  };
}
