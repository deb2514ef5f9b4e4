import type { RunHandle, RunView } from '../../../../client';
import { showRun } from '../../../../client/cli/watch/show-run';
import { at, attempt, NOW, stage, view } from '../../support/status-fixture';
import { output } from '../support/screen';

jest.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));

/** Shows a run whose log (or set-up) has one more of these pieces at each look, a second apart, until they are all read. */
async function follow(
  pieces: string[],
  options: Parameters<typeof output>[0],
  writes: 'train' | 'setup' = 'train',
): Promise<ReturnType<typeof output>> {
  const training = view({ attempts: [attempt(1, { stages: [stage(writes, 0)] })] });
  const ended: RunView = { ...training, phase: 'ended', outcome: 'succeeded', endedAt: at(9) };
  const left = [...pieces];
  let looks = -1;
  const handle = {
    status: async () => (++looks < pieces.length ? training : ended),
    closed: async () => undefined,
    attemptsOf: async () => 1,
    live: async () => undefined,
    [writes === 'train' ? 'log' : 'setup']: () => ({
      async *readAvailable() {
        const piece = left.shift();
        if (piece !== undefined) yield Buffer.from(piece);
      },
    }),
    ...(writes === 'train' ? {} : { log: () => ({ async *readAvailable() {} }) }),
  };
  const screen = output(options);
  const now = (): Date => new Date(NOW.getTime() + looks * 1000);
  await showRun(handle as unknown as RunHandle, screen.out, { now });
  return screen;
}

/** What tqdm writes in nine seconds. */
const BAR = Array.from({ length: 9 }, (_, n) => `\r${n}0%|${'#'.repeat(n)}`);

const ESC = '\u001b';
/** Up, another sequence, or a character. */
const SEQUENCE = new RegExp(`${ESC}\\[(\\d+)A|${ESC}\\[([^A-Za-z]*[A-Zhlm])|(.)`, 'gs');

/** What a terminal shows after all this: lines, the cursor that goes up, and what is erased. */
function screenOf(text: string): string[] {
  const lines: string[] = [''];
  let at = 0;
  for (const [, up, erase, char] of text.matchAll(SEQUENCE)) {
    if (up !== undefined) at = Math.max(0, at - Number(up));
    else if (erase === '0J') lines.splice(at, lines.length, '');
    else if (erase === '2K') lines[at] = '';
    else if (char === '\n') lines[++at] ??= '';
    else if (char !== undefined) lines[at] += char;
  }
  return lines;
}

describe('a long progress bar', () => {
  it('is a line now and then in a pipe, and its end is a line as ever', async () => {
    const { stdout } = await follow(['epoch 1\n', ...BAR, '\r100%|#########\ndone\n'], {});
    expect(stdout.lines.filter((line) => line.includes('│'))).toEqual([
      '  │ epoch 1',
      '  │ 20%|##',
      '  │ 70%|#######',
      '  │ 100%|#########',
      '  │ done',
    ]);
  });

  it('moves on a terminal, below the last lines', async () => {
    const { stdout } = await follow(['epoch 1\n', ...BAR], { columns: 80 });
    expect(stdout.text).toMatch(/│ epoch 1[^│]*│ 30%\|###/);
    expect(stdout.text).toMatch(/│ epoch 1[^│]*│ 40%\|####/);
  });

  it('leaves the last lines of the log on a terminal', async () => {
    const { stdout } = await follow(['epoch 1\n', 'accuracy 0.97\n', '\r99%'], { columns: 80 });
    expect(screenOf(stdout.text).filter((line) => line.includes('│'))).toEqual([
      '  │ epoch 1',
      '  │ accuracy 0.97',
      '  │ 99%',
    ]);
  });

  it('is an event of its own with --json', async () => {
    const { stdout } = await follow(BAR, { json: true });
    const events = stdout.lines.map((line) => JSON.parse(line) as { event: string; line?: string });
    expect(events.filter(({ event }) => event === 'bar').map(({ line }) => line)).toEqual(['20%|##', '70%|#######']);
    expect(events.at(-1)).toMatchObject({ event: 'log', attempt: 1 });
  });

  it('of a set-up is shown in the same ways', async () => {
    const download = ['Collecting torch\n', ...BAR, '\r100%|#########\nInstalled\n'];
    const piped = await follow(download, {}, 'setup');
    expect(piped.stdout.lines.filter((line) => line.includes('│'))).toEqual([
      '  │ Collecting torch',
      '  │ 20%|##',
      '  │ 70%|#######',
      '  │ 100%|#########',
      '  │ Installed',
    ]);
    const terminal = await follow(download.slice(0, -1), { columns: 80 }, 'setup');
    expect(terminal.stdout.text).toMatch(/│ Collecting torch[^│]*│ 40%\|####/);
    expect(screenOf(terminal.stdout.text).join()).not.toContain('│');
    const json = await follow(download, { json: true }, 'setup');
    const events = json.stdout.lines.map((line) => JSON.parse(line) as { event: string; line?: string });
    expect(events.filter(({ event }) => event === 'setup-bar').map(({ line }) => line)).toEqual([
      '20%|##',
      '70%|#######',
    ]);
  });

  it('says nothing of a line that is only cut in two', async () => {
    const { stdout } = await follow(['half', ' and half\n', 'a', 'b\n'], {});
    expect(stdout.lines.filter((line) => line.includes('│'))).toEqual(['  │ half and half', '  │ ab']);
  });
});
