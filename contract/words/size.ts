/** UTF-8 length, without Buffer: the workflow isolate has none. Half a surrogate pair counts as what stands for it. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Bytes of a value as JSON. The value has to be of bounded depth. */
export const jsonBytes = (value: unknown): number => utf8Length(JSON.stringify(value) ?? '');

/** Objects in objects. Deeper ones overflow the stack of whoever writes them as JSON. */
const DEEPEST = 100;

/**
 * Whether a value would take no more than `bytes` as JSON, about, and is nested no deeper than whoever writes it can follow. Looks
 * at no more of it than it has to; throws nothing.
 */
export function isModest(value: unknown, bytes: number): boolean {
  let left = bytes;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return false;
    const below: unknown[] = [];
    for (const one of level) {
      if (typeof one === 'string') left -= one.length + 2;
      else if (typeof one !== 'object' || one === null) left -= 4;
      // Bytes are no JSON.
      else if (ArrayBuffer.isView(one)) return false;
      else {
        left -= 2;
        // Objects in an object are counted by names and values, lists by values alone.
        for (const [name, inner] of Array.isArray(one) ? one.entries() : Object.entries(one)) {
          left -= typeof name === 'string' ? name.length + 4 : 1;
          if (left < 0) return false;
          below.push(inner);
        }
      }
      if (left < 0) return false;
    }
    level = below;
  }
  return true;
}
