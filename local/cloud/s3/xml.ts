/** Elements of an answer: text, number or flag; nested elements; a list repeats its element; undefined is left out. */
export interface XmlElements {
  [name: string]: XmlValue;
}
export type XmlValue = string | number | boolean | undefined | XmlElements | readonly (string | XmlElements)[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Keys may hold control characters: they travel as character references, as S3 sends them. */
const escapeText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this escapes
  text.replace(/[&<>"\u0000-\u001f]/g, (char) => ESCAPES[char] ?? `&#x${char.charCodeAt(0).toString(16)};`);

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item: string | XmlElements) => element(name, item)).join('');
  if (typeof value === 'object') return `<${name}>${elements(value as XmlElements)}</${name}>`;
  return `<${name}>${escapeText(String(value))}</${name}>`;
}

const elements = (content: XmlElements): string =>
  Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('');

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A result document in S3's namespace. */
export const resultXml = (root: string, content: XmlElements | string): string =>
  `${DECLARATION}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${
    typeof content === 'string' ? escapeText(content) : elements(content)
  }</${root}>`;

/** An error document: no namespace. */
export const errorXml = (content: XmlElements): string => `${DECLARATION}<Error>${elements(content)}</Error>`;
