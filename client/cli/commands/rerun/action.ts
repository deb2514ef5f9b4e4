import { loadSettings } from '../../../../adapters/settings';
import type { RunSpec } from '../../../../contract';
import { parseRunSpec, type RunSpecInput } from '../../../../contract/schema';
import { TrainctlError } from '../../..';
import { parseEnvOption } from '../../launch/env-option';
import { launch, type RunFlags } from '../../launch/launch';
import { invalidSpec } from '../../launch/spec-input';
import type { CommandContext } from '../../shared/command';
import { withClient } from '../../shared/session';
import { applySet } from '../../shared/set-option';
import { inputOfSpec } from './input-of-spec';

/** Starts a run again from its `spec.json`: what it resolved to, not what was typed, so defaults cannot have moved. */
export async function rerun(context: CommandContext, asked: string, flags: RunFlags): Promise<number> {
  const { run, stored } = await withClient(context, async (client) => {
    const handle = await client.get(asked);
    return { run: handle.run, stored: await handle.spec() };
  });
  const input = inputOfSpec(specIn(stored, run)) as RunSpecInput & Record<string, unknown>;
  for (const assignment of flags.set ?? []) applySet(input, assignment);
  const env = (flags.env ?? []).map((text) => parseEnvOption(text, context.env));
  if (env.length > 0) input.env = { ...input.env, ...Object.fromEntries(env) };
  if (flags.name !== undefined) input.name = flags.name;
  const settings = loadSettings(context.env);
  const parsed = parseRunSpec(input, settings.defaults);
  if (!parsed.ok) throw invalidSpec(`the saved spec of ${run}, as changed,`, parsed.faults);
  return launch(context, settings, { input, spec: parsed.spec, source: `${run}, saved` }, flags);
}

function specIn(stored: unknown, run: string): RunSpec {
  if (typeof stored === 'object' && stored !== null && 'spec' in stored) return stored.spec as RunSpec;
  throw new TrainctlError('damaged', `the saved spec of ${run} is not one that trainctl wrote`);
}
