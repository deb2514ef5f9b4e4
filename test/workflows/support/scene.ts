import type { WorkflowHandle } from '@temporalio/client';
import type { FakeWorld } from '../../support/fake-world';
import type { Time } from './bundle';
import { ForgottenTask, watchForForgotten } from './forgotten-task';
import { type Ended, Stage } from './stage';

/** What a test plays in: a world of its own, and the runs that meet it. */
export class Scene {
  readonly world: FakeWorld;
  readonly handles: WorkflowHandle[] = [];

  constructor(readonly stage: Stage) {
    this.world = stage.fresh();
  }

  start = async (input?: unknown, workflowId?: string): Promise<WorkflowHandle> => {
    const handle = await this.stage.start(input, workflowId, this.world);
    this.handles.push(handle);
    return handle;
  };

  endOf = (handle: WorkflowHandle): Promise<Ended> => this.stage.ended(handle);

  run = async (input?: unknown, workflowId?: string): Promise<Ended> => this.endOf(await this.start(input, workflowId));
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

  const another = async (): Promise<void> => {
    await stage.close();
    stage = await Stage.open(time);
  };

  const once = async (story: (scene: Scene) => Promise<void>): Promise<void> => {
    const scene = new Scene(stage);
    const over = new AbortController();
    setUp(scene);
    const watching = watchForForgotten(() => scene.handles, over.signal);
    try {
      await Promise.race([story(scene), watching]);
    } catch (error) {
      // What hangs is ended, so that nobody waits for it when the server is gone.
      if (error instanceof ForgottenTask) await Promise.allSettled(scene.handles.map((handle) => handle.terminate()));
      throw error;
    } finally {
      over.abort();
      // A call of it that is tried again would meet a closed connection.
      await watching.catch(() => undefined);
    }
    expect(scene.world.alive()).toEqual([]);
    expect(scene.world.breaches).toEqual([]);
  };

  return <Args extends unknown[]>(play: (scene: Scene, ...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      const story = (scene: Scene): Promise<void> => play(scene, ...args);
      if (!(await stage.usable())) {
        console.warn('the time-skipping server skips no more: another one');
        await another();
      }
      try {
        await once(story);
      } catch (error) {
        if (!(error instanceof ForgottenTask)) throw error;
        console.warn(`${error.message}: played again, on another server`);
        await another();
        await once(story);
      }
    };
}
