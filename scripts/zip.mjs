// A zip whose bytes depend on nothing but its entries: stored as they are (compressors differ), with one date and one mode.

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(data) {
  let crc = -1;
  for (const byte of data) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** 1980-01-01 00:00, the first moment that a zip can name. */
const DATE = (1 << 5) | 1;
/** Made on Unix, by version 2.0 of the format, which reading it takes as well. */
const [MADE_BY, NEEDS] = [(3 << 8) | 20, 20];
const MODE = 0o100644;

/** Of `{name, content}` with ASCII names; the order is that of the names. */
export function zip(entries) {
  const files = [];
  const directory = [];
  let offset = 0;
  for (const { name, content } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(NEEDS, 0);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const madeBy = Buffer.alloc(2);
    madeBy.writeUInt16LE(MADE_BY);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(MODE * 0x10000, 6);
    place.writeUInt32LE(offset, 10);
    const called = Buffer.from(name, 'ascii');
    directory.push(Buffer.from('PK\x01\x02'), madeBy, common, place, called);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, called, content]);
    files.push(file);
    offset += file.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(listing.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, listing, Buffer.from('PK\x05\x06'), end]);
}
