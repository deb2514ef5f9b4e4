import type { WorkflowHandle } from '@temporalio/client';
import type { FakeWorld } from '../../support/fake-world';
import type { Time } from './bundle';
import { type Ended, Stage } from './stage';

/** What a test plays in: a world of its own, and the runs that meet it. */
export class Scene {
  readonly world: FakeWorld;

  constructor(readonly stage: Stage) {
    this.world = stage.fresh();
  }

  start = (input?: unknown, workflowId?: string): Promise<WorkflowHandle> =>
    this.stage.start(input, workflowId, this.world);

  endOf = (handle: WorkflowHandle): Promise<Ended> => this.stage.ended(handle);

  run = (input?: unknown, workflowId?: string): Promise<Ended> => this.stage.run(input, workflowId, this.world);
}

/**
 * Opens a stage for the tests of a file. `setUp` prepares each scene. The answer makes a test of what it is given: with a scene of its own, in which at the end
 * nothing must be alive and nothing have happened that never may. Scenes on real time may be played side by side
 * (`it.concurrent`); the clock of the time-skipping server is one for all.
 */
export function stageFor(time: Time, setUp: (scene: Scene) => void = () => undefined) {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open(time);
  });
  afterAll(() => stage?.close());

  return <Args extends unknown[]>(play: (scene: Scene, ...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      const scene = new Scene(stage);
      setUp(scene);
      await play(scene, ...args);
      expect(scene.world.alive()).toEqual([]);
      expect(scene.world.breaches).toEqual([]);
    };
}
