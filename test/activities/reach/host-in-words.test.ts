import { hostInWords } from '../../../activities/reach/host-in-words';

const probe = { python: '3.8', uv: null, cpus: 1, memoryBytes: 1, diskFreeBytes: 1, gpus: [] as string[] };

test('only what there is is named', () => {
  expect(hostInWords(probe)).toBe('python 3.8 · 1 cpu');
  expect(hostInWords({ ...probe, cpus: 96, gpus: ['A', 'B', 'A'] })).toBe('python 3.8 · 96 cpus · 2 × A · B');
});
