import { loadSettings } from '../../../../adapters/settings';
import type { RunSpec } from '../../../../contract';
import { parseRunSpec, type RunSpecInput } from '../../../../contract/schema';
import { TrainctlError } from '../../..';
import { applyFlags } from '../../launch/apply-flags';
import { allFaults, invalidSpec } from '../../launch/faults';
import { launch, type RunFlags } from '../../launch/launch';
import type { CommandContext } from '../../shared/command';
import { runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';
import { inputOfSpec } from './input-of-spec';

/** Starts a run again from its `spec.json`: what it resolved to, not what was typed, so defaults cannot have moved. */
export async function rerun(context: CommandContext, asked: string | undefined, flags: RunFlags): Promise<number> {
  const { run, stored, origin } = await withClient(context, async (client) => {
    const handle = await runAsked(context, client, asked);
    const { origin } = await handle.status();
    return { run: handle.run, stored: await handle.spec(), origin };
  });
  const input = inputOfSpec(specIn(stored, run)) as RunSpecInput & Record<string, unknown>;
  const { said, wrong } = applyFlags(input, flags, context.env);
  const settings = loadSettings(context.env);
  const parsed = parseRunSpec(input, settings.defaults);
  const source = `the saved spec of ${run}`;
  const fault = allFaults(source, wrong, parsed.ok ? [] : parsed.faults);
  if (fault) throw fault;
  if (!parsed.ok) throw invalidSpec(source, parsed.faults);
  const commit = origin?.commit;
  const again = { rerunOf: run, ...(commit === undefined ? {} : { commit }) };
  return launch(context, settings, { input, spec: parsed.spec, source: `${run}, saved`, said, again }, flags);
}

function specIn(stored: unknown, run: string): RunSpec {
  if (typeof stored === 'object' && stored !== null && 'spec' in stored) return stored.spec as RunSpec;
  throw new TrainctlError('damaged', `the saved spec of ${run} is not one that trainctl wrote`);
}
