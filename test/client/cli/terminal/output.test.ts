import { LiveView } from '../../../../client/cli/terminal/live-view';
import { output } from '../support/screen';

describe('Output', () => {
  it('keeps stdout for JSON alone with --json', () => {
    const { out, stdout, stderr } = output({ json: true });
    out.line('for people');
    out.note('beside');
    out.value({ a: 1 });
    out.table(['A'], [['b']]);
    expect(stdout.text).toBe('{"a":1}\n');
    expect(stderr.text).toContain('for people');
  });

  it('cuts lines on a terminal, never in a pipe, and never what is to be copied', () => {
    const narrow = output({ columns: 10 });
    narrow.out.line('0123456789abc');
    narrow.out.whole('0123456789abc');
    expect(narrow.stdout.lines).toEqual(['012345678…', '0123456789abc']);
    const pipe = output();
    pipe.out.line('x'.repeat(500));
    expect(pipe.stdout.lines[0]).toHaveLength(500);
  });

  it('colours a terminal, not a pipe; NO_COLOR and FORCE_COLOR win', () => {
    const coloured = (options: Parameters<typeof output>[0]): boolean => output(options).out.colors.red('x') !== 'x';
    expect(coloured({ columns: 80 })).toBe(true);
    expect(coloured({})).toBe(false);
    expect(coloured({ columns: 80, env: { NO_COLOR: '1' } })).toBe(false);
    expect(coloured({ env: { FORCE_COLOR: '1' } })).toBe(true);
    expect(coloured({ columns: 80, env: { TERM: 'dumb' } })).toBe(false);
  });

  it('aligns tables by columns of the screen', () => {
    const { out, stdout } = output();
    out.table(
      ['RUN', 'STATE'],
      [
        ['日本', 'a'],
        ['x', 'b'],
      ],
    );
    expect(stdout.lines).toEqual(['RUN   STATE', '日本  a', 'x     b']);
  });

  it('one very long id pushes no other row apart: it sticks out in a pipe, and is cut on a terminal', () => {
    const rows = [
      ['x'.repeat(1000), 'failed'],
      ['digits', 'training'],
    ];
    const pipe = output();
    pipe.out.table(['RUN', 'STATE'], rows, []);
    expect(pipe.stdout.lines).toEqual(['RUN     STATE', `${'x'.repeat(1000)}  failed`, 'digits  training']);
    const terminal = output({ columns: 120 });
    terminal.out.table(['RUN', 'STATE'], rows, ['STATE']);
    expect(terminal.stdout.lines[1]).toBe(`${'x'.repeat(79)}…  failed`);
  });
});

describe('LiveView', () => {
  it('shows nothing that changes in a pipe', () => {
    const { out, stdout } = output();
    const view = new LiveView(out);
    view.show(() => ['spinning']);
    view.print('stays');
    view.end();
    expect(stdout.text).toBe('stays\n');
  });

  it('draws below what stays, erases itself, and gives the cursor back', () => {
    const { out, stdout } = output({ columns: 20 });
    const view = new LiveView(out);
    view.show((spinner) => [`${spinner} one`, 'two']);
    view.print('stays');
    view.end();
    expect(stdout.text.startsWith('\u001b[?25l')).toBe(true);
    expect(stdout.text.endsWith('\u001b[2A\r\u001b[0J\u001b[?25h')).toBe(true);
    expect(stdout.text).toContain('\u001b[2A\r\u001b[0Jstays\n');
  });

  it('never draws more lines than the terminal has, nor wider ones', () => {
    const { out, stdout } = output({ columns: 8 });
    const view = new LiveView(out);
    view.show(() => Array.from({ length: 100 }, (_, i) => `line number ${i}`));
    view.end();
    expect(stdout.lines).toHaveLength(22);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of the view itself
    for (const line of stdout.lines) expect(line.replace(/\u001b\[[0-9?]*[A-Za-z]/g, '').length).toBeLessThanOrEqual(8);
  });
});
