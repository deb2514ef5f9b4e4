import { CreateTagsCommand, DeleteTagsCommand, type Tag } from '@aws-sdk/client-ec2';
import { suite } from '../clouds';
import { openTarget, refusal, type Target } from '../support/target';

const { it } = suite('ec2 › tags');

let target: Target;
let id: string;
beforeAll(async () => {
  target = await openTarget();
  id = (await target.runningOne()).InstanceId;
});
afterAll(() => target.close());

const create = (Tags: Tag[], Resources = [id]) => target.ec2.send(new CreateTagsCommand({ Resources, Tags }));
const remove = (Tags: Tag[]) => target.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags }));
const tags = async () =>
  Object.fromEntries(((await target.describe(id)).Tags ?? []).map(({ Key, Value }) => [Key, Value]));

it('CreateTags adds and overwrites; keys are case-sensitive', async () => {
  await create([
    { Key: 'a', Value: '1' },
    { Key: 'A', Value: '2' },
  ]);
  await create([{ Key: 'a', Value: '3' }]);
  expect(await tags()).toMatchObject({ a: '3', A: '2' });
});

it('DeleteTags: a key alone takes any value, a value only itself, an empty one only the empty', async () => {
  await create([
    { Key: 'any', Value: 'x' },
    { Key: 'same', Value: 'x' },
    { Key: 'other', Value: 'x' },
    { Key: 'filled', Value: 'x' },
  ]);
  await remove([
    { Key: 'any' },
    { Key: 'same', Value: 'x' },
    { Key: 'other', Value: 'y' },
    { Key: 'filled', Value: '' },
  ]);
  const left = await tags();
  expect(left).toMatchObject({ other: 'x', filled: 'x' });
  expect(left).not.toHaveProperty('any');
  expect(left).not.toHaveProperty('same');
});

it('one bad id fails all', async () => {
  const call = create([{ Key: 'half', Value: 'done' }], [id, 'i-00000000000000000']);
  expect((await refusal(call)).code).toBe('InvalidInstanceID.NotFound');
  expect(await tags()).not.toHaveProperty('half');
});

it('reserved keys and too long ones are refused', async () => {
  expect((await refusal(create([{ Key: 'aws:x', Value: '1' }]))).code).toBe('InvalidParameterValue');
  expect((await refusal(create([{ Key: 'k'.repeat(129), Value: '1' }]))).code).toBe('InvalidParameterValue');
  expect((await refusal(create([{ Key: 'k', Value: 'v'.repeat(257) }]))).code).toBe('InvalidParameterValue');
});

it('the 51st tag is TagLimitExceeded, and none of the call is set', async () => {
  const many = Array.from({ length: 50 }, (_, n) => ({ Key: `many${n}`, Value: 'v' }));
  expect((await refusal(create(many))).code).toBe('TagLimitExceeded');
  expect(await tags()).not.toHaveProperty('many0');
});
