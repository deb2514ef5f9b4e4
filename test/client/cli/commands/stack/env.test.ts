import { spawnSync } from 'node:child_process';
import { shellQuote } from '../../../../../client/cli/commands/stack/env';

it('quotes for a shell only what needs it', () => {
  expect(shellQuote('http://127.0.0.1:4510')).toBe('http://127.0.0.1:4510');
  expect(spawnSync('sh', ['-c', `printf %s ${shellQuote("a'b $HOME")}`], { encoding: 'utf8' }).stdout).toBe(
    "a'b $HOME",
  );
});
