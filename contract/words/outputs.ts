import { asDocument, integer, list, needed, perhaps, type Reader, shape, wholeText, yes } from './reader';

/** What a host says of one file that it uploaded as an output. It is the host's word. */
export interface IndexedOutput {
  /** Of the output in the spec. */
  from: string;
  /** Below its destination, or, with `own`, and where it has none, below the node's prefix. */
  name: string;
  bytes?: number;
  /** Hex, of the whole file. */
  sha256?: string;
  mode?: number;
  /** Its name where the key could not hold it. */
  path?: string;
  own?: boolean;
}

/** More than any agent writes of its outputs: whoever reads the object stops there. Bytes. */
export const OUTPUT_INDEX_BYTES = 256 * 1024 * 1024;

/** Files of one attempt that are read. */
const MOST_FILES = 1_000_000;

/** Of a path: Linux takes 4095 bytes, of which each may be written as `%FF`. Characters. */
const PATH = 3 * 4096;

const sha256: Reader<string> = (value) =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : undefined;

const entry = shape<IndexedOutput>({
  from: needed(wholeText(PATH)),
  name: needed(wholeText(1024)),
  bytes: perhaps(integer()),
  sha256: perhaps(sha256),
  mode: perhaps(integer()),
  path: perhaps(wholeText(PATH)),
  own: perhaps(yes),
});

const entries = list(entry, MOST_FILES);

/** `outputs.json`, as far as it can be read; undefined when it lists no files. */
export const readOutputIndex: Reader<IndexedOutput[]> = (value) => entries(asDocument(value)?.files);
