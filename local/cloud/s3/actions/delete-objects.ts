import { invalidRequest, S3Error } from '../errors';
import type { Answer, Exchange } from '../exchange';
import { resultXml, type XmlElements } from '../xml';
import { childText, parseXml } from '../xml-parse';
import { removeKey } from './delete-object';

const MAX_KEYS = 1000;
/** 1,000 keys of 1,024 bytes, all escaped, with their elements. */
const MAX_LENGTH = 8 * 1024 * 1024;

/** DeleteObjects: an answer for each key; one that fails does not stop the others. */
export async function deleteObjects(exchange: Exchange): Promise<Answer> {
  const bucket = exchange.bucket();
  const plan = exchange.plan({ maxLength: MAX_LENGTH });
  if (!plan.md5 && !plan.checksum) {
    throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const document = parseXml(await exchange.text({ maxLength: MAX_LENGTH }));
  const objects = document.children.filter((child) => child.name === 'Object');
  if (document.name !== 'Delete' || objects.length === 0 || objects.length > MAX_KEYS)
    throw new S3Error('MalformedXML');
  const quiet = childText(document, 'Quiet')?.trim() === 'true';

  const deleted: XmlElements[] = [];
  const errors: XmlElements[] = [];
  for (const object of objects) {
    const key = childText(object, 'Key');
    if (!key) throw new S3Error('MalformedXML');
    exchange.keys.push(key);
    try {
      const version = childText(object, 'VersionId');
      if (version !== undefined && version !== 'null') {
        throw new S3Error('NotImplemented', {}, 'The local cloud keeps no versions of objects');
      }
      await removeKey(bucket, key, childText(object, 'ETag'));
      deleted.push({ Key: key });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      errors.push({ Key: key, Code: error.code, Message: error.message });
    }
  }
  return { body: resultXml('DeleteResult', { Deleted: quiet ? [] : deleted, Error: errors }) };
}
