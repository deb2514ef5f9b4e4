import { executionInfoFromRaw } from '@temporalio/client/lib/helpers';
import { defaultFailureConverter, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { coresdk } from '@temporalio/proto';
import { WorkflowCodecRunner } from '@temporalio/worker/lib/workflow-codec-runner';
import { readablePayload, readingCodec, readRunOrigin, wasReadable } from '../../../contract';

const payload = (encoding: string | undefined, data: string): Payload => ({
  ...(encoding === undefined ? {} : { metadata: { encoding: Buffer.from(encoding) } }),
  data: Buffer.from(data),
});

const read = (one: Payload): unknown =>
  defaultPayloadConverter.fromPayload(readablePayload(one, defaultPayloadConverter));

it.each([
  ['what the SDK reads, as it is', payload('json/plain', '{"a":1}'), { a: 1 }],
  ['JSON by another name', payload('json/protobuf', '{"a":1}'), { a: 1 }],
  ['JSON without a name', payload(undefined, '[1]'), [1]],
  ['nothing', payload('json/plain', ''), undefined],
  ['bytes of somebody’s own', payload('binary/encrypted', '\u0001\u0002'), 'not JSON (encoding "binary/encrypted")'],
  ['what says that it is JSON, and is none', payload('json/plain', '{"a":'), 'not JSON (encoding "json/plain")'],
])('reads %s', (_, one, value) => {
  expect(read(one)).toEqual(value);
});

it('lets a client read a run of which nobody can read the memo', async () => {
  const raw = {
    execution: { workflowId: 'odd', runId: 'r' },
    type: { name: 'trainingRun' },
    taskQueue: 'trainctl',
    status: 1,
    historyLength: { toNumber: () => 3 },
    startTime: msToTs(1_772_366_400_000),
    memo: {
      fields: {
        origin: payload('binary/encrypted', 'x'),
        note: payload('json/plain', '{'),
        ok: payload('json/plain', '1'),
      },
    },
  } as never;
  const info = (payloadCodecs: object[]) => {
    const converter = { payloadConverter: defaultPayloadConverter, failureConverter: defaultFailureConverter };
    return executionInfoFromRaw(raw, { ...converter, payloadCodecs } as never, raw, 'ns');
  };
  await expect(info([])).rejects.toThrow(/encoding/);
  const { memo } = await info([readingCodec(defaultPayloadConverter)]);
  expect(memo).toEqual({
    origin: expect.stringContaining('not JSON'),
    note: expect.stringContaining('not JSON'),
    ok: 1,
  });
});

it('lets a worker begin a run of which nobody can read the memo, nor what came before it', async () => {
  const odd = payload('binary/encrypted', 'x');
  const failure = { message: 'm', encodedAttributes: odd, applicationFailureInfo: { details: { payloads: [odd] } } };
  const activation = coresdk.workflow_activation.WorkflowActivation.fromObject({
    runId: 'r',
    jobs: [
      {
        initializeWorkflow: {
          memo: { fields: { origin: odd } },
          arguments: [payload('json/plain', '{"command":"x"}')],
          lastCompletionResult: { payloads: [odd] },
          continuedFailure: { ...failure, cause: failure },
        },
      },
    ],
  });
  const codecs = new WorkflowCodecRunner([readingCodec(defaultPayloadConverter)], {
    type: 'workflow',
    namespace: 'ns',
    workflowId: 'w',
  });
  const { jobs } = await codecs.decodeActivation(activation);
  const { memo, lastCompletionResult, continuedFailure, arguments: args } = jobs?.[0]?.initializeWorkflow ?? {};
  expect(args?.map((one) => defaultPayloadConverter.fromPayload(one as Payload))).toEqual([{ command: 'x' }]);
  const all = [memo?.fields?.origin, lastCompletionResult?.payloads?.[0], continuedFailure?.cause?.encodedAttributes];
  for (const one of all) {
    expect(wasReadable(one as Payload)).toBe(false);
    expect(defaultPayloadConverter.fromPayload(one as Payload)).toMatch(/not JSON/);
  }
  expect(() =>
    defaultFailureConverter.failureToError(continuedFailure as never, defaultPayloadConverter),
  ).not.toThrow();
});

it('takes as the origin of a run what is one, and of it what can be read', () => {
  const origin = { user: 'ann', host: 'desk', home: 'h', folders: ['/p'] };
  expect(readRunOrigin({ ...origin, folders: ['/p', 7, null], said: 'x', commit: { sha: 7 }, more: 1 })).toEqual(
    origin,
  );
  const whole = { ...origin, code: '/p', said: ['name'], rerunOf: 'r', commit: { sha: 'f', branch: 'b', changes: 1 } };
  expect(readRunOrigin(whole)).toEqual(whole);
  for (const none of [undefined, null, 'x', [], { ...origin, user: 7 }, { ...origin, folders: '/p' }])
    expect(readRunOrigin(none)).toBeUndefined();
});
