import type { ScenarioResult, ScenarioStatus, SuiteStatus, SuiteWait } from '../../../../contract';
import { count, duration, usd } from '../../terminal/format';
import { LiveView } from '../../terminal/live-view';
import type { Output } from '../../terminal/output';
import { type Mark, Renderer } from '../../terminal/renderer';
import { pad, plain } from '../../terminal/text';

const MARKS: Record<ScenarioResult['outcome'], Mark> = { passed: 'done', failed: 'failed', skipped: 'skipped' };

/** A suite while it runs: a line stays for each scenario that has ended; those that run are below, and change. */
export class SuiteScreen {
  private readonly live: LiveView;
  private readonly renderer: Renderer;
  private readonly told = new Set<string>();
  private readonly begun = new Set<string>();
  private readonly waited = new Set<string>();
  /** Columns of the longest name. */
  private room = 0;

  constructor(
    private readonly out: Output,
    private readonly now: () => Date,
  ) {
    this.live = new LiveView(out);
    this.renderer = new Renderer(out);
  }

  show(status: SuiteStatus): void {
    this.room = Math.max(...status.scenarios.map(({ name }) => name.length)) + 2;
    for (const one of status.scenarios) {
      if (one.result) this.tell(one, one.result);
      else if (one.phase === 'running') this.begin(one);
    }
    for (const one of waitsOf(status)) this.wait(one);
    if (this.out.live) this.live.show((spinner) => this.frame(status, spinner));
  }

  end(): void {
    this.live.end();
  }

  /** Without a terminal nothing spins: that one has begun is said, once. */
  private begin({ name, shows }: ScenarioStatus): void {
    if (this.out.live || this.begun.has(name)) return;
    this.begun.add(name);
    if (this.out.json) this.out.value({ event: 'scenario-started', scenario: name });
    else this.out.line(this.renderer.step('running', this.named(name), plain(shows)));
  }

  /** Without a terminal each reason is said once. */
  private wait(of: Wait): void {
    const { scenario, what, why, tries } = of;
    const said = JSON.stringify([scenario, what, why]);
    if (this.out.live || this.waited.has(said)) return;
    this.waited.add(said);
    if (this.out.json) this.out.value({ event: 'waiting', scenario, what, why, tries });
    else this.out.line(this.out.colors.yellow(`  ${waitWords(of)}`));
  }

  private tell({ name }: ScenarioStatus, result: ScenarioResult): void {
    if (this.told.has(name)) return;
    this.told.add(name);
    if (this.out.json) {
      const { outcome, seconds, costUsd } = result;
      this.out.value({ event: 'scenario-ended', scenario: name, outcome, seconds, costUsd });
      return;
    }
    this.live.print(
      this.renderer.step(MARKS[result.outcome], this.named(name), factsOf(result), duration(result.seconds)),
    );
  }

  private frame(status: SuiteStatus, spinner: string): string[] {
    const running = status.scenarios.filter(({ phase }) => phase === 'running' || phase === 'undoing');
    const waiting = status.scenarios.filter(({ phase }) => phase === 'waiting').length;
    const { dim, yellow } = this.out.colors;
    return [
      ...running.map((one) => this.renderer.step({ spinner }, this.named(one.name), this.doing(one), this.since(one))),
      dim(
        `  ${[waiting > 0 ? `${waiting} more wait` : '', `${usd(status.costUsd)} so far`].filter(Boolean).join(' · ')}`,
      ),
      ...waitsOf(status).map((one) => yellow(`  ${waitWords(one)}`)),
      ...(status.cancelling ? [yellow('  cancelled: what it has begun is ended, and looked for')] : []),
    ];
  }

  private named(name: string): string {
    return pad(name, this.room);
  }

  private doing({ phase, step, steps }: ScenarioStatus): string {
    if (phase === 'undoing') return 'takes away what it has made';
    return `${steps.length} done${step === undefined ? '' : ` · ${plain(step)}`}`;
  }

  private since({ startedAt }: ScenarioStatus): string {
    return startedAt === undefined ? '' : duration((this.now().getTime() - Date.parse(startedAt)) / 1000);
  }
}

function factsOf({ outcome, steps, costUsd }: ScenarioResult): string {
  const first = steps.find((one) => one.outcome === outcome);
  if (outcome === 'passed') return `${count(steps.length, 'step')}, ${usd(costUsd)}`;
  const why = plain(first?.error?.message ?? '');
  return outcome === 'skipped' ? why : `"${plain(first?.name ?? '')}": ${why}`;
}

type Wait = SuiteWait & { scenario?: string };

const waitsOf = ({ waits, scenarios }: SuiteStatus): Wait[] => [
  ...(waits ? [waits] : []),
  ...scenarios.flatMap(({ name, waits: own }) => (own ? [{ ...own, scenario: name }] : [])),
];

/** What comes from elsewhere is one line of text. */
function waitWords({ scenario = 'the suite', what, why, tries }: Wait): string {
  const often = tries === undefined ? '' : ` (${count(tries, 'try', 'tries')} so far)`;
  return plain(`${scenario} waits: ${what}${often}: ${why}`.replace(/\s+/g, ' '));
}
