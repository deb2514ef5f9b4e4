import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { LIVE_LINE, LIVE_METADATA, type LiveRef } from '../../contract';

/** Reads what a host has written last, as Markdown. */
export type ReadLivePage = (ref: LiveRef) => Promise<string>;

/** Of the answer that the Temporal UI asks for, what is changed here. */
interface Metadata {
  currentDetails?: string;
}

/**
 * Puts what a host has written last onto the page that a workflow answers with. A codec, because that is where the SDK lets a worker
 * wait for something between a workflow's answer and the server; everything else goes through it as it is. Nothing fails here.
 */
export function livePageCodec(read: ReadLivePage): PayloadCodec {
  const fill = async (payload: Payload): Promise<Payload> => {
    const { [LIVE_METADATA]: marked, ...metadata } = payload.metadata ?? {};
    if (!marked) return payload;
    const plain = { ...payload, metadata };
    try {
      const ref = defaultPayloadConverter.fromPayload<LiveRef>({ metadata, data: marked });
      const answer = defaultPayloadConverter.fromPayload<Metadata>(plain);
      const text = await read(ref);
      const currentDetails = answer.currentDetails?.replace(LIVE_LINE, () => text);
      return defaultPayloadConverter.toPayload({ ...answer, currentDetails });
    } catch {
      return plain;
    }
  };
  return {
    encode: (payloads) => Promise.all(payloads.map(fill)),
    decode: (payloads) => Promise.resolve(payloads),
  };
}
