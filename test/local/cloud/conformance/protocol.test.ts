import { createHash } from 'node:crypto';
import { DescribeInstancesCommand, DescribeRegionsCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { amzDate, deriveSigningKey, scopeText, sign, stringToSign } from '../../../../local/cloud/sigv4';
import { suite } from '../clouds';
import { openTarget, refusal, type Target } from '../support/target';

const { describe, it } = suite('ec2 › protocol');

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

describe('dry runs', () => {
  it('DryRunOperation, 412, when the call would have succeeded', async () => {
    expect(await refusal(target.run({ DryRun: true }))).toEqual({
      code: 'DryRunOperation',
      message: 'Request would have succeeded, but DryRun flag is set.',
      status: 412,
    });
    expect((await refusal(target.ec2.send(new DescribeInstancesCommand({ DryRun: true })))).code).toBe(
      'DryRunOperation',
    );
  });

  it('a fault of the request comes before it', async () => {
    expect((await refusal(target.run({ DryRun: true, ImageId: 'ami-00000000000000000' }))).code).toBe(
      'InvalidAMIID.NotFound',
    );
  });
});

describe('the wire', () => {
  const secret = () => target.cloud?.credentials ?? { accessKeyId: '', secretAccessKey: '' };

  /** A signed Query request, as any client may form it. */
  async function post(form: string, when = new Date(), secretAccessKey = secret().secretAccessKey) {
    const url = new URL(target.cloud?.info.url ?? '');
    const date = amzDate(when);
    const bodyHash = createHash('sha256').update(form).digest('hex');
    const scope = { date: date.slice(0, 8), region: 'us-east-1', service: 'ec2', terminator: 'aws4_request' };
    const canonical = `POST\n/\n\nhost:${url.host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${bodyHash}`;
    const text = stringToSign(date, scopeText(scope), canonical);
    const signature = sign(deriveSigningKey(secretAccessKey, scope), text);
    const answer = await fetch(url, {
      method: 'POST',
      body: form,
      headers: {
        'x-amz-date': date,
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `AWS4-HMAC-SHA256 Credential=${secret().accessKeyId}/${scopeText(scope)}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
      },
    });
    return { status: answer.status, text: await answer.text() };
  }

  it('success has the namespace and requestId; errors have Errors and RequestID, and no namespace', async () => {
    const good = await post('Action=DescribeRegions&Version=2016-11-15');
    expect(good.status).toBe(200);
    expect(good.text).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<DescribeRegionsResponse xmlns="http:\/\/ec2\.amazonaws\.com\/doc\/2016-11-15\/"><requestId>[0-9a-f-]{36}<\/requestId><regionInfo><item>/,
    );
    const bad = await post('Action=InventInstances&Version=2016-11-15');
    expect(bad.status).toBe(400);
    expect(bad.text).toMatch(
      /<Response><Errors><Error><Code>InvalidAction<\/Code><Message>The action InventInstances is not valid for this web service\.<\/Message><\/Error><\/Errors><RequestID>[0-9a-f-]{36}<\/RequestID><\/Response>$/,
    );
  });

  it('an empty list is an empty element', async () => {
    expect((await post('Action=DescribeInstances&Version=2016-11-15')).text).toContain('<reservationSet/>');
  });

  it('MissingParameter and UnknownParameter name the parameter', async () => {
    expect((await post('Action=RunInstances&MinCount=1&MaxCount=1')).text).toContain(
      '<Code>MissingParameter</Code><Message>The request must contain the parameter ImageId</Message>',
    );
    expect((await post('Action=DescribeInstances&InstanceName.1=x')).text).toContain(
      '<Code>UnknownParameter</Code><Message>The parameter InstanceName is not recognized</Message>',
    );
    expect((await post('Version=2016-11-15')).text).toContain('<Code>MissingAction</Code>');
  });

  it('names of built-in properties are no actions and no filters', async () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect((await post(`Action=${name}`)).text).toContain('<Code>InvalidAction</Code>');
      expect((await post(`Action=DescribeInstances&Filter.1.Name=${name}&Filter.1.Value.1=x`)).text).toContain(
        `<Message>The filter '${name}' is invalid</Message>`,
      );
    }
  });

  it('a request older than 15 minutes is RequestExpired', async () => {
    const answer = await post('Action=DescribeRegions', new Date(Date.now() - 16 * 60_000));
    expect(answer.text).toContain('<Code>RequestExpired</Code>');
  });

  it('an altered body, a wrong secret and no signature are refused', async () => {
    const wrong = await post('Action=DescribeRegions', new Date(), 'not-the-secret');
    expect([wrong.status, wrong.text]).toEqual([401, expect.stringContaining('<Code>AuthFailure</Code>')]);
    const none = await fetch(target.cloud?.info.url ?? '', {
      method: 'POST',
      body: new URLSearchParams({ Action: 'DescribeRegions' }),
    });
    expect(await none.text()).toContain('The request must contain the parameter AWSAccessKeyId');
  });
});

describe('credentials', () => {
  it('unknown ones are AuthFailure, 401', async () => {
    const stranger = new EC2Client({
      ...(target.cloud ? { endpoint: target.cloud.info.url } : {}),
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLEEXAMPLEXX', secretAccessKey: 'none' },
      maxAttempts: 1,
    });
    expect(await refusal(stranger.send(new DescribeRegionsCommand({})))).toEqual({
      code: 'AuthFailure',
      message: 'AWS was not able to validate the provided access credentials',
      status: 401,
    });
    stranger.destroy();
  });
});

describe('ids', () => {
  it('malformed and missing ones have codes of their own; only the missing are named', async () => {
    expect((await refusal(target.ec2.send(new StopInstancesCommand({ InstanceIds: ['nonsense'] })))).code).toBe(
      'InvalidInstanceID.Malformed',
    );
    const [a, b] = ['i-00000000000000001', 'i-00000000000000002'];
    expect(await refusal(target.ec2.send(new StopInstancesCommand({ InstanceIds: [a] })))).toMatchObject({
      code: 'InvalidInstanceID.NotFound',
      message: `The instance ID '${a}' does not exist`,
    });
    const { InstanceId } = await target.runOne();
    expect(
      (await refusal(target.ec2.send(new DescribeInstancesCommand({ InstanceIds: [a, InstanceId, b] })))).message,
    ).toBe(`The instance IDs '${a}, ${b}' do not exist`);
  });
});
