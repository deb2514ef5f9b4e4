import { S3Error } from './errors';

/** One element of a request document: its text, and its children in order. Attributes and prefixes are dropped. */
export interface XmlNode {
  name: string;
  text: string;
  children: XmlNode[];
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.:-]*)([^<>]*?)(\/?)>|([^<]+)/gy;

/** The documents that S3 takes are three levels deep. */
const MAX_DEPTH = 8;

/**
 * Parses the small documents of S3 requests. There is no DTD and no entity but the five of XML, so nothing expands.
 * Anything not well-formed is MalformedXML.
 */
export function parseXml(text: string): XmlNode {
  const root: XmlNode = { name: '', text: '', children: [] };
  const stack = [root];
  TOKEN.lastIndex = 0;
  let end = text.startsWith('\uFEFF') ? 1 : 0;
  while (end < text.length) {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(text);
    const top = stack.at(-1);
    if (!match || !top) throw new S3Error('MalformedXML');
    end = TOKEN.lastIndex;
    const [, cdata, closing, qualified, , empty, chars] = match;
    if (cdata !== undefined) top.text += cdata;
    else if (chars !== undefined) top.text += decode(chars);
    else if (qualified !== undefined) {
      const name = qualified.slice(qualified.indexOf(':') + 1);
      if (closing) {
        if (top.name !== name || stack.length === 1) throw new S3Error('MalformedXML');
        stack.pop();
      } else {
        const node: XmlNode = { name, text: '', children: [] };
        top.children.push(node);
        if (!empty) stack.push(node);
        if (stack.length > MAX_DEPTH) throw new S3Error('MalformedXML');
      }
    }
  }
  const [document, ...others] = root.children;
  if (stack.length !== 1 || !document || others.length > 0 || root.text.trim() !== '')
    throw new S3Error('MalformedXML');
  return document;
}

function decode(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+)?;?/g, (all, name: string | undefined) => {
    if (name === undefined || !all.endsWith(';')) throw new S3Error('MalformedXML');
    if (!name.startsWith('#')) {
      const char = ENTITIES[name];
      if (char === undefined) throw new S3Error('MalformedXML');
      return char;
    }
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    if (code > 0x10ffff) throw new S3Error('MalformedXML');
    return String.fromCodePoint(code);
  });
}

export const childText = (node: XmlNode, name: string): string | undefined =>
  node.children.find((child) => child.name === name)?.text;
