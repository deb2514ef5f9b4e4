import { FakeWorld, launchOf } from '../support/fake-world';
import { judgeRun } from './judge';
import { planOf } from './plan';

const plan = planOf(1, 1, 0);
const CLOSED = { outcome: 'succeeded', words: '', seconds: 1, events: 80, messages: 0 };

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld('real');
  world.scripts = { 0: { seconds: 2, stepsPerSecond: 50 } };
});

it('finds nothing wrong with a run that left nothing', () => {
  world.launch(launchOf(1));
  world.of(1).start(0, 0);
  world.of(1).terminate(5_000);
  expect(judgeRun(plan, world, CLOSED)).toMatchObject({ attempts: 1, lostSteps: 0, problems: [] });
});

it('sees what still costs money, whatever the run says', () => {
  world.launch(launchOf(1));
  expect(judgeRun(plan, world, CLOSED).problems).toEqual(['left over: i-1 of attempt 1']);
});

it('sees two trainings of one attempt, and an outcome that nothing explains', () => {
  for (const tried of [1, 2]) world.launch(launchOf(1, tried));
  for (const instance of world.instances) {
    instance.start(0, 0);
    instance.terminate(1_000);
  }
  const { problems } = judgeRun(plan, world, { ...CLOSED, outcome: 'cancelled', words: 'why?' });
  expect(problems).toEqual(['ended as cancelled (why?), not as succeeded', 'two instances of attempt 1 have trained']);
});

it('counts steps that have to be done again', () => {
  world.scripts = { 0: { seconds: 10, stepsPerSecond: 50 } };
  for (const attempt of [1, 2]) world.launch(launchOf(attempt));
  world.of(1).start(0, 0);
  world.of(1).terminate(2_000);
  world.of(2).start(3_000, 75);
  world.of(2).terminate(20_000);
  expect(judgeRun(plan, world, CLOSED).lostSteps).toBe(25);
});
