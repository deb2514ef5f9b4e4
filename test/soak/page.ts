import { lines, type SoakSummary } from './report';

/** The section of the page that tells of the last soak. */
export function section(summary: SoakSummary, date: Date): string {
  const { runs, faults, seed } = summary;
  const rows = lines(summary).map(([what, value]) => `| ${what} | ${value} |`);
  return `\`npm run soak -- --runs ${runs} --faults ${faults} --seed ${seed}\`: the product's workflow code on Temporal's dev server, many runs at
once, each with hosts in memory and its own random misfortunes: activities that fail before or after their effect or hang,
launches refused, notices (obeyed, ignored, obeyed late), losses without notice, hosts that fall silent while they go on
training and end themselves when their lease is over, commands and installs that fail, terminates that take their time or call themselves failed for good, cancels, stops
and requests for checkpoints at any moment, signals, updates and queries with arbitrary names and arguments, and workers that are restarted again and again. The seed reproduces what happens to
which run. Thirty runs of it are part of CI (\`test/soak/soak.test.ts\`).

Each run has to end in an outcome that what happened to it allows: a run that nobody stopped and whose own code did not fail
has to succeed. Left over: instances that the model of EC2 still counts as costing money. Double starts: two trainings of one
run at the same time, a restore beside a training, or two instances of an attempt that have trained.

Last result, ${date.toISOString().slice(0, 10)}:

| | |
| --- | --- |
${rows.join('\n')}

What it does not cover: real hosts, SSH, S3 and the agent (the fault matrix and the end-to-end tests do: docs/fault-matrix.md);
the order of events to the millisecond, which the seed does not fix; a Temporal server that restarts; deadlines and budgets
(their tests run on the time-skipping server); waits of the workflow and its activities' timeouts are a twentieth of the
product's (leases and notices keep their time), so that races that need minutes are met, but not at their real length; nor what EC2 itself does when
it is unwell for hours.
`;
}
