import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../docs/performance.md', import.meta.url);

/** Puts a result between its marks in docs/performance.md, with the day on which it was measured. */
export function writeBlock(mark, text) {
  const measured = `Measured on ${new Date().toISOString().slice(0, 10)}.`;
  const block = `<!-- ${mark} -->\n${text}\n\n${measured}\n<!-- /${mark} -->`;
  const page = readFileSync(PAGE, 'utf8').replace(
    new RegExp(`<!-- ${mark} -->[\\s\\S]*<!-- /${mark} -->`),
    () => block,
  );
  writeFileSync(PAGE, page);
}
