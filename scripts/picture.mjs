// Makes docs/demo.svg from what the demo prints: node dist/client/cli/main.js demo | node scripts/picture.mjs > docs/demo.svg
import { readFileSync } from 'node:fs';

const COLOURS = { '✔': '#3fb950', '✘': '#f85149', '⚡': '#d29922', '●': '#58a6ff', '↻': '#58a6ff', '–': '#8b949e' };
const WIDTH = 8.4;
const HEIGHT = 19;
const MARGIN = 22;

const escapeXml = (text) =>
  text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character]);
const lines = readFileSync(0, 'utf8').trimEnd().split('\n');
const columns = Math.max(...lines.map((line) => line.length));

const rows = lines.map((line, index) => {
  const symbol = /^\s*(\S)/u.exec(line)?.[1] ?? '';
  const colour = COLOURS[symbol];
  const at = `x="${MARGIN}" y="${MARGIN + 14 + index * HEIGHT}"`;
  if (!colour) return `<text ${at}>${escapeXml(line)}</text>`;
  const [before, after] = [line.slice(0, line.indexOf(symbol)), line.slice(line.indexOf(symbol) + symbol.length)];
  return `<text ${at}>${escapeXml(before)}<tspan fill="${colour}">${symbol}</tspan>${escapeXml(after)}</text>`;
});

const width = Math.ceil(columns * WIDTH + 2 * MARGIN);
const height = lines.length * HEIGHT + 2 * MARGIN;
console.log(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    '<title>A spot run of examples/digits, interrupted once and resumed</title>',
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3" xml:space="preserve">',
    ...rows,
    '</g>',
    '</svg>',
  ].join('\n'),
);
