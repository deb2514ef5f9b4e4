import type { LaunchArgs, LaunchResult, UndoArgs } from '../../../contract';
import type { Plan } from './plan';

/**
 * What an attempt may have created, written down before each call that could create it. It is the argument of
 * `terminateAttempt`: by tag whatever carries run key and attempt, by client token what is not visible yet.
 */
export class Undo {
  readonly #launches: UndoArgs['launches'] = [];
  #open: LaunchArgs | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly attempt: number,
  ) {}

  /** Before the call: from now on it may exist. */
  expect(launch: LaunchArgs): void {
    this.#open = launch;
    this.#launches.push(tokenOf(launch));
  }

  /** After the call has answered. Only a refusal proves that there is nothing. */
  learn(launch: LaunchArgs, result: Pick<LaunchResult, 'kind'>): void {
    this.#open = undefined;
    if (result.kind === 'refused')
      this.#launches.splice(
        this.#launches.findIndex((l) => l.try === launch.try),
        1,
      );
  }

  /** Whether a launch call has not been answered: its token must be repeated before anything is called gone. */
  get unknown(): boolean {
    return this.#open !== undefined;
  }

  args(): UndoArgs {
    const regions = [this.plan.region, ...this.#launches.map((l) => l.placement.region)];
    return {
      run: this.plan.run,
      attempt: this.attempt,
      regions: [...new Set(regions)],
      launches: [...this.#launches],
      ...(this.#open ? { unknownLaunch: this.#open } : {}),
    };
  }
}

const tokenOf = ({ node, placement, try: number }: LaunchArgs): UndoArgs['launches'][number] => ({
  node: node.node,
  placement,
  try: number,
});
