import { exitCodeOf, shownId } from '../../../contract';
import { type RunHandle, waitForEnd } from '../..';
import type { CommandContext } from '../shared/command';
import { Renderer } from '../terminal/renderer';
import { plain } from '../terminal/text';

/** Says nothing until the run has ended; answers with its exit code. */
export async function waitQuietly(context: CommandContext, handle: RunHandle): Promise<number> {
  const view = await waitForEnd(handle);
  const outcome = view.outcome ?? 'failed';
  if (context.out.json) context.out.value(view);
  else {
    const renderer = new Renderer(context.out);
    context.out.line(
      `${shownId(view.run)} ${renderer.outcome(outcome, view.cut)}${outcome !== 'succeeded' && view.reason ? `: ${plain(view.reason.split('\n', 1)[0] ?? '')}` : ''}`,
    );
  }
  return exitCodeOf(outcome);
}
