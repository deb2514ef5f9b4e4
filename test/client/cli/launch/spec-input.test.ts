import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TrainctlError } from '../../../../client';
import type { SpecFlags } from '../../../../client/cli/launch/apply-flags';
import { readSpecInput, type SpecInput } from '../../../../client/cli/launch/spec-input';

describe('readSpecInput', () => {
  let dir: string;
  const put = (name: string, text: string): void => writeFileSync(path.join(dir, name), text);
  const read = (asked?: string, flags: Partial<SpecFlags> = {}): SpecInput =>
    readSpecInput(
      asked,
      { command: [], ...flags },
      { instanceTypes: ['m5.large'], project: 'p' },
      { SHELL_VALUE: 's' },
      dir,
    );
  const faultsOf = (work: () => unknown): string[] => {
    try {
      work();
    } catch (error) {
      if (error instanceof TrainctlError && error.faults) return error.faults.map((fault) => fault.path);
      throw error;
    }
    throw new Error('no fault was found');
  };

  beforeEach(() => {
    dir = path.join(mkdtempSync(path.join(tmpdir(), 'trainctl-spec-')), 'My Project');
    mkdirSync(dir);
  });
  afterEach(() => rmSync(path.dirname(dir), { recursive: true, force: true }));

  it('reads trainctl.yaml of the folder, and sends that folder', () => {
    put('trainctl.yaml', 'command: python train.py');
    const { spec, codeDir, source, input } = read();
    expect([spec.command, spec.name, codeDir, source]).toEqual(['python train.py', 'my-project', dir, 'trainctl.yaml']);
    expect(input.name).toBe('my-project');
  });

  it('reads trainctl.json, a named file, and a folder that holds one', () => {
    put('trainctl.json', '{"command": ["a", "b"]}');
    expect(read().spec.command).toEqual(['a', 'b']);
    put('other.yaml', 'command: x');
    expect(read('other.yaml').spec.command).toBe('x');
    mkdirSync(path.join(dir, 'sub'));
    put('sub/trainctl.yaml', 'command: y');
    expect(read('sub')).toMatchObject({ codeDir: path.join(dir, 'sub'), spec: { name: 'sub' } });
  });

  it('takes a command without any spec', () => {
    expect(read(undefined, { command: ['python', '-c', 'print(1)'] }).spec.command).toEqual([
      'python',
      '-c',
      'print(1)',
    ]);
  });

  it('takes one quoted word with blanks as a line for the shell', () => {
    const line = 'make data && python train.py';
    expect(read(undefined, { command: [line] }).spec.command).toBe(line);
    expect(read(undefined, { command: ['./train.sh'] }).spec.command).toEqual(['./train.sh']);
    expect(read(undefined, { command: ['./train.sh', 'two words'] }).spec.command).toEqual(['./train.sh', 'two words']);
  });

  it('lets options win over the file', () => {
    put('trainctl.yaml', 'command: x\nname: a\nenv: { A: 1, B: 2 }\nlimits: { maxDuration: 1h }');
    put('e.env', 'B=file\nC=file');
    const { spec } = read(undefined, {
      name: 'b',
      env: ['C=option', 'SHELL_VALUE'],
      envFile: path.join(dir, 'e.env'),
      set: ['limits.maxDuration=2h'],
      command: ['y'],
    });
    expect(spec).toMatchObject({
      name: 'b',
      command: ['y'],
      env: { A: '1', B: 'file', C: 'option', SHELL_VALUE: 's' },
      limits: { maxDurationSeconds: 7200 },
    });
  });

  it('leaves code alone that comes from elsewhere', () => {
    put('trainctl.yaml', `command: x\ncode: { git: "https://example.com/a.git", ref: ${'a'.repeat(40)} }`);
    expect(read().codeDir).toBeUndefined();
    put('trainctl.yaml', 'command: x\ncode: { none: true }');
    expect(read().codeDir).toBeUndefined();
  });

  it('names every fault at once, the folder of the code among them', () => {
    put('trainctl.yaml', 'code: { dir: nowhere }\nlimits: { maxDuration: banana }\nname: Bad Name\nretri: {}');
    expect(faultsOf(() => read()).sort()).toEqual(['code.dir', 'command', 'limits.maxDuration', 'name', 'retri']);
  });

  it('and those of options beside it, the id among them', () => {
    put('trainctl.yaml', 'command: x\nlimits: { maxDuration: banana }');
    const wrong = (): unknown => read(undefined, { env: ['1A=3'], id: 'a b' });
    for (const words of ['3 faults', '--env 1A=3', '--id: "a b" is not', 'banana']) expect(wrong).toThrow(words);
  });

  it.each([
    ['a: [', ''],
    ['- a\n- b', 'a spec is a mapping'],
    ['a: &x [1]\nb: [*y]', ''],
    ['command: a\ncommand: b', 'unique'],
    ['command: a\n---\ncommand: b', 'more than one document'],
  ])('says that %j is no spec', (text, words) => {
    put('trainctl.yaml', text);
    expect(() => read()).toThrow(words);
    expect(faultsOf(() => read()).length).toBeGreaterThan(0);
  });

  it('reads what Windows writes, and nothing that would become another text', () => {
    const wide = '\uFEFFcommand: |\r\n  a\r\n  b\r\nenv: { A: 0012 }\r\n';
    writeFileSync(path.join(dir, 'wide.yaml'), Buffer.from(wide, 'utf16le'));
    writeFileSync(path.join(dir, 'wide.env'), Buffer.from('\uFEFFB=x y\r\n', 'utf16le'));
    const { spec } = read('wide.yaml', { envFile: path.join(dir, 'wide.env') });
    expect([spec.command, spec.env]).toEqual(['a\nb\n', { A: '0012', B: 'x y' }]);
    writeFileSync(path.join(dir, 'latin.yaml'), Buffer.from('command: echo gr\xfcn', 'latin1'));
    expect(() => read('latin.yaml')).toThrow('it is not UTF-8 (byte 0xfc in line 1, after 16 bytes of it): save it');
    writeFileSync(path.join(dir, 'noted.yaml'), Buffer.from('# gr\xfcn\ncommand: echo # \xe9t\xe9', 'latin1'));
    expect(read('noted.yaml').spec.command).toBe('echo');
  });

  it('says what to type when there is no spec', () => {
    expect(() => read()).toThrow('no spec given');
    expect(() => read('python')).toThrow('there is no file or folder python');
    mkdirSync(path.join(dir, 'empty'));
    expect(() => read('empty')).toThrow('empty has no trainctl.yaml');
  });

  it('needs no file in a folder when a command is given, and takes its code and its name from there', () => {
    mkdirSync(path.join(dir, 'My Model'));
    const found = read('My Model', { command: ['python', 'train.py'] });
    expect(found).toMatchObject({
      codeDir: path.join(dir, 'My Model'),
      source: 'the command line',
      spec: { name: 'my-model', command: ['python', 'train.py'] },
    });
  });
});
