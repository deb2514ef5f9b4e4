import { countLeftovers, findLeftovers } from '../../../client';

it('counts what is alive of a run, by its tag', async () => {
  const asked: unknown[] = [];
  const left = await findLeftovers(
    {
      describeInstances: async (query) => {
        asked.push(query.tags);
        return ['running', 'terminated', 'shutting-down', 'stopped'].map((state, i) => ({
          id: `i-${i}`,
          state: state as 'running',
          volumeIds: [],
          tags: {},
        }));
      },
      describeVolumes: async (tags) => {
        asked.push(tags);
        return [
          { id: 'vol-1', state: 'in-use', instanceIds: [], tags: {} },
          { id: 'vol-2', state: 'deleting', instanceIds: [], tags: {} },
        ];
      },
      describeSpotRequests: async (tags) => {
        asked.push(tags);
        return ['open', 'active', 'closed', 'cancelled'].map((state) => ({ id: `sir-${state}`, state, tags: {} }));
      },
    },
    'feed',
  );
  expect(left).toEqual({
    instances: ['i-0', 'i-2', 'i-3'],
    volumes: ['vol-1'],
    spotRequests: ['sir-open', 'sir-active'],
  });
  expect(countLeftovers(left)).toBe(6);
  expect(asked).toEqual(Array(3).fill({ 'trainctl:run-key': 'feed' }));
});
