import { percentEncode, verifyPostAuth } from '../../sigv4';
import { attributesOf } from '../attributes';
import { authError, authOptions, oldSignature } from '../auth';
import { type Form, formBoundary, readForm } from '../body/form-data';
import { headerChecksum, MAX_BODY } from '../body/plan';
import { invalidArgument, notImplemented, preconditionFailed, S3Error } from '../errors';
import type { Answer, Exchange } from '../exchange';
import { checkKey } from '../keys';
import { checkPolicy, checkSize, type Policy, parsePolicy } from '../post-policy';
import { resultXml } from '../xml';
import { wholeObject, writtenHeaders } from './put-object';

/** POST Object: an upload by a form, allowed by a signed policy in it. The form's fields come before the file's bytes. */
export async function postObject(exchange: Exchange): Promise<Answer> {
  const bucket = exchange.bucket();
  const boundary = formBoundary(exchange.header('content-type'));
  if (boundary === undefined) {
    throw preconditionFailed('Bucket POST must be of the enclosure-type multipart/form-data');
  }
  if (exchange.header('transfer-encoding') !== undefined) throw notImplemented('Transfer-Encoding');
  const total = Number(exchange.header('content-length') ?? Number.NaN);
  if (!Number.isSafeInteger(total)) throw new S3Error('MissingContentLength');

  const form = await readForm(exchange.source(), boundary);
  const fields = fieldsOf(form, bucket.name);
  const policy = authorise(exchange, fields);
  if (!form.file) {
    throw new S3Error(
      'InvalidArgument',
      { ArgumentName: 'file', ArgumentValue: '0' },
      'POST requires exactly one file upload per request.',
    );
  }
  const key = fields.get('key') ?? '';
  checkKey(key);
  exchange.strike(key);
  exchange.keys.push(key);
  if (fields.has('tagging')) throw notImplemented('tagging');
  const headers = headersOf(fields);
  const attributes = attributesOf(headers);
  const checksum = headerChecksum({ headers, fromQuery: new Set() });

  const limited = limit(form.file.data, policy, total);
  const plan = { length: 0, ...(checksum ? { checksum } : {}) };
  return exchange.ingest(plan, counted(limited, plan), {}, async (ingested) => {
    checkSize(policy, ingested.received.size);
    const object = wholeObject(exchange, key, attributes, ingested);
    await bucket.commit(key, () => object);
    return success(exchange, bucket.name, key, fields, writtenHeaders(object));
  });
}

/** Lower-case names; `${filename}` filled in before any test. The bucket is the one that is really written to. */
function fieldsOf(form: Form, bucket: string): Map<string, string> {
  const fileName = form.file?.fileName?.split(/[/\\]/).at(-1);
  const fields = new Map<string, string>();
  for (const [name, value] of form.fields) {
    fields.set(name.toLowerCase(), fileName ? value.replaceAll(FILENAME, () => fileName) : value);
  }
  fields.set('bucket', bucket);
  return fields;
}

const FILENAME = '$' + '{filename}';

const REQUIRED = ['Policy', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Signature'] as const;

/** Checks signature and policy of the form. */
function authorise(exchange: Exchange, fields: ReadonlyMap<string, string>): Policy {
  const field = (name: string): string => fields.get(name.toLowerCase()) ?? '';
  if (REQUIRED.every((name) => field(name) === '')) throw new S3Error('AccessDenied');
  if (fields.has('awsaccesskeyid')) throw oldSignature();
  const missing = ['key', ...REQUIRED].find((name) => field(name) === '');
  if (missing !== undefined) {
    throw invalidArgument(
      missing,
      '',
      `Bucket POST must contain a field named '${missing}'.  If it is specified, please check the order of the fields.`,
    );
  }
  const token = fields.get('x-amz-security-token');
  const result = verifyPostAuth(
    {
      policy: field('policy'),
      algorithm: field('x-amz-algorithm'),
      credential: field('x-amz-credential'),
      amzDate: field('x-amz-date'),
      signature: field('x-amz-signature'),
      ...(token === undefined ? {} : { securityToken: token }),
    },
    authOptions(exchange.service),
  );
  if (!result.ok) throw authError(result);
  const policy = parsePolicy(field('policy'));
  checkPolicy(policy, fields, exchange.service.now().getTime());
  return policy;
}

/** Form values are UTF-8 text; header values are latin1. */
function headersOf(fields: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...fields].map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]));
}

/** Ends an upload as soon as it is larger than allowed; how large it would be is known from the request's length. */
async function* limit(data: AsyncIterable<Buffer>, policy: Policy, total: number): AsyncGenerator<Buffer> {
  const max = Math.min(policy.size?.max ?? MAX_BODY, MAX_BODY);
  let size = 0;
  for await (const piece of data) {
    size += piece.length;
    if (size > max) throw new S3Error('EntityTooLarge', { ProposedSize: Math.max(size, total), MaxSizeAllowed: max });
    yield piece;
  }
}

/** A form does not say how long its file is: the plan learns it as the bytes come. */
async function* counted(data: AsyncIterable<Buffer>, plan: { length: number }): AsyncGenerator<Buffer> {
  for await (const piece of data) {
    plan.length += piece.length;
    yield piece;
  }
}

function success(
  exchange: Exchange,
  bucket: string,
  key: string,
  fields: ReadonlyMap<string, string>,
  written: Record<string, string>,
): Answer {
  const location = `http://${exchange.header('host') ?? ''}/${bucket}/${percentEncode(key, true)}`;
  const etag = written.etag ?? '';
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag })) url.searchParams.append(name, value);
    return { status: 303, headers: { ...written, location: url.href } };
  }
  const headers = { ...written, location };
  const status = fields.get('success_action_status');
  if (status === '201') {
    const body = resultXml('PostResponse', { Location: location, Bucket: bucket, Key: key, ETag: etag });
    return { status: 201, headers, body: body.replace(/ xmlns="[^"]*"/, '') };
  }
  return { status: status === '200' ? 200 : 204, headers };
}
