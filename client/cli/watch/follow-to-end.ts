import { exitCodeOf, runWord, shownId } from '../../../contract';
import type { RunHandle, RunView, TrainctlClient } from '../..';
import type { CommandContext } from '../shared/command';
import { askInterrupted } from '../terminal/ask';
import { Interrupt } from '../terminal/interrupt';
import { waiting } from '../terminal/waiting';
import { finishRun } from './finish-run';
import { showRun } from './show-run';

/** Follows a run to its end; ctrl-C asks what it meant. Answers with the run's exit code. */
export async function followToEnd(context: CommandContext, client: TrainctlClient, handle: RunHandle): Promise<number> {
  const { out } = context;
  let seen: RunView | undefined;
  for (;;) {
    const interrupt = new Interrupt();
    try {
      const view = await showRun(handle, out, {
        signal: interrupt.signal,
        now: context.now,
        ...(seen ? { since: seen } : {}),
        onView: (view) => {
          seen = view;
        },
      });
      if (view) {
        const { result } = await finishRun(client, handle, view, out);
        if (out.json) out.value(result);
        return exitCodeOf(result.outcome);
      }
      const choice = await askInterrupted(handle.run, out);
      if (choice === 'leave') {
        out.note(`${shownId(handle.run)} goes on. Follow it again: trainctl status ${runWord(handle.run)} --watch`);
        return 0;
      }
      if (choice === 'stop') {
        await handle.stop({ mode: 'graceful' }, waiting(out, handle.run));
        out.note('stopping: a last checkpoint, then the outputs');
      }
    } finally {
      interrupt.close();
    }
  }
}
