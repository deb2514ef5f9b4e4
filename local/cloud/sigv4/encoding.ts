/** Bytes that AWS never percent-encodes: RFC 3986 unreserved. */
const UNRESERVED = /^[A-Za-z0-9\-._~]$/;

const ENCODED: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return UNRESERVED.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** AWS's UriEncode: every byte but the unreserved ones; `/` stays only where asked for (paths). */
export function percentEncode(value: string | Buffer, keepSlash = false): string {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  let out = '';
  for (const byte of bytes) out += keepSlash && byte === 0x2f ? '/' : (ENCODED[byte] ?? '');
  return out;
}

/** The bytes behind a percent-encoded text as it came over the wire; a stray `%` stands for itself. */
export function percentDecode(text: string, plusIsSpace = false): Buffer {
  const wire = Buffer.from(text, 'latin1');
  const out = Buffer.alloc(wire.length);
  let length = 0;
  for (let i = 0; i < wire.length; i++) {
    const byte = wire[i] ?? 0;
    const hex = byte === 0x25 ? wire.toString('latin1', i + 1, i + 3) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      out[length++] = Number.parseInt(hex, 16);
      i += 2;
    } else {
      out[length++] = plusIsSpace && byte === 0x2b ? 0x20 : byte;
    }
  }
  return out.subarray(0, length);
}

/** Path and query of a request target, neither decoded nor normalised: `..` and `//` matter to S3. */
export function splitUrl(url: string): { path: string; query: string } {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
}

/** Name and value pairs of a query string in wire order, decoded; `?uploads` is `['uploads', '']`. */
export function parseQuery(query: string): [name: string, value: string][] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      const name = at < 0 ? part : part.slice(0, at);
      const value = at < 0 ? '' : part.slice(at + 1);
      return [percentDecode(name, true).toString('utf8'), percentDecode(value, true).toString('utf8')];
    });
}
