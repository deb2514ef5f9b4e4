import { type Document, isMap, isScalar, isSeq, type ParsedNode, parseDocument, Scalar, visit } from 'yaml';
import { isTextPlace, type SpecPath } from '../../../contract/schema';

/** Enough for people's anchors; a document that multiplies itself is refused. */
const MAX_ALIASES = 100;

type Parsed = Document.Parsed<ParsedNode>;

/**
 * The value of a YAML or JSON text that stands at `at` in a spec. Where a spec holds text, it is what was written: `3.10`, `0012`
 * and `1e-4` keep their characters, which are gone once YAML has made numbers of them.
 */
export function valueAsWritten(document: Parsed, at: SpecPath = [], json = false): unknown {
  // What an alias of a plain value means depends on the place where it stands.
  visit(document, {
    Alias(_key, alias) {
      const target = alias.resolve(document);
      return isScalar(target) ? copyOf(target) : undefined;
    },
  });
  keepTexts(document.contents, at, json);
  return document.toJS({ maxAliasCount: MAX_ALIASES });
}

/** The value of `--set PATH=VALUE`. Text stands for itself unless it is quoted. Undefined: it is no YAML. */
export function assignedValue(text: string, at: SpecPath): { value: unknown } | undefined {
  const document = parseDocument(text);
  const sound = document.errors.length === 0;
  if (!isTextPlace(at)) return sound ? { value: text === '' ? '' : valueAsWritten(document, at) } : undefined;
  if (text === 'null') return { value: null };
  const { contents } = document;
  const structure = (isSeq(contents) && isTextPlace([...at, 0])) || (isMap(contents) && at.join() === 'setup');
  const quoted = isScalar(contents) && (contents.type === 'QUOTE_DOUBLE' || contents.type === 'QUOTE_SINGLE');
  if (sound && quoted) return { value: contents.value };
  if (sound && structure && /^\s*[[{]/.test(text)) return { value: valueAsWritten(document, at) };
  return { value: text };
}

function keepTexts(node: unknown, at: SpecPath, json: boolean): void {
  if (isScalar(node)) keepText(node, at, json);
  if (isSeq(node)) for (const [i, item] of node.items.entries()) keepTexts(item, [...at, i], json);
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    // `0012: x` names 0012.
    if (isScalar(key) && isNumberLike(key.value) && key.source) key.value = key.source;
    keepTexts(value, [...at, isScalar(key) ? String(key.value) : ''], json);
  }
}

function keepText(scalar: Scalar, at: SpecPath, json: boolean): void {
  if (typeof scalar.value === 'string' || !scalar.source || !isTextPlace(at)) return;
  // A key may say null to be left out; among words and variables it is a word, but for JSON, where it can be nothing else.
  const word = typeof at.at(-1) === 'number' || at[0] === 'env';
  if (scalar.value === null && (json || !word)) return;
  scalar.value = scalar.source;
}

const isNumberLike = (value: unknown): boolean => ['number', 'bigint', 'boolean'].includes(typeof value);

function copyOf(scalar: Scalar): Scalar {
  const { value, source, type, tag } = scalar;
  return Object.assign(new Scalar(value), { source, type, tag });
}
