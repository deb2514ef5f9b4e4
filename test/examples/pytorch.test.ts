import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { lastLine, removeWorkplaces, Workplace } from './support/script';

const SCRIPT = path.resolve(__dirname, '../../examples/pytorch/train.py');
const hasTorch = spawnSync('python3', ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;

afterEach(removeWorkplaces);

// PyTorch is some gigabytes: run where it is installed.
(hasTorch ? test : test.skip)(
  'goes on from where it was told to end',
  async () => {
    const place = new Workplace(['python3', SCRIPT, '--steps', '400'], { ...process.env, CUDA_VISIBLE_DEVICES: '' });
    const first = await place.run({ end: { signal: 'SIGTERM', at: 'step   100' } });
    expect(first.code).toBe(143);
    const step = Number(/told to end: step (\d+) is saved/.exec(first.output)?.[1]);
    const second = await place.run({ resume: true });
    expect(second.output).toContain(`from step ${step} of 400`);
    expect(lastLine(second.output)).toBe('done');
    expect(place.has('outputs/model.pt')).toBe(true);

    const alone = new Workplace(['python3', SCRIPT, '--steps', '400'], { ...process.env, CUDA_VISIBLE_DEVICES: '' });
    await alone.run();
    expect(place.metrics().at(-1)).toEqual(alone.metrics().at(-1));
  },
  120_000,
);
