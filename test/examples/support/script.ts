import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Ended {
  code: number | null;
  signal: string | null;
  output: string;
}

const places: Workplace[] = [];

/** What a script prints with: it stays at a text until a file is there, so that it is not over before it has been told to end. */
const STAYS = {
  'sitecustomize.py': `import builtins, os, time
plain = builtins.print
def stays(*words, **more):
    plain(*words, **more)
    while any(os.environ['STAYS_AT'] in str(word) for word in words) and not os.path.exists(os.environ['STAYS_UNTIL']):
        time.sleep(0.01)
builtins.print = stays
`,
  'echo.sh': `echo() {
  builtin echo "$@"
  while [[ "$*" == *"$STAYS_AT"* && ! -e $STAYS_UNTIL ]]; do sleep 0.01; done
}
`,
};

/** A folder in which a training script is run, ended and run again, as trainctl does it. */
export class Workplace {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'trainctl-example-'));
  readonly checkpoints = path.join(this.dir, 'checkpoints');
  private child: ChildProcess | undefined;

  constructor(
    private readonly command: string[],
    private readonly env: NodeJS.ProcessEnv,
  ) {
    places.push(this);
  }

  /** Runs to the end, or sends `signal` as soon as the output holds `at`, where the script stays until then. */
  async run(options: { resume?: boolean; end?: { signal: NodeJS.Signals; at: string } } = {}): Promise<Ended> {
    const [program = '', ...args] = this.command;
    const child = spawn(program, args, {
      cwd: this.dir,
      env: {
        ...this.env,
        PYTHONDONTWRITEBYTECODE: '1',
        TRAINCTL_CHECKPOINT_DIR: this.checkpoints,
        TRAINCTL_RESUME_FROM: options.resume ? this.checkpoints : '',
        TRAINCTL_METRICS: path.join(this.dir, 'metrics.jsonl'),
        TRAINCTL_OUTPUTS: path.join(this.dir, 'outputs'),
        ...(options.end ? this.staying(options.end.at) : {}),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    let output = '';
    let sent = false;
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (sent || !options.end || !output.includes(options.end.at)) return;
      sent = true;
      child.kill(options.end.signal);
      writeFileSync(this.told, '');
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal, output }));
    });
  }

  private get told(): string {
    return path.join(this.dir, 'stays', 'told');
  }

  /** For the environment of a script that stays at this text until it has been told to end. */
  private staying(at: string): NodeJS.ProcessEnv {
    const folder = path.dirname(this.told);
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(STAYS)) writeFileSync(path.join(folder, name), text);
    const PYTHONPATH = [folder, ...(this.env.PYTHONPATH ? [this.env.PYTHONPATH] : [])].join(path.delimiter);
    return { PYTHONPATH, BASH_ENV: path.join(folder, 'echo.sh'), STAYS_AT: at, STAYS_UNTIL: this.told };
  }

  metrics(): Record<string, number>[] {
    return readFileSync(path.join(this.dir, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number>);
  }

  output(name: string): Buffer {
    return readFileSync(path.join(this.dir, 'outputs', name));
  }

  has(name: string): boolean {
    return existsSync(path.join(this.dir, name));
  }

  remove(): void {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export function removeWorkplaces(): void {
  for (const place of places.splice(0)) place.remove();
}

export const lastLine = (text: string): string => text.trim().split('\n').pop() ?? '';
