import { setTimeout as sleep } from 'node:timers/promises';
import { awsErrorCode, awsErrorMessage, classify } from '../../adapters/aws';
import type { AttachCommand, AttachEvent, LargeFile, NodeRef, Output } from '../../contract';
import { GRANT_SECONDS, placeOf } from '../host';
import type { ActivityDeps } from '../step';
import { etagsOf, faultOf, type Noted, type PartSizes, partSizes, UploadNotes } from '../uploads';

/** URLs in one line; some are longer than a KiB, and an agent reads lines of at most a MiB. */
const URLS_A_LINE = 100;

/** Files of one node that wait at the same time: an agent has 8 threads. More is no agent of ours. */
const AT_ONCE = 32;

const PAUSES_MS = { first: 500, longest: 15_000 };

type Question = Extract<AttachEvent, { t: 'large' | 'join' }>;
type Answer = Extract<AttachCommand, { t: 'parts' | 'joined' | 'refused' }>;

/**
 * Answers an agent that has files too large for one POST: begins an upload in parts, gives their URLs, and joins them. Knows
 * nothing that is not in S3, so any worker can go on with what another one began.
 */
export class LargeFiles {
  private readonly notes: UploadNotes;
  private readonly busy = new Map<string, Promise<void>>();
  private readonly over = new AbortController();
  private send: (answer: Answer) => void = () => {};

  constructor(
    private readonly deps: Pick<ActivityDeps, 'store' | 'uploads' | 'settings' | 'log' | 'largeAboveBytes'>,
    private readonly node: NodeRef,
    private readonly outputs: readonly Output[],
  ) {
    this.notes = new UploadNotes(deps, node, node.attempt);
  }

  /** Who is attached now; what is asked is said again by the agent. */
  attached(send: (answer: Answer) => void): void {
    this.send = send;
  }

  hear(question: Question): void {
    const fault = faultOf(question, this.outputs.length);
    // Without an id there is nobody to answer.
    if (fault === 'id' || this.over.signal.aborted) return;
    const key = `${question.t} ${question.id}`;
    if (this.busy.has(key)) return;
    if (fault ?? (this.busy.size >= AT_ONCE && 'too many files at once')) {
      this.send({ t: 'refused', id: question.id, why: fault ?? 'too many files at once' });
      return;
    }
    this.busy.set(
      key,
      this.insist(question).finally(() => this.busy.delete(key)),
    );
  }

  async close(): Promise<void> {
    this.over.abort();
    await Promise.all(this.busy.values());
  }

  /** Tries until there is an answer, or nobody waits for one any more. */
  private async insist(question: Question): Promise<void> {
    const { signal } = this.over;
    for (let pause = PAUSES_MS.first; !signal.aborted; pause = Math.min(pause * 2, PAUSES_MS.longest)) {
      try {
        return await (question.t === 'large' ? this.give(question) : this.join(question));
      } catch (error) {
        if (signal.aborted) return;
        const why = `${awsErrorCode(error) ?? 'no answer'}: ${awsErrorMessage(error)}`;
        this.deps.log.warn({ file: question.name, error: why }, 'upload in parts');
        if (classify(error) === 'refusal') return this.send({ t: 'refused', id: question.id, why });
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  private async give(file: LargeFile): Promise<void> {
    const { signal } = this.over;
    const noted = (await this.known(file)) ?? (await this.notes.begin(this.place(file), signal));
    const { partBytes, count } = this.sizes(file);
    for (let first = 1; first <= count; first += URLS_A_LINE) {
      const length = Math.min(URLS_A_LINE, count - first + 1);
      const urls = await Promise.all(
        Array.from({ length }, (_, i) => this.deps.uploads.presignPart(noted, first + i, GRANT_SECONDS)),
      );
      this.send({ t: 'parts', id: file.id, partBytes, count, first, urls });
    }
  }

  private async join(file: LargeFile & { etags: string }): Promise<void> {
    const { signal } = this.over;
    const { uploads, store } = this.deps;
    const { bucket, key } = this.place(file);
    const { count } = this.sizes(file);
    for (const noted of await this.notes.of({ bucket, key }, signal)) {
      const parts = (await uploads.parts(noted, { signal }))?.slice(0, count);
      if (!parts || etagsOf(parts) !== file.etags) continue;
      if (!(await uploads.complete(noted, parts, { signal }))) continue;
      await this.notes.forget(noted);
      return this.send({ t: 'joined', id: file.id });
    }
    // Joined by a worker that could not say so any more.
    const there = await store.head(key, { bucket, signal });
    if (there?.bytes === file.bytes && there.etag.endsWith(`-${count}"`))
      return this.send({ t: 'joined', id: file.id });
    this.send({ t: 'refused', id: file.id, why: 'S3 has not the parts that were sent' });
  }

  /** An upload of this file that an earlier try or another worker began, and that is still there. */
  private async known(file: LargeFile): Promise<Noted | undefined> {
    const { signal } = this.over;
    for (const noted of await this.notes.of(this.place(file), signal)) {
      if (await this.deps.uploads.parts(noted, { signal })) return noted;
    }
    return undefined;
  }

  private place({ index, name, own }: LargeFile): { bucket: string; key: string } {
    const { bucket, keyPrefix } = placeOf(this.deps, this.node, own ? undefined : this.outputs[index], index);
    return { bucket, key: `${keyPrefix}${name}` };
  }

  private sizes({ bytes }: LargeFile): PartSizes {
    return partSizes(bytes, this.deps.largeAboveBytes);
  }
}
