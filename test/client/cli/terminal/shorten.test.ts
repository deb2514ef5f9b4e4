import { columnsThatFit } from '../../../../client/cli/terminal/columns';
import { Renderer } from '../../../../client/cli/terminal/renderer';
import { shorten } from '../../../../client/cli/terminal/shorten';
import { width } from '../../../../client/cli/terminal/text';
import { output } from '../support/screen';

describe('money is cut last', () => {
  it.each([
    ['i-2b180b7772705ca4b  g5.xlarge us-east-1a spot $0.3412/h', 40, '$0.3412/h'],
    ['step 420/1000  loss 0.231  acc 0.931  checkpoint 400  $0.0058', 30, '$0.0058'],
    [
      'run a-name-of-forty-letters-which-is-the-most-7k2f · spot g5.xlarge, then g4dn.xlarge · at most $0.34, 1 h',
      60,
      '$0.34',
    ],
    ['日本語日本語日本語日本語 costs $12 so far', 20, '$12'],
    ['\u001b[1mbold and long\u001b[22m words before $3.20', 16, '$3.20'],
  ])('%s, in %i columns', (text, columns, money) => {
    const short = shorten(text, columns);
    expect(width(short)).toBeLessThanOrEqual(columns);
    expect(short).toContain(money);
    expect(short).toContain('…');
  });

  it('leaves what fits, what holds none, and keeps the first of several', () => {
    expect(shorten('costs $1', 8)).toBe('costs $1');
    expect(shorten('0123456789', 5)).toBe('0123…');
    expect(shorten('name · $0.0117 (on-demand: $0.0337) · 2 attempts', 20)).toContain('$0.0117');
    expect(shorten('$5', 1)).toBe('…');
  });

  it('holds for a line of a step at 80 columns, whose time stays', () => {
    const { out } = output({ columns: 80, env: { NO_COLOR: '1' } });
    const facts = 'i-2b180b7772705ca4b  p4de.24xlarge ap-southeast-2a spot-then-on-demand $40.9657/h';
    const line = new Renderer(out).step('done', 'launch', facts, '1 min 12 s');
    expect(width(line)).toBeLessThanOrEqual(80);
    expect(line).toMatch(/\$40\.9657\/h\s+1 min 12 s$/);
  });
});

describe('columns of a table', () => {
  const head = ['RUN', 'STATE', 'STEP', 'COST', 'TOOK', 'PLACEMENT'];
  const row = [
    'a-name-of-forty-letters-and-a-suffix-7k2f',
    'training',
    '1200',
    '$0.34',
    '5 min 12 s',
    'g5.xlarge us-east-1a spot',
  ];
  const names = (columns?: number): string[] =>
    columnsThatFit(head, [row], ['PLACEMENT', 'TOOK', 'STEP'], columns).kept.map(({ at }) => head[at] ?? '');

  it('go by their order where the terminal is narrow, the cost never', () => {
    expect(names()).toEqual(head);
    expect(names(100)).toEqual(head);
    expect(names(80)).toEqual(['RUN', 'STATE', 'STEP', 'COST', 'TOOK']);
    expect(names(60)).toEqual(['RUN', 'STATE', 'COST']);
    expect(columnsThatFit(head, [row], ['PLACEMENT', 'TOOK', 'STEP'], 40).first).toBe(40 - 2 - 8 - 2 - 5);
  });

  it('are printed so', () => {
    const { out, stdout } = output({ columns: 40 });
    out.table(head, [row], ['PLACEMENT', 'TOOK', 'STEP']);
    expect(stdout.lines[1]).toMatch(/^a-name-of-forty-letter…\s+training\s+\$0\.34$/);
    for (const line of stdout.lines) expect(width(line)).toBeLessThanOrEqual(40);
  });

  it('without spare ones all stay, and lines are cut at their end', () => {
    const { out, stdout } = output({ columns: 12 });
    out.table(['A', 'B'], [['12345', '1234567890']]);
    expect(stdout.lines[1]).toBe('12345  1234…');
  });
});
