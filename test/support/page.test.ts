import type { Scale } from '../../bench/scale/measure';
import { section } from '../../bench/scale/report';
import { withSection } from './page';

it('puts a section into the page, in place of the last one', () => {
  const once = withSection('# Page\n\n## First\n\nText.\n', 'Own', 'One.\n');
  expect(once).toBe('# Page\n\n## First\n\nText.\n\n## Own\n\nOne.\n');
  const twice = withSection(`${once}\n## Last\n\nMore.\n`, 'Own', 'Two.\n');
  expect(twice).toBe('# Page\n\n## First\n\nText.\n\n## Own\n\nTwo.\n\n## Last\n\nMore.\n');
});

describe('the table of many runs', () => {
  const measured = (more: Partial<Scale>): Scale => ({
    runs: 20,
    hosts: 'memory',
    server: 'dev',
    hold: 5,
    within: 60,
    trainingAfter: 1.25,
    trained: 20,
    peakMb: { worker: 400.4 },
    cpuUntilTraining: { worker: 2.6 },
    cpuPerMinuteHeld: {},
    events: 1600,
    mostEvents: 90,
    starts: 200,
    lostStarts: 1,
    lateTasks: 0,
    ordersRepeated: 0,
    goneAfter: null,
    leftOver: 0,
    outcomes: { cancelled: 20 },
    notAsPromised: 0,
    ...more,
  });
  const rowsOf = (page: string): string[] => page.split('\n').filter((line) => /^\| \d/.test(line));

  it('has a row for each number, hosts and server, the newest of each, by number', () => {
    let page = section('What it means.\n', measured({ runs: 200 }), '2026-01-01');
    page = section(page, measured({ server: 'postgresql' }), '2026-01-02');
    page = section(page, measured({}), '2026-01-03');
    page = section(page, measured({ trainingAfter: null }), '2026-01-04');
    expect(page.startsWith('What it means.\n\n| runs | hosts | server |')).toBe(true);
    expect(page.endsWith(' |\n')).toBe(true);
    expect(
      rowsOf(page).map((row) => [row.split(' | ').slice(0, 4), row.slice(3, -2).split(' | ').at(-1)?.slice(0, 10)]),
    ).toEqual([
      [['| 20', 'memory', 'postgresql', '1.3'], '2026-01-02'],
      [['| 20', 'memory', 'dev', 'not in time'], '2026-01-04'],
      [['| 200', 'memory', 'dev', '1.3'], '2026-01-01'],
    ]);
  });

  it('says what is not known', () => {
    expect(rowsOf(section('', measured({}), 'today'))[0]).toContain(
      '| worker 400 | worker 3 | unknown | 80 | 1 of 200 | 0 | not in time | 0 |',
    );
  });
});
