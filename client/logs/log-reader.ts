import { nodePrefix, segmentName } from '../../contract';
import { listKeys, type ObjectReader } from '../objects';
import { type Segment, segmentAt, segmentsOf } from './segments';

/** Bytes per GET: large enough to be quick, small enough that memory stays flat whatever the log's size. */
const CHUNK = 8 * 1024 * 1024;
/** How many fruitless looks at the tail before the whole listing is read again (a compaction may have moved the tail). */
const FULL_LISTING_EVERY = 5;

export interface NodeStream {
  prefix: string;
  runKey: string;
  attempt: number;
  node: number;
  /** `log`: what the process wrote, byte for byte. `metrics`: JSON lines. `setup`: what the tools of its set-up wrote. */
  kind: 'log' | 'metrics' | 'setup';
}

/** Reads one node's log or metrics from S3, in order, without gaps and without repeating a byte. */
export class SegmentReader {
  /** Offset of the next byte. */
  offset: number;
  private readonly folder: string;
  private fruitless = 0;
  private known: Segment[] = [];
  /** Of those, what has no byte where its name says one: removed since, or named by a host that lies. */
  private readonly hollow = new Set<string>();

  constructor(
    private readonly objects: ObjectReader,
    readonly stream: NodeStream,
    from = 0,
  ) {
    this.offset = from;
    this.folder = `${nodePrefix(stream.prefix, stream.runKey, stream.attempt, stream.node)}${stream.kind}/`;
  }

  /** Yields all that can be read now; returns when the next byte is not in S3 (yet). */
  async *readAvailable(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const segment = segmentAt(this.known, this.offset) ?? (await this.look());
      if (!segment) return;
      const body = await this.objects.get(segment.key, {
        from: this.offset - segment.from,
        end: Math.min(segment.end - segment.from, this.offset - segment.from + CHUNK),
      });
      if (body === undefined || body.length === 0) {
        // Compacted away between listing and reading: what replaced it is in a fresh listing.
        this.hollow.add(segment.key);
        this.known = this.known.filter((s) => s.key !== segment.key);
        this.fruitless = FULL_LISTING_EVERY;
        continue;
      }
      this.offset += body.length;
      yield body;
    }
  }

  private async look(): Promise<Segment | undefined> {
    const full = this.offset === 0 || this.fruitless >= FULL_LISTING_EVERY;
    // `-` sorts before the digits of an end, so this key is just before any segment that starts at the offset.
    const after = `${this.folder}${segmentName(this.offset, 0).slice(0, 17)}`;
    const listed = segmentsOf(await listKeys(this.objects, this.folder, full ? undefined : after));
    this.known = listed.filter(({ key }) => !this.hollow.has(key));
    const found = segmentAt(this.known, this.offset);
    if (found) this.fruitless = 0;
    // Something lies beyond a hole: the piece in between was compacted into one that starts earlier.
    else if (!full && this.known.length > 0) {
      this.fruitless = FULL_LISTING_EVERY;
      return this.look();
    } else this.fruitless = full ? 0 : this.fruitless + 1;
    return found;
  }
}
