import { BOUND, type CellResult } from './cell/result';
import { EVENTS } from './cell/training';
import { FAULT_WORDS, FAULTS } from './plan/cells';

export interface Summary {
  cells: number;
  passed: number;
  leftovers: number;
  seconds: number;
}

export const summaryOf = (results: readonly CellResult[], seconds: number): Summary => ({
  cells: results.length,
  passed: results.filter((r) => r.problems.length === 0).length,
  leftovers: results.reduce((sum, r) => sum + r.leftovers.length, 0),
  seconds,
});

const HEAD = ['activity', 'fault', 'ending', 'outcome', 'seconds', 'attempts', 'events', 'left over', ''];

const row = (r: CellResult): string[] => [
  r.activity,
  r.fault,
  r.ending,
  r.outcome,
  r.seconds.toFixed(1),
  String(r.attempts),
  String(r.events),
  String(r.leftovers.length),
  r.problems.length === 0 ? 'ok' : `NOT OK: ${r.problems.join('; ')}`,
];

/** For a terminal. */
export function table(results: readonly CellResult[]): string {
  const rows = [HEAD, ...results.map(row)];
  const widths = HEAD.map((_, i) =>
    Math.max(...rows.map((cells) => (i === HEAD.length - 1 ? 0 : (cells[i] ?? '').length))),
  );
  return rows
    .map((cells) =>
      cells
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const sentence = ({ cells, passed, leftovers, seconds }: Summary): string =>
  `${passed} of ${cells} cells as promised, ${leftovers} things left over, ${Math.round(seconds)} s`;

/** The page that is committed. */
export function page(results: readonly CellResult[], summary: Summary, date: string): string {
  const cells = results.map((r) => `| ${row(r).join(' | ')} |`);
  const faults = FAULTS.map((fault) => `- **${fault}**: ${FAULT_WORDS[fault]}.`);
  return `# The fault matrix

Every activity that a worker registers (of runs, of the reconciler, of the webhook, of the operator's suite) × every fault × {left alone, cancelled
there}; for activities that only read, the first and the fourth fault. A test compares the list with the workers' own, so that no
activity can be left out. Written by \`npm run test:matrix\`, which runs every cell on Temporal's dev server with the product's
activities and worker options, the local cloud as a process of its own, real hosts and the real agent. What goes wrong is put
between Temporal and the activities, in a worker process that is not the runner's. A seeded sample of the cells runs in CI
(\`test/matrix/matrix.test.ts\`).

${faults.join('\n')}

**cancelled**: Temporal is asked to cancel at that very point: the run, or the pass of the reconciler. The server has taken the
cancel before the fault strikes; the history of the cell shows it. In the activities that begin when the outcome is known a
cancel changes nothing any more: there the history shows that the training had ended before it. **killed** strikes 150 ms after
the activity began (supervise: 600 ms), or when it has just ended.

**surveyResources, endResources**: a run is terminated through Temporal while it trains, so that nothing undoes it, and a pass of
the reconciler begins under the fault. Each step of a pass is tried three times. What a pass could not end (three failures, a
cancel) the next one ends, which the Schedule begins within 5 minutes; here it is begun at once. \`outcome\` says which pass it was.
**postWebhook**: the message that the first attempt is interrupted, in the midst of a run; the run ends as without a fault, and the
webhook hears of the interruption and of the end all the same.
**planSuite, runScenario, undoScenario, countSuiteLeftovers, concludeSuite**: a suite with one scenario, which starts a run. A
scenario's steps are tried once: whatever befalls them, it has failed, and what it made is taken away. A cancel in runScenario or
undoScenario is one of the scenario, not of the suite. No object of the scenario may be left either.

Not as in production: the activities' timeouts and retry intervals are a twentieth of the product's (never below 8 s, heartbeats
6 s), and with them undo's window for an instance that is not visible yet (5 s), the length of one call of undo (4 s) and the
time within which a launch is sent (6 s); a killed worker's workflow tasks pass to the next one after 2 s. Nothing else of the
workflow is changed. EC2's states change 100 times as fast. Only the cells of installDependencies run a setup command.

A cell passes when its run ends within ${BOUND} s in the outcome that its story allows; when the local cloud itself then shows
nothing of the run, and again after the last cell: no instance, no process of its hosts, no volume, no spot request; when the
fault cost no further attempt, no attempt launched two instances or started its command twice, and the history has at most
${EVENTS} events; and when a run that succeeded left its output in S3.

**Last full result, ${date}**: ${sentence(summary)}.

| ${HEAD.map((h) => h || 'as promised').join(' | ')} |
| ${HEAD.map((_, i) => (i >= 4 && i <= 7 ? '---:' : '---')).join(' | ')} |
${cells.join('\n')}
`;
}
