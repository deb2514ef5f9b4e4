import { runWord, type SuiteResult, shownId } from '../../../../contract';
import type { SuiteHandle } from '../../..';
import type { CommandContext } from '../../shared/command';
import { askInterrupted } from '../../terminal/ask';
import { Interrupt } from '../../terminal/interrupt';
import { SuiteScreen } from './screen';
import { Silence } from './silence';

/** Follows a suite to its end; ctrl-C asks what it meant. Undefined: it goes on without us. */
export async function followSuite(context: CommandContext, handle: SuiteHandle): Promise<SuiteResult | undefined> {
  const { out } = context;
  const screen = new SuiteScreen(out, context.now);
  const silence = new Silence(() =>
    out.note(
      `no worker answers: ${shownId(handle.suite)} goes on when one is there (trainctl worker, or: trainctl stack up --detach)`,
    ),
  );
  try {
    for (;;) {
      const interrupt = new Interrupt();
      try {
        for await (const status of handle.follow(interrupt.signal)) {
          silence.heard();
          screen.show(status);
        }
        if (!interrupt.pressed) return await handle.result();
        screen.end();
        const choice = await askInterrupted(handle.suite, out, wordsOf(handle.suite));
        if (choice === 'leave') {
          out.note(`${shownId(handle.suite)} goes on. Follow it again: ${wordsOf(handle.suite).follow}`);
          return undefined;
        }
        if (choice === 'stop') {
          await handle.cancel();
          out.note('cancelled: what it has begun is ended, and looked for');
        }
      } finally {
        interrupt.close();
      }
    }
  } finally {
    silence.end();
    screen.end();
  }
}

/** The commands that follow and end a suite. */
export const wordsOf = (suite: string): { follow: string; stop: string } => ({
  follow: `trainctl e2e --follow ${runWord(suite)}`,
  stop: `trainctl e2e --cancel ${runWord(suite)}`,
});
