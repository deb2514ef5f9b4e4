import { pastKey } from '../../../contract';
import { undoScenario } from '../../../e2e/scenarios/frame/undo';
import { emptyWorld, keyOf, runId, tagsOf, undoContextOf, type World } from './frame';

const undo = (world: World) => undoScenario({}, undoContextOf(world));

test('finds nothing where nothing is, and may be called again', async () => {
  const world = emptyWorld();
  const nothing = { runs: [], costUsd: 0, leftovers: [], failures: [] };
  expect(await undo(world)).toEqual(nothing);
  expect(await undo(world)).toEqual(nothing);
});

test('finds runs by their numbers while no list has them, over numbers that were given and not used', async () => {
  const world = emptyWorld();
  for (const number of [1, 4, 11]) world.workflows.set(runId(number), true);
  // Further off than any that a scenario leaves out.
  const { runs } = await undo(world);
  expect(runs).toEqual([runId(1), runId(4)]);
  world.workflows.set(runId(7), false);
  expect((await undo(world)).runs).toEqual([runId(1), runId(11), runId(4), runId(7)]);
});

test('leaves alone what belongs to another scenario, another suite, and nobody', async () => {
  const world = emptyWorld();
  for (const id of ['e2e-test1.one-more.1', 'e2e-test10.one.1', 'train-7k2f']) {
    world.workflows.set(id, true);
    world.instances.push({ id: `i-${id}`, state: 'running', tags: tagsOf(id) });
  }
  world.objects.set('e2e/e2e-test1/one-more/data', 'x');
  world.objects.set('runs/0000000000000099/spec.json', 'x');
  expect(await undo(world)).toMatchObject({ runs: [], failures: [], leftovers: [] });
  expect(world.asked).toEqual([]);
  expect(world.objects.size).toBe(2);
});

test('removes the objects of its runs, its own and its code', async () => {
  const world = emptyWorld();
  world.workflows.set(runId(1), false);
  const kept = [`code/${'b'.repeat(64)}.tar.gz`, pastKey('', 1000, keyOf('99'), 'train-7k2f')];
  for (const key of [
    `runs/${keyOf(runId(1))}/summary.json`,
    'e2e/e2e-test1/one/data',
    `code/${'a'.repeat(64)}.tar.gz`,
    pastKey('', 1000, keyOf(runId(1)), runId(1)),
    ...kept,
  ])
    world.objects.set(key, 'x');
  await undo(world);
  expect([...world.objects.keys()]).toEqual(kept);
});

test('aborts the incomplete uploads of the scenario and of its runs, and names those that stay', async () => {
  const world = emptyWorld();
  world.workflows.set(runId(1), false);
  const own = ['e2e/e2e-test1/one/big', `runs/${keyOf(runId(1))}/log`];
  for (const key of [...own, 'e2e/e2e-test1/one-more/big']) world.uploads.add(key);
  const { leftovers } = await undo({ ...world, deaf: true });
  expect(leftovers).toEqual(own.map((key) => `incomplete upload s3://bucket/${key}`));
  expect((await undo(world)).leftovers).toEqual([]);
  expect([...world.uploads]).toEqual(['e2e/e2e-test1/one-more/big']);
});

test('a run that does not end is terminated, which is a failure', async () => {
  const world = { ...emptyWorld(), deaf: true };
  world.workflows.set(runId(1), true);
  const { failures } = await undo(world);
  expect(world.asked).toEqual([`stop ${runId(1)}`, `terminate ${runId(1)}`]);
  expect(failures).toEqual([expect.stringContaining('was terminated')]);
});

test('an instance whose run Temporal does not know is ended all the same', async () => {
  const world = emptyWorld();
  world.instances.push({ id: 'i-1', state: 'running', tags: tagsOf(runId(3)) });
  expect(await undo(world)).toMatchObject({ failures: [], leftovers: [] });
  expect(world.asked).toEqual(['terminate i-1']);
});

test('an instance without the tag of the suite is found by the key of its run', async () => {
  const world = emptyWorld();
  world.workflows.set(runId(1), false);
  const { 'trainctl:project': _, ...tags } = tagsOf(runId(1));
  world.instances.push({ id: 'i-1', state: 'running', tags });
  expect(await undo(world)).toMatchObject({ failures: [], leftovers: [] });
  expect(world.asked).toEqual(['terminate i-1']);
});

test('a tag that no suite has is refused before anything is asked', async () => {
  const { undoContext } = await import('../../../e2e/scenarios/frame/context.js');
  expect(() => undoContext({ name: 'one' }, { client: {} as never, tag: '' })).toThrow('is no tag of a suite');
  expect(() => undoContext({ name: 'one' }, { client: {} as never, tag: 'e2e-x/../..' })).toThrow('is no tag');
});
