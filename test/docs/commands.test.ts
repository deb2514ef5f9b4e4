import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { buildProgram } from '../../client/cli/program';

const root = path.join(__dirname, '../..');
const pages = [
  'README.md',
  ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`),
  ...readdirSync(path.join(root, 'examples')).map((name) => `examples/${name}/README.md`),
].filter((name) => name.endsWith('.md') && !name.includes('README.md/'));

let program: Command;
beforeAll(async () => {
  program = await buildProgram('0', [], true);
});

/** What is between `trainctl` and the end of the line, the code span, the comment or the pipe. */
function commandsOf(text: string): string[] {
  const code = [...text.matchAll(/^```[^\n]*\n(.*?)^```/gms)].flatMap((m) => (m[1] ?? '').split('\n'));
  const spans = [...text.replace(/^```.*?^```/gms, '').matchAll(/`([^`]+)`/g)].map((m) =>
    (m[1] ?? '').replace(/\n/g, ' '),
  );
  return [...code, ...spans].flatMap((line) => {
    const found = /^(?:\$ |next: )?(?:[A-Z_]+=\S+ )?trainctl ([a-z].*)$/.exec(line.trim());
    return found?.[1] ? [found[1].replace(/\s+(#|\||&&|>|, ).*$/, '')] : [];
  });
}

/** Why the command line would be refused; undefined when its command and options exist. */
function refusal(line: string): string | undefined {
  const words = (line.split(/ -- | --$/, 1)[0] ?? '').match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  let command: Command = program;
  for (const word of words) {
    const child = command.commands.find((c) => c.name() === word);
    if (child) command = child;
    else if (command === program) return `there is no command ${word}`;
    else if (word.startsWith('-')) {
      const flag = word.split('=', 1)[0] ?? word;
      if (!command.options.some((o) => o.long === flag || o.short === flag) && flag !== '--help')
        return `${command.name()} has no option ${flag}`;
    } else if (command.commands.length > 0 && command.registeredArguments.length === 0 && command.options.length === 0)
      return `${command.name()} has no command ${word}`;
  }
  return undefined;
}

test.each(pages)('%s names commands and options that exist', (page) => {
  const lines = commandsOf(readFileSync(path.join(root, page), 'utf8'));
  expect(lines.map((line) => [line, refusal(line)]).filter(([, why]) => why !== undefined)).toEqual([]);
});

test('the pages by task are full of commands', () => {
  const text = readFileSync(path.join(root, 'docs/run-your-script.md'), 'utf8');
  expect(commandsOf(text).length).toBeGreaterThan(20);
  expect(refusal('run --sett a=b')).toBe('run has no option --sett');
});
