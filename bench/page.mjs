import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = new URL('../docs/performance.md', import.meta.url);

/** Puts a result between its marks in docs/performance.md. */
export function writeBlock(mark, text) {
  const block = `<!-- ${mark} -->\n${text}\n<!-- /${mark} -->`;
  const page = readFileSync(PAGE, 'utf8').replace(
    new RegExp(`<!-- ${mark} -->[\\s\\S]*<!-- /${mark} -->`),
    () => block,
  );
  writeFileSync(PAGE, page);
}
