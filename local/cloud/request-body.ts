import type { IncomingMessage } from 'node:http';

/**
 * The body of a request as text.
 * @param most bytes; a longer one is not read to its end
 * @param tooLarge what is thrown then, in the words of the service
 */
export async function readBody(request: IncomingMessage, most: number, tooLarge: () => Error): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > most) throw tooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
