import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lastLine, removeWorkplaces, Workplace } from './support/script';

const ROOT = path.resolve(__dirname, '../..');
const PYTHON = process.env.TRAINCTL_TEST_TORCH ?? 'python3';
const has = (modules: string): boolean =>
  spawnSync(PYTHON, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0;

afterEach(removeWorkplaces);

/** A place where the script finds the helper, and the files by which it is told. */
function placeFor(example: string): { place: Workplace; stopFile: string } {
  const script = path.join(ROOT, 'examples', example, 'train.py');
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    CUDA_VISIBLE_DEVICES: '',
    PYTHONPATH: path.join(ROOT, 'python'),
  };
  const place = new Workplace([PYTHON, script, '--steps', '120'], env);
  const stopFile = path.join(place.dir, 'stop.json');
  env.TRAINCTL_STOP_FILE = stopFile;
  env.TRAINCTL_CHECKPOINT_FILE = path.join(place.dir, 'checkpoint.json');
  return { place, stopFile };
}

// They are some gigabytes: run where they are installed (TRAINCTL_TEST_TORCH: the python that has them).
describe.each([
  ['huggingface', 'torch, transformers, accelerate'],
  ['lightning', 'torch, lightning'],
])('%s', (example, modules) => {
  (has(modules) ? test : test.skip)(
    'ends for the stop file, and goes on to the loss of an undisturbed run',
    async () => {
      const { place, stopFile } = placeFor(example);
      const ended = place.run();
      const looks = setInterval(() => {
        if (!place.has('metrics.jsonl') || place.metrics().length < 3 || existsSync(stopFile)) return;
        writeFileSync(`${stopFile}.part`, '{"reason": "notice", "deadline": 1795970410.25}');
        renameSync(`${stopFile}.part`, stopFile);
      }, 20);
      const first = await ended;
      clearInterval(looks);
      expect(first.output).toMatch(/told to end \(notice\): step \d+ is saved/);
      expect(first.code).toBe(143);
      expect(existsSync(`${stopFile}.heard`)).toBe(true);

      rmSync(stopFile);
      const second = await place.run({ resume: true });
      expect(second.output).not.toContain('from the beginning');
      const { place: alone } = placeFor(example);
      const undisturbed = await alone.run();
      expect(lastLine(undisturbed.output)).toMatch(/^done: loss [\d.e-]+$/);
      expect(lastLine(second.output)).toBe(lastLine(undisturbed.output));
      expect(place.metrics().at(-1)?.step).toBe(120);
    },
    180_000,
  );
});
