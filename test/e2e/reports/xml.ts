/** An element as a strict parser reads it. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** Of all text in it, children's left out. */
  text: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 forbids
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/**
 * Reads XML 1.0 as far as reports need it: elements, attributes, text, entities. Strict: any character that XML forbids, any unknown
 * entity, anything that is not closed throws.
 */
export function parseXml(text: string): Element {
  if (FORBIDDEN.test(text)) throw new Error(`a character that XML forbids: ${FORBIDDEN.exec(text)?.index}`);
  const head = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/.exec(text)?.[0];
  if (head === undefined) throw new Error('no XML declaration');
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const token = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z][\w.-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
  token.lastIndex = head.length;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const [, closing, name = '', attributes = '', empty, words] = token.exec(text) ?? [];
    if (token.lastIndex === 0) throw new Error(`not XML at ${at}: ${text.slice(at, at + 60)}`);
    const last = open.at(-1) as Element;
    if (words !== undefined) last.text += resolved(words, last === root);
    else if (closing === '/') {
      if (last.name !== name) throw new Error(`</${name}> closes <${last.name}>`);
      open.pop();
    } else {
      const element = { name, attributes: attributesOf(attributes), children: [], text: '' };
      last.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [only, ...more] = root.children;
  if (open.length !== 1 || !only || more.length > 0) throw new Error('not one element, closed');
  return only;
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w.-]+)="([^"]*)"/g)) {
    if (name in found) throw new Error(`${name} twice`);
    found[name] = resolved(value, false);
  }
  return found;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolved(text: string, outside: boolean): string {
  if (outside && text.trim() !== '') throw new Error(`text outside of elements: ${text}`);
  if (text.includes(']]>')) throw new Error(']]> in text');
  return text.replace(/&([^;&]*)(;?)/g, (_, name: string, end: string) => {
    const value = name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : ENTITIES[name];
    if (end !== ';' || value === undefined || FORBIDDEN.test(value)) throw new Error(`no entity: &${name}`);
    return value;
  });
}
