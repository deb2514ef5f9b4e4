import { createClient, type TrainctlClient } from '../../../client';
import { count, keptItsPromises } from '../../support/counting';

jest.setTimeout(300_000);

let client: TrainctlClient;
beforeAll(async () => {
  client = await createClient();
});
afterAll(() => client.close());

test('the shortest lease works: an install that is longer than it, and what is shorter is refused with the reason', async () => {
  const slow = await count(client, 'slow-setup', { setup: ['sleep 46'], limits: { lease: '40s' }, steps: 10 });
  const { result } = await keptItsPromises(slow);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 1, leftovers: 0 });

  const refused = client.start({ command: 'true', limits: { lease: '39s' } });
  await expect(refused).rejects.toMatchObject({
    code: 'invalid-spec',
    faults: [{ path: 'limits.lease', message: expect.stringContaining('the least is 40s') }],
  });
});
