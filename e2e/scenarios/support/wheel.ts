import { createHash } from 'node:crypto';
import { zip } from './zip';

export interface Wheel {
  /** As its file name must be for pip and uv. */
  file: string;
  version: string;
  body: Buffer;
  /** Hex. */
  sha256: string;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/**
 * A package of one module, as pip and uv install it: no build tool is needed to make it, and none to install it.
 * @param name - of module and package, with underscores
 */
export function wheel(name: string, version: string, module: string): Wheel {
  const info = `${name}-${version}.dist-info`;
  const files: Record<string, string> = {
    [`${name}.py`]: module,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name.replaceAll('_', '-')}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: trainctl\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  const lines = Object.entries(files).map(
    ([file, text]) => `${file},sha256=${digest(text)},${Buffer.byteLength(text)}\n`,
  );
  const body = zip({ ...files, [`${info}/RECORD`]: `${lines.join('')}${info}/RECORD,,\n` });
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { file: `${name}-${version}-py3-none-any.whl`, version, body, sha256 };
}
