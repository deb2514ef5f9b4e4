import { homeDir, makeHome } from '../../../../adapters/settings';
import { EXIT_CODES } from '../../../../contract';
import { startStack, stopStack } from '../../../../local/stack';
import type { CommandContext } from '../../shared/command';
import { StageList } from '../../terminal/stage-list';
import { publicState } from './public-state';

/** `trainctl stack up`: in the foreground until ctrl-C or until a server ends, or detached. */
export async function stackUp(
  context: CommandContext,
  { detach = false, replace = false }: { detach?: boolean; replace?: boolean },
): Promise<number> {
  const { out } = context;
  const home = homeDir(context.env);
  makeHome(home);
  const stages = new StageList(out);
  const stack = await startStack({ home, detach, replace, onStage: (stage) => stages.on(stage) }).finally(() =>
    stages.end(),
  );
  const { temporal, cloud } = stack.state;
  if (out.json) out.value({ ...publicState(stack.state), alreadyUp: stack.alreadyUp });
  else {
    if (stack.alreadyUp) out.line('the stack is up already');
    out.whole(`  Temporal UI     ${temporal.uiUrl}`);
    out.whole(`  EC2 and S3      ${cloud.url}`);
    out.whole('  for other tools eval "$(trainctl stack env)"');
  }
  if (detach || stack.alreadyUp) return 0;
  out.note('ctrl-C stops it');
  const why = await Promise.race([stack.exited, signalled()]);
  if (why !== '') out.note(why);
  const stopping = new StageList(out);
  await stopStack(home, { onStage: (stage) => stopping.on(stage) }).finally(() => stopping.end());
  return why === '' ? 0 : EXIT_CODES.internal;
}

function signalled(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(''));
  });
}
