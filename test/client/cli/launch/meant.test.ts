import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { meantCommand } from '../../../../client/cli/launch/meant';
import { buildProgram } from '../../../../client/cli/program';

describe('words after run that are no spec', () => {
  let run: Command;
  let top: string;
  let dir: string;
  beforeAll(async () => {
    const program = await buildProgram('0', ['run']);
    run = program.commands.find((command) => command.name() === 'run') ?? new Command();
    top = mkdtempSync(path.join(tmpdir(), 'trainctl-meant-'));
    dir = path.join(top, 'project');
    mkdirSync(path.join(dir, 'src'), { recursive: true });
    mkdirSync(path.join(top, 'other'));
    for (const name of [
      'train.py',
      'run.sh',
      'src/fit.py',
      'trainctl.yaml',
      'big.yaml',
      'go',
      'my train.py',
      'a.ipynb',
      'notes.txt',
    ])
      writeFileSync(path.join(dir, name), name === 'go' ? '#!/bin/sh\n' : 'x');
    chmodSync(path.join(dir, 'go'), 0o755);
    writeFileSync(path.join(top, 'other/eval.py'), 'x');
  });
  afterAll(() => rmSync(top, { recursive: true, force: true }));

  it.each([
    ['train.py', 'trainctl run -- python train.py'],
    ['./train.py', 'trainctl run -- python train.py'],
    ['src/fit.py', 'trainctl run -- python src/fit.py'],
    ['run.sh', 'trainctl run -- bash run.sh'],
    ['go', 'trainctl run -- ./go'],
    ['../other/eval.py', 'trainctl run ../other -- python eval.py'],
    ['a.ipynb', 'trainctl run -- jupyter execute a.ipynb'],
    ['python train.py', 'trainctl run -- python train.py'],
    ['python -m pkg.train --lr 1e-4', 'trainctl run -- python -m pkg.train --lr 1e-4'],
    ['python3.11 train.py', 'trainctl run -- python3.11 train.py'],
    ['torchrun --nproc_per_node 8 train.py', 'trainctl run -- torchrun --nproc_per_node 8 train.py'],
    ['accelerate launch train.py --set x', 'trainctl run -- accelerate launch train.py --set x'],
    ['train.py --epochs 5', 'trainctl run -- python train.py --epochs 5'],
    ['train.py --dry-run', 'trainctl run --dry-run -- python train.py'],
    [
      '--set limits.maxDuration=1h --yes train.py --epochs 5',
      'trainctl run --set limits.maxDuration=1h --yes -- python train.py --epochs 5',
    ],
    ['trainctl.yaml train.py', 'trainctl run trainctl.yaml -- train.py'],
    ['src fit.py', 'trainctl run src -- fit.py'],
    ['trian.py --lr 1', 'trainctl run -- python train.py --lr 1'],
    ['trainctl.yml', 'trainctl run trainctl.yaml'],
    ['bgi.yaml', 'trainctl run big.yaml'],
    ['python', 'trainctl run -- python'],
    ['A=1 B=x$y python train.py --lr 1', "trainctl run --env A=1 --env 'B=x$y' -- python train.py --lr 1"],
  ])('%s: %s', (line, next) => {
    const error = meantCommand(run, line.split(' '), [], dir);
    expect([error?.code, error?.next]).toEqual(['usage', next]);
  });

  it('quotes what a shell would take apart, and joins what already stands after --', () => {
    expect(meantCommand(run, ['python train.py --lr 1'], [], dir)?.next).toBe(
      "trainctl run -- 'python train.py --lr 1'",
    );
    expect(meantCommand(run, ['train.py --lr 1'], [], dir)?.next).toBe("trainctl run -- 'python train.py --lr 1'");
    expect(meantCommand(run, ['my train.py', '--text', "it's"], [], dir)?.next).toBe(
      "trainctl run -- python 'my train.py' --text 'it'\\''s'",
    );
    expect(meantCommand(run, ['python'], ['train.py'], dir)?.next).toBe('trainctl run -- python train.py');
  });

  it('names a script that is not there, and what would run it', () => {
    const error = meantCommand(run, ['src/missing_completely.py'], [], dir);
    expect(error?.message).toBe('there is no file or folder src/missing_completely.py');
    expect(error?.next).toContain('trainctl run -- python SCRIPT');
  });

  it.each([
    ['trainctl.yaml'],
    ['src'],
    ['.'],
    ['big.yaml --dry-run'],
    ['big.yaml --nmae x'],
    ['src --st a=b'],
    ['--dry-runn'],
    [''],
  ])('leaves a spec alone: %s', (line) => {
    expect(meantCommand(run, line.split(' ').filter(Boolean), [], dir)).toBeUndefined();
  });
});
