import type { Ec2Error } from './errors';

/** A reply as data: keys are element names, arrays become `<item>` elements, undefined is left out. */
export type Xml = string | number | boolean | Date | undefined | Xml[] | { [element: string]: Xml };

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot carry them at all
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const escapeText = (text: string): string =>
  text.replace(FORBIDDEN, '').replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);

/** Writes one element. Empty lists and strings are empty elements, dates have milliseconds and `Z`. */
function element(name: string, value: Xml): string {
  if (value === undefined) return '';
  const body = content(value);
  return body === '' ? `<${name}/>` : `<${name}>${body}</${name}>`;
}

function content(value: Exclude<Xml, undefined>): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => element('item', item)).join('');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, child]) => element(name, child))
      .join('');
  return escapeText(String(value));
}

export function successDocument(action: string, requestId: string, body: { [element: string]: Xml }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="${NAMESPACE}"><requestId>${requestId}</requestId>${content(body)}</${action}Response>`;
}

/** Errors have no namespace, and `RequestID` in capitals. */
export function errorDocument(error: Ec2Error, requestId: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${element('Errors', { Error: { Code: error.code, Message: error.message } })}<RequestID>${requestId}</RequestID></Response>`;
}
