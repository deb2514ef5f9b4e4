import { crc32 as zlibCrc32 } from 'node:zlib';

/** A running cyclic redundancy check. */
export interface Crc {
  update(chunk: Buffer): void;
  /** Big-endian, as S3 encodes it. */
  digest(): Buffer;
}

/** Reflected polynomials. CRC64NVME: https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-64-nvme */
export const POLYNOMIALS = { CRC32: 0xedb88320n, CRC32C: 0x82f63b78n, CRC64NVME: 0x9a6c9329ac4bc9b5n } as const;

const wide = (value: number): Buffer => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value >>> 0);
  return out;
};

/** Eight tables, so that eight bytes are taken at once: about five times the speed of one table. */
function tables32(polynomial: number): Uint32Array[] {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
  const [first] = tables;
  if (!first) return tables;
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    first[byte] = crc;
  }
  for (let k = 1; k < 8; k++) {
    const [before, table] = [tables[k - 1], tables[k]];
    for (let byte = 0; before && table && byte < 256; byte++) {
      const crc = before[byte] ?? 0;
      table[byte] = (crc >>> 8) ^ (first[crc & 255] ?? 0);
    }
  }
  return tables;
}

function table32Crc(polynomial: number): () => Crc {
  let tables: Uint32Array[] | undefined;
  return () => {
    tables ??= tables32(polynomial);
    const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
    let crc = 0xffffffff;
    return {
      update(chunk) {
        if (!t0 || !t1 || !t2 || !t3 || !t4 || !t5 || !t6 || !t7) return;
        let at = 0;
        for (; at + 8 <= chunk.length; at += 8) {
          const low = crc ^ chunk.readInt32LE(at);
          const high = chunk.readInt32LE(at + 4);
          crc =
            (t7[low & 255] as number) ^
            (t6[(low >>> 8) & 255] as number) ^
            (t5[(low >>> 16) & 255] as number) ^
            (t4[low >>> 24] as number) ^
            (t3[high & 255] as number) ^
            (t2[(high >>> 8) & 255] as number) ^
            (t1[(high >>> 16) & 255] as number) ^
            (t0[high >>> 24] as number);
        }
        for (; at < chunk.length; at++) crc = (crc >>> 8) ^ (t0[(crc ^ (chunk[at] as number)) & 255] as number);
      },
      digest: () => wide(~crc),
    };
  };
}

const pureCrc32 = table32Crc(Number(POLYNOMIALS.CRC32));
export const crc32c = table32Crc(Number(POLYNOMIALS.CRC32C));

/** zlib's own where node has it (20.15 and later), else the tables. */
export function crc32(): Crc {
  if (typeof zlibCrc32 !== 'function') return pureCrc32();
  let crc = 0;
  return {
    update: (chunk) => {
      crc = zlibCrc32(chunk, crc);
    },
    digest: () => wide(crc),
  };
}
