import { loadSettings } from '../../../../adapters/settings';
import { type RunSpec, shownId } from '../../../../contract';
import { parseRunSpec, type RunSpecInput } from '../../../../contract/schema';
import { applyFlags } from '../../launch/apply-flags';
import { allFaults, invalidSpec } from '../../launch/faults';
import { launch, type RunFlags } from '../../launch/launch';
import type { Launch } from '../../launch/launch-input';
import type { CommandContext } from '../../shared/command';
import { runAsked } from '../../shared/run-asked';
import { withClient } from '../../shared/session';
import { Renderer } from '../../terminal/renderer';
import { changeLines } from './change-lines';
import { type Changes, changesOf } from './changes';
import { inputOfSpec } from './input-of-spec';
import { damaged, savedSpec } from './saved-spec';

/** Starts a run again from what it resolved to, not from what was typed, so defaults cannot have moved. */
export async function rerun(context: CommandContext, asked: string | undefined, flags: RunFlags): Promise<number> {
  const settings = loadSettings(context.env);
  const found = await withClient(context, async (client): Promise<Repetition> => {
    const handle = await runAsked(context, client, asked);
    const { run } = handle;
    const [view, { spec: stored, note }] = [await handle.status(), await savedSpec(handle)];
    if (note !== undefined) context.out.note(note);
    // Options change it; what it is compared with stays.
    const input = typed(stored, run);
    const { said, wrong } = applyFlags(input, flags, context.env);
    const parsed = parseRunSpec(input, settings.defaults);
    const source = `the saved spec of ${shownId(run)}`;
    const fault = allFaults(source, wrong, parsed.ok ? [] : parsed.faults);
    if (fault) throw fault;
    if (!parsed.ok) throw invalidSpec(source, parsed.faults);
    const { code, commit } = view.origin ?? {};
    const known = { ...(code === undefined ? {} : { code }), ...(commit === undefined ? {} : { commit }) };
    const again = { rerunOf: run, ...known };
    const changes = flags.dryRun ? await changesOf(client, view, stored, parsed.spec) : undefined;
    return { input, spec: parsed.spec, source: `${shownId(run)}, saved`, said, again, changes };
  });
  if (found.changes) tellChanges(context, found.changes);
  return launch(context, settings, found, flags);
}

function tellChanges({ out }: CommandContext, changes: Changes): void {
  out.line(`against ${out.colors.bold(shownId(changes.of))}`);
  for (const line of changeLines(new Renderer(out), changes)) out.line(line);
}

interface Repetition extends Launch {
  changes: Changes | undefined;
}

/** As somebody would have typed it. */
function typed(spec: RunSpec, run: string): RunSpecInput & Record<string, unknown> {
  try {
    return inputOfSpec(structuredClone(spec)) as RunSpecInput & Record<string, unknown>;
  } catch {
    throw damaged(run);
  }
}
