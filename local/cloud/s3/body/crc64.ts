import { type Crc, POLYNOMIALS } from './crc';

/** Low and high halves of eight tables of 256 entries, one after the other. */
interface Tables {
  low: Uint32Array;
  high: Uint32Array;
}

let tables: Tables | undefined;

function build(): Tables {
  const low = new Uint32Array(2048);
  const high = new Uint32Array(2048);
  const first: bigint[] = [];
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ POLYNOMIALS.CRC64NVME : crc >> 1n;
    first.push(crc);
  }
  let row = first;
  for (let k = 0; k < 8; k++) {
    row.forEach((crc, byte) => {
      low[k * 256 + byte] = Number(crc & 0xffffffffn);
      high[k * 256 + byte] = Number(crc >> 32n);
    });
    row = row.map((crc) => (crc >> 8n) ^ (first[Number(crc & 255n)] ?? 0n));
  }
  return { low, high };
}

/**
 * CRC64NVME in two 32-bit halves, eight bytes at once (BigInt would be a hundred times slower). S3 computes it for every
 * object that comes without a checksum, so its speed is the speed of such uploads.
 */
export function crc64nvme(): Crc {
  tables ??= build();
  const { low: L, high: H } = tables;
  let lo = -1;
  let hi = -1;
  return {
    update(chunk) {
      let at = 0;
      for (; at + 8 <= chunk.length; at += 8) {
        const a = lo ^ chunk.readInt32LE(at);
        const b = hi ^ chunk.readInt32LE(at + 4);
        const i7 = 1792 + (a & 255);
        const i6 = 1536 + ((a >>> 8) & 255);
        const i5 = 1280 + ((a >>> 16) & 255);
        const i4 = 1024 + (a >>> 24);
        const i3 = 768 + (b & 255);
        const i2 = 512 + ((b >>> 8) & 255);
        const i1 = 256 + ((b >>> 16) & 255);
        const i0 = b >>> 24;
        lo = xor8(L, i0, i1, i2, i3, i4, i5, i6, i7);
        hi = xor8(H, i0, i1, i2, i3, i4, i5, i6, i7);
      }
      for (; at < chunk.length; at++) {
        const index = (lo ^ (chunk[at] as number)) & 255;
        lo = ((lo >>> 8) | (hi << 24)) ^ (L[index] as number);
        hi = (hi >>> 8) ^ (H[index] as number);
      }
    },
    digest() {
      const out = Buffer.alloc(8);
      out.writeUInt32BE(~hi >>> 0, 0);
      out.writeUInt32BE(~lo >>> 0, 4);
      return out;
    },
  };
}

function xor8(t: Uint32Array, a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number) {
  return (
    (t[a] as number) ^
    (t[b] as number) ^
    (t[c] as number) ^
    (t[d] as number) ^
    (t[e] as number) ^
    (t[f] as number) ^
    (t[g] as number) ^
    (t[h] as number)
  );
}
