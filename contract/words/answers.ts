import type {
  AgentErrorCode,
  AgentProgress,
  AgentVerb,
  CheckpointResult,
  FetchResult,
  InstallResult,
  ProbeResult,
  RestoreResult,
  StartResult,
  SyncResult,
} from '../host/agent';
import type { HostPhase } from '../host/attach';
import { phase } from './attach';
import { checkpointNumber, manifestKey, toldFields } from './checkpoint';
import { maybeStep } from './figures';
import {
  finite,
  flag,
  integer,
  lastText,
  list,
  needed,
  oneOf,
  orElse,
  orNull,
  perhaps,
  type Reader,
  shape,
  text,
} from './reader';

/** What each verb that a worker calls answers. */
export interface AgentAnswers {
  probe: ProbeResult;
  sync: SyncResult;
  install: InstallResult;
  fetch: FetchResult;
  restore: RestoreResult;
  start: StartResult;
  stop: { phase: HostPhase | null };
  checkpoint: CheckpointResult;
}

const probe = shape<ProbeResult>({
  python: needed(text(60)),
  uv: orElse(orNull(text(200)), null),
  cpus: needed(integer()),
  memoryBytes: needed(integer()),
  diskFreeBytes: needed(integer()),
  gpus: orElse(list(text(60), 32), []),
});

const install = shape<InstallResult>({
  source: needed(text(200)),
  tool: orElse(orNull(oneOf('uv', 'pip')), null),
  packages: orElse(list(text(100), 5), []),
  count: orElse(integer(), 0),
  // More of them, and more characters of one, say nothing new; answers are kept small.
  warnings: perhaps(list(text(2000), 5)),
});

/** A host that has nothing to restore from says null; a key that no checkpoint has is no answer. */
const restore = shape<RestoreResult>({
  step: needed(maybeStep),
  attempt: needed(orNull(integer())),
  key: needed(orNull(manifestKey)),
  number: perhaps(checkpointNumber),
  suspect: perhaps(text(300)),
  files: orElse(integer(), 0),
  bytes: orElse(integer(), 0),
  damaged: orElse(
    list(shape<{ key: string; why: string }>({ key: needed(text(1024)), why: needed(text(500)) }), 100),
    [],
  ),
});

const checkpoint = shape<CheckpointResult>({
  phase: needed(phase),
  checkpoint: needed(
    orNull(
      shape<NonNullable<CheckpointResult['checkpoint']>>({
        ...toldFields,
        at: orElse(text(40), ''),
        seconds: orElse(finite, 0),
        why: orElse(text(40), ''),
      }),
    ),
  ),
  reason: needed(orNull(text(500))),
});

const ANSWERS: { [V in keyof AgentAnswers]: Reader<AgentAnswers[V]> } = {
  probe,
  sync: shape<SyncResult>({ files: needed(integer()), bytes: needed(integer()) }),
  install,
  fetch: shape<FetchResult>({ files: needed(integer()), bytes: needed(integer()), seconds: needed(finite) }),
  restore,
  start: shape<StartResult>({ pid: orElse(integer(), 0), started: needed(flag) }),
  stop: shape<AgentAnswers['stop']>({ phase: orElse(orNull(phase), null) }),
  checkpoint,
};

/** The answer to a verb; undefined when it is none. */
export function readAnswer<V extends keyof AgentAnswers>(verb: V, value: unknown): AgentAnswers[V] | undefined {
  return ANSWERS[verb](value);
}

const CODES = [
  'bad-request',
  'transfer',
  'refused',
  'corrupt',
  'hostile',
  'install-failed',
  'command-not-found',
  'disk-full',
  'not-started',
  'internal',
] as const satisfies readonly AgentErrorCode[];

/** An agent's error; one of a code that nobody knows is internal. */
export const readAgentError = shape<{ code: AgentErrorCode; message: string; tail: string }>({
  code: orElse(oneOf<AgentErrorCode>(...CODES), 'internal'),
  message: orElse(text(2000), 'the agent did not say what went wrong'),
  tail: orElse(lastText(4000), ''),
});

export const readProgress = shape<Omit<AgentProgress, 't'>>({
  message: needed(text(300)),
  done: perhaps(finite),
  total: perhaps(finite),
});

/** Verbs without an answer of this kind: `attach` stays, `status` is for people. */
export type CalledVerb = Extract<AgentVerb, keyof AgentAnswers>;
