/** A value as Temporal keeps it. */
export interface RawPayload {
  metadata?: { [name: string]: Uint8Array } | null;
  data?: Uint8Array | null;
}

/** The SDK's own; given, since nothing of the SDK is read here. */
export interface PayloadConverterLike<P extends RawPayload> {
  toPayload(value: unknown): P;
  fromPayload(payload: P): unknown;
}

export function isReadable<P extends RawPayload>(payload: P, converter: PayloadConverterLike<P>): boolean {
  try {
    converter.fromPayload(payload);
    return true;
  } catch {
    return false;
  }
}

/**
 * The same value, or what can be read of it, which the SDK cannot: JSON by another name is JSON, no data is nothing, and of anything else it
 * is said what it was. Whoever may start or signal a workflow may send such a one, and where the SDK reads it, nobody can catch what it throws.
 */
export function readablePayload<P extends RawPayload>(payload: P, converter: PayloadConverterLike<P>): P {
  if (isReadable(payload, converter)) return payload;
  const { data, metadata } = payload;
  if (!data?.length) return converter.toPayload(undefined);
  const json = { ...converter.toPayload(''), data };
  if (isReadable(json, converter)) return json;
  const encoding = String.fromCharCode(...(metadata?.encoding ?? []).slice(0, 40));
  return converter.toPayload(`not JSON (encoding ${JSON.stringify(encoding)})`);
}

/** Metadata of what the SDK could not have read, for whoever wants it as it was or not at all. */
const MADE_READABLE = 'made-readable';

export const wasReadable = ({ metadata }: RawPayload): boolean => metadata?.[MADE_READABLE] === undefined;

/**
 * A codec by which clients and workers read whatever others have written. The SDK reads the memo of a workflow before any code of ours
 * runs: one of any other encoding would keep the workflow from beginning, and a client from reading the list of all.
 */
export const readingCodec = <P extends RawPayload>(converter: PayloadConverterLike<P>) => {
  const read = (payload: P): P => {
    const readable = readablePayload(payload, converter);
    if (readable === payload) return payload;
    return { ...readable, metadata: { ...readable.metadata, [MADE_READABLE]: new Uint8Array([1]) } };
  };
  return {
    encode: (payloads: P[]): Promise<P[]> => Promise.resolve(payloads),
    decode: (payloads: P[]): Promise<P[]> => Promise.resolve(payloads.map(read)),
  };
};
