import { percentDecode } from '../../sigv4';
import { sourceConditions } from '../conditions';
import { invalidArgument, notImplemented } from '../errors';
import type { Exchange } from '../exchange';
import { decodeKey } from '../keys';
import type { StoredObject } from '../store';

/** The object that `x-amz-copy-source` names, its conditions met. */
export function copySource(exchange: Exchange): StoredObject {
  const text = exchange.header('x-amz-copy-source') ?? '';
  const version = /\?versionId=(.*)$/.exec(text);
  if (version && version[1] !== 'null') throw notImplemented('x-amz-copy-source');
  const path = decodeKey(percentDecode(version ? text.slice(0, version.index) : text)).replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) {
    throw invalidArgument(
      'x-amz-copy-source',
      text,
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  const object = exchange.bucketNamed(path.slice(0, slash)).need(path.slice(slash + 1));
  sourceConditions(exchange.request.headers, object, exchange.service.now().getTime());
  return object;
}
