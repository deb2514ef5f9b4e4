import { POLYNOMIALS } from './crc';

type CrcName = keyof typeof POLYNOMIALS;

const WIDTH: Record<CrcName, number> = { CRC32: 32, CRC32C: 32, CRC64NVME: 64 };

/** Product of two polynomials modulo the CRC's own, all reflected. The method of zlib's crc32_combine. */
function multiply(a: bigint, b: bigint, name: CrcName): bigint {
  const polynomial = POLYNOMIALS[name];
  let product = 0n;
  for (let mask = 1n << BigInt(WIDTH[name] - 1); mask > 0n; mask >>= 1n) {
    if (a & mask) product ^= b;
    b = b & 1n ? (b >> 1n) ^ polynomial : b >> 1n;
  }
  return product;
}

const shifts = new Map<string, bigint>();

/** x to the power of 8 × `bytes`: what `bytes` more bytes do to a CRC. */
function shift(bytes: number, name: CrcName): bigint {
  const known = shifts.get(`${name} ${bytes}`);
  if (known !== undefined) return known;
  const one = 1n << BigInt(WIDTH[name] - 1);
  let power = one >> 8n; // x^8
  let result = one;
  for (let left = BigInt(bytes); left > 0n; left >>= 1n) {
    if (left & 1n) result = multiply(power, result, name);
    power = multiply(power, power, name);
  }
  if (shifts.size > 1000) shifts.clear();
  shifts.set(`${name} ${bytes}`, result);
  return result;
}

/** The CRC of two byte sequences joined, from the CRCs of each: so a full-object checksum needs no second reading. */
export function combineCrc(name: CrcName, first: Buffer, second: Buffer, secondBytes: number): Buffer {
  const a = BigInt(`0x${first.toString('hex')}`);
  const b = BigInt(`0x${second.toString('hex')}`);
  const joined = multiply(shift(secondBytes, name), a, name) ^ b;
  return Buffer.from(joined.toString(16).padStart(WIDTH[name] / 4, '0'), 'hex');
}
