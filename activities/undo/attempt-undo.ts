import { awsErrorCode, awsErrorMessage, type Instance } from '../../adapters/aws';
import { type NodeRef, placementLabel, TAGS, type UndoArgs, type UndoDone } from '../../contract';
import { clientToken } from '../../contract/tokens';
import { prepareLaunch, sendLaunch } from '../launch';
import { type ActivityDeps, messageOf } from '../step';
import { type Left, runTags, type Survey, survey, toEnd } from './survey';

interface Expected {
  region: string;
  token: string;
  label: string;
}

/** The undo of one attempt: looks, ends what lives, looks again. Knows nothing that EC2 has not said. */
export class AttemptUndo {
  readonly #tags: Record<string, string>;
  /** Launches whose instance must be seen, or must have had its time to become visible. */
  #expected: Expected[];
  /** Every instance that was ever seen, as it was last seen. */
  readonly #seen = new Map<string, { instance: Instance; region: string; at: number }>();
  /** Why something could not be ended or asked, by what it was. */
  readonly #why = new Map<string, string>();

  constructor(
    private readonly deps: Pick<ActivityDeps, 'ec2' | 'settings' | 'secret' | 'timing' | 'log'>,
    private readonly args: UndoArgs,
    /** Epoch milliseconds: when undo began, and no launch of the attempt was under way any more. */
    private readonly since: number,
    private readonly now: () => number = Date.now,
  ) {
    this.#tags = { ...runTags(args.run), [TAGS.attempt]: String(args.attempt) };
    this.#expected = args.launches.map(({ node, placement, try: number }) => ({
      region: placement.region,
      token: clientToken(this.#node(node), placement, number),
      label: `try ${number}, ${placementLabel(placement)}`,
    }));
  }

  /**
   * A launch with an unknown result is repeated with its own token: EC2 answers with the instance that exists, or with one
   * that is ended at once, or with a refusal that proves there is none.
   */
  async settleUnknown(): Promise<void> {
    const launch = this.args.unknownLaunch;
    if (!launch) return;
    const token = clientToken(launch.node, launch.placement, launch.try);
    const region = launch.placement.region;
    const ec2 = this.deps.ec2.in(region);
    try {
      const found = await ec2.describeInstances({ clientTokens: [token] });
      if (found.length > 0) return;
      const prepared = await prepareLaunch(this.deps, launch);
      if (prepared.kind === 'refused') throw new Error(`${prepared.code}: ${prepared.message}`);
      const answer = await sendLaunch(ec2, prepared.request);
      if (!('kind' in answer)) this.#see(region, answer);
      // A refusal for lack of permission says nothing of what the first call did.
      else if (answer.refusal === 'fatal') throw new Error(`${answer.code}: ${answer.message}`);
      else this.#expected = this.#expected.filter((e) => e.token !== token);
      this.#why.delete('repeat');
    } catch (error) {
      this.#why.set('repeat', `repeating the launch to learn its result: ${messageOf(error)}`);
    }
  }

  /** One look at all regions. Answers what is left, in words; empty when EC2 shows nothing alive. */
  async look(): Promise<{ left: string[]; surveys: Survey[] }> {
    const regions = new Set([...this.args.regions, ...this.#expected.map((e) => e.region)]);
    for (const { region } of this.#seen.values()) regions.add(region);
    const left: string[] = [];
    const surveys: Survey[] = [];
    await Promise.all(
      [...regions].map(async (region) => {
        try {
          const found = await survey(this.deps.ec2.in(region), {
            tags: this.#tags,
            clientTokens: this.#expected.filter((e) => e.region === region).map((e) => e.token),
            ids: this.#idsIn(region),
          });
          for (const instance of found.instances) this.#see(region, instance);
          surveys.push(found);
          left.push(...found.left.map(this.#inWords), ...this.#hidden(found).map(this.#inWords));
        } catch (error) {
          left.push(`unknown in ${region}: EC2 does not say (${awsErrorCode(error) ?? ''} ${awsErrorMessage(error)})`);
        }
      }),
    );
    left.push(...this.#unseen());
    return { left, surveys };
  }

  /** Ends what a look has found. Errors are kept as the reason why it is still there; the next look decides. */
  async end(surveys: Survey[]): Promise<void> {
    await Promise.all(
      surveys.flatMap((found) => {
        const ec2 = this.deps.ec2.in(found.region);
        const { instances, spotRequests, volumes } = toEnd(found);
        const hidden = this.#hidden(found).map(({ id }) => id);
        // One by one: a single bad or protected id would fail the call for all.
        return [
          ...spotRequests.map((id) => this.#try(id, () => ec2.cancelSpotRequests([id]))),
          ...[...instances, ...hidden].map((id) => this.#try(id, () => ec2.terminateInstances([id]))),
          ...volumes.map((id) => this.#try(id, () => ec2.deleteVolume(id))),
        ];
      }),
    );
  }

  done(): UndoDone {
    const terminated = [...this.#seen.keys()].sort();
    const detail = terminated.length > 0 ? `${terminated.join(', ')} terminated, nothing left` : 'nothing was launched';
    return { terminated, at: new Date(this.now()).toISOString(), detail };
  }

  /** Why things are still there, as far as EC2 said. */
  reasons(): string[] {
    return [...new Set(this.#why.values())];
  }

  async #try(id: string, call: () => Promise<void>): Promise<void> {
    try {
      await call();
      this.#why.delete(id);
    } catch (error) {
      const code = awsErrorCode(error);
      // Gone between look and call, or not visible to this server yet: the next look tells.
      if (code?.endsWith('.NotFound')) return;
      this.#why.set(id, `${id}: ${code ?? 'no answer'}: ${awsErrorMessage(error)}`);
      this.deps.log.warn(
        { run: this.args.run.workflowId, attempt: this.args.attempt, id, code },
        'could not be ended yet',
      );
    }
  }

  #see(region: string, instance: Instance): void {
    this.#seen.set(instance.id, { instance, region, at: this.now() });
    this.#expected = this.#expected.filter((e) => e.token !== instance.clientToken);
  }

  #idsIn(region: string): string[] {
    return [...this.#seen].filter(([, seen]) => seen.region === region).map(([id]) => id);
  }

  /** Instances that EC2 has named before, but this look does not show: too young for that to mean anything. */
  #hidden(found: Survey): Left[] {
    const shown = new Set(found.instances.map(({ id }) => id));
    return [...this.#seen.values()]
      .filter(({ instance, region }) => region === found.region && !shown.has(instance.id))
      .filter(({ instance, at }) => instance.state !== 'terminated' && this.now() - at < this.#windowMs)
      .map(({ instance }) => ({ id: instance.id, state: 'not shown by EC2 yet' }));
  }

  #unseen(): string[] {
    if (this.now() - this.since >= this.#windowMs) return [];
    return this.#expected.map(({ label }) => `the launch of ${label}: its instance is not visible yet`);
  }

  get #windowMs(): number {
    return this.deps.timing.visibilitySeconds * 1000;
  }

  #node(node: number): NodeRef {
    return { ...this.args.run, attempt: this.args.attempt, node };
  }

  readonly #inWords = ({ id, state }: Left): string => `${id} (${state})`;
}
