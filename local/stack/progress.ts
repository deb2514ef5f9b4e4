/** One step of starting the stack, for whoever shows it. */
export interface StageEvent {
  /** `temporal`, `local cloud`, `worker`, `build`, … */
  name: string;
  state: 'running' | 'done' | 'failed';
  /** A line of facts for people. */
  detail?: string;
  /** Seconds since the step began; with `done` and `failed`. */
  seconds?: number;
}

export type OnStage = (stage: StageEvent) => void;

/** Runs one step and reports its beginning, end and duration. `facts` turns its result into the line that people see. */
export async function staged<T>(
  name: string,
  onStage: OnStage | undefined,
  work: (say: (detail: string) => void) => Promise<T>,
  facts: (result: T) => string,
): Promise<T> {
  const began = Date.now();
  const seconds = () => (Date.now() - began) / 1000;
  onStage?.({ name, state: 'running' });
  try {
    const result = await work((detail) => onStage?.({ name, state: 'running', detail }));
    onStage?.({ name, state: 'done', detail: facts(result), seconds: seconds() });
    return result;
  } catch (error) {
    onStage?.({
      name,
      state: 'failed',
      detail: error instanceof Error ? error.message : String(error),
      seconds: seconds(),
    });
    throw error;
  }
}
