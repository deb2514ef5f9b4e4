import { randomUUID } from 'node:crypto';
import { DescribeSpotInstanceRequestsCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import {
  CreateExperimentTemplateCommand,
  type CreateExperimentTemplateCommandInput,
  DeleteExperimentTemplateCommand,
  FisClient,
  FisServiceException,
  GetExperimentCommand,
  GetExperimentTemplateCommand,
  ListExperimentsCommand,
  ListExperimentTemplatesCommand,
  StartExperimentCommand,
  StopExperimentCommand,
} from '@aws-sdk/client-fis';
import { LOCAL_FIS_ROLE } from '../../../../adapters/settings/local';
import { suite } from '../clouds';
import { openTarget, type Target } from '../support/target';
import { until } from '../support/until';

const { describe, it } = suite('fis');

const SPOT: Partial<RunInstancesCommandInput> = { InstanceMarketOptions: { MarketType: 'spot' } };
/** On AWS, TRAINCTL_FIS_ROLE names it. */
const ROLE = process.env.TRAINCTL_FIS_ROLE ?? LOCAL_FIS_ROLE;

describe('FIS', () => {
  let target: Target;
  let fis: FisClient;
  beforeAll(async () => {
    target = await openTarget();
    const { url = '', region = '' } = target.cloud?.info ?? {};
    const credentials = target.cloud?.credentials ?? { accessKeyId: '', secretAccessKey: '' };
    fis = new FisClient({ endpoint: url, region, credentials, maxAttempts: 1 });
  });
  afterAll(async () => {
    fis.destroy();
    await target.close();
  });

  const arn = (id: string) => `arn:aws:ec2:us-east-1:${ROLE.split(':')[4]}:instance/${id}`;
  const template = (
    ids: string[],
    change: Partial<CreateExperimentTemplateCommandInput> = {},
  ): CreateExperimentTemplateCommandInput => ({
    description: 'conformance',
    roleArn: ROLE,
    stopConditions: [{ source: 'none' }],
    targets: { one: { resourceType: 'aws:ec2:spot-instance', resourceArns: ids.map(arn), selectionMode: 'ALL' } },
    actions: {
      interrupt: {
        actionId: 'aws:ec2:send-spot-instance-interruptions',
        parameters: { durationBeforeInterruption: 'PT2M' },
        targets: { SpotInstances: 'one' },
      },
    },
    ...change,
  });
  const create = async (input: CreateExperimentTemplateCommandInput) =>
    (await fis.send(new CreateExperimentTemplateCommand(input))).experimentTemplate?.id ?? '';
  const start = async (experimentTemplateId: string) =>
    (await fis.send(new StartExperimentCommand({ experimentTemplateId }))).experiment?.id ?? '';
  const get = async (id: string) => (await fis.send(new GetExperimentCommand({ id }))).experiment ?? {};
  const ended = (id: string) =>
    until(`${id} to end`, async () => {
      const experiment = await get(id);
      return experiment.endTime !== undefined && experiment;
    });
  async function refused(call: Promise<unknown>): Promise<[name: string, status: number | undefined, message: string]> {
    try {
      await call;
    } catch (error) {
      if (error instanceof FisServiceException) return [error.name, error.$metadata.httpStatusCode, error.message];
      throw error;
    }
    throw new Error('the call was not refused');
  }

  it('gives a running spot instance its notice: recommendation and two minutes, and closes its request at once', async () => {
    const { InstanceId, SpotInstanceRequestId = '' } = await target.runningOne(SPOT);
    await target.control('POST', 'time', { scale: 0.001 });
    const id = await start(await create(template([InstanceId])));
    expect(await get(id)).toMatchObject({ state: { status: 'initiating' } });
    await target.control('POST', 'time', { scale: 100 });
    const experiment = await ended(id);
    expect(experiment.state).toEqual({ status: 'completed', reason: 'Experiment completed.' });
    expect(experiment.actions?.interrupt).toMatchObject({
      state: { status: 'completed' },
      startTime: expect.any(Date),
    });
    const { json } = await target.control('GET', `instances/${InstanceId}`);
    expect(json).toMatchObject({ state: 'running' });
    const { SpotInstanceRequests = [] } = await target.ec2.send(
      new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [SpotInstanceRequestId] }),
    );
    expect(SpotInstanceRequests[0]).toMatchObject({
      State: 'closed',
      Status: { Code: 'instance-terminated-by-experiment' },
    });
    const instance = target.stored(InstanceId);
    expect(instance?.rebalanceAt).toBeInstanceOf(Date);
    expect(instance?.interruption?.action).toBe('terminate');
    const left = (instance?.interruption?.time.getTime() ?? 0) - (instance?.rebalanceAt?.getTime() ?? 0);
    expect(left).toBe(120_000);
  });

  it('with more than two minutes it recommends now, and the notice comes later', async () => {
    const { InstanceId } = await target.runningOne(SPOT);
    const input = template([InstanceId]);
    const interrupt = { ...input.actions?.interrupt, parameters: { durationBeforeInterruption: 'PT15M' } };
    await ended(await start(await create({ ...input, actions: { interrupt: { actionId: '', ...interrupt } } })));
    expect(target.stored(InstanceId)?.rebalanceAt).toBeInstanceOf(Date);
    expect(target.stored(InstanceId)?.interruption).toBeUndefined();
  });

  it('finds instances by tag, and so many of them as are asked for', async () => {
    const Tags = [{ Key: 'fis', Value: randomUUID() }];
    const tagged = {
      ...SPOT,
      MinCount: 3,
      MaxCount: 3,
      TagSpecifications: [{ ResourceType: 'instance' as const, Tags }],
    };
    const ids = (await target.run(tagged)).map(({ InstanceId = '' }) => InstanceId);
    for (const id of ids) await target.reaches(id, 'running');
    const one = {
      resourceType: 'aws:ec2:spot-instance',
      resourceTags: { fis: Tags[0]?.Value ?? '' },
      filters: [{ path: 'State.Name', values: ['running'] }],
    };
    const interrupted = () => ids.filter((id) => target.stored(id)?.interruption);
    const run = async (selectionMode: string) =>
      ended(await start(await create({ ...template([]), targets: { one: { ...one, selectionMode } } })));
    await run('COUNT(1)');
    expect(interrupted()).toHaveLength(1);
    await run('ALL');
    expect(interrupted()).toHaveLength(3);
  });

  it.each([
    ['on demand', {}],
    ['not running any more', SPOT],
  ])('an instance that is %s is no target: the experiment fails', async (_what, launch) => {
    const { InstanceId } = await target.runningOne(launch);
    if (launch === SPOT) {
      await target.control('POST', `instances/${InstanceId}/kill`);
      await target.reaches(InstanceId, 'terminated');
    }
    const experiment = await ended(await start(await create(template([InstanceId]))));
    expect(experiment.state).toMatchObject({ status: 'failed', reason: 'Target resolution returned empty set.' });
    expect(experiment.actions?.interrupt?.state?.status).toBe('cancelled');
  });

  it('a role that FIS cannot take on: the template is made, the experiment fails', async () => {
    const { InstanceId } = await target.runningOne(SPOT);
    const roleArn = `${ROLE}-that-is-not-there`;
    const experiment = await ended(await start(await create(template([InstanceId], { roleArn }))));
    expect(experiment.state).toMatchObject({ status: 'failed', reason: expect.stringContaining('assume role') });
    expect(target.stored(InstanceId)?.interruption).toBeUndefined();
  });

  it('templates are got, listed and deleted; an experiment stays when its template is gone', async () => {
    const { InstanceId } = await target.runningOne(SPOT);
    const tags = { suite: randomUUID() };
    const id = await create(template([InstanceId], { tags }));
    const got = await fis.send(new GetExperimentTemplateCommand({ id }));
    expect(got.experimentTemplate).toMatchObject({ id, tags, roleArn: ROLE, creationTime: expect.any(Date) });
    const listed = await fis.send(new ListExperimentTemplatesCommand({}));
    expect(listed.experimentTemplates?.find((one) => one.id === id)).toMatchObject({
      tags,
      description: 'conformance',
    });
    const experiment = await start(id);
    await fis.send(new DeleteExperimentTemplateCommand({ id }));
    expect((await refused(fis.send(new GetExperimentTemplateCommand({ id })))).slice(0, 2)).toEqual([
      'ResourceNotFoundException',
      404,
    ]);
    expect(await ended(experiment)).toMatchObject({ experimentTemplateId: id, state: { status: 'completed' } });
    const all = await fis.send(new ListExperimentsCommand({}));
    expect(all.experiments?.map((one) => one.id)).toContain(experiment);
  });

  it('pages', async () => {
    for (let i = 0; i < 2; i++) await create(template(['i-00000000000000000']));
    const seen: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await fis.send(
        new ListExperimentTemplatesCommand({ maxResults: 1, ...(nextToken === undefined ? {} : { nextToken }) }),
      );
      seen.push(...(page.experimentTemplates ?? []).map(({ id }) => id));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(2);
    expect((await refused(fis.send(new ListExperimentTemplatesCommand({ nextToken: 'x' }))))[0]).toBe(
      'ValidationException',
    );
  });

  it('a client token makes one of several calls; with other parameters it is a conflict', async () => {
    const clientToken = randomUUID();
    const input = template(['i-00000000000000000'], { clientToken });
    expect(await create(input)).toBe(await create(input));
    const [name, status] = await refused(create({ ...input, description: 'another' }));
    expect([name, status]).toEqual(['ConflictException', 409]);
  });

  it('one experiment may be stopped before it begins, and none that has ended', async () => {
    const { InstanceId } = await target.runningOne(SPOT);
    await target.control('POST', 'time', { scale: 0.001 });
    const id = await start(await create(template([InstanceId])));
    const stopped = await fis.send(new StopExperimentCommand({ id }));
    expect(stopped.experiment?.state?.status).toBe('stopped');
    await target.control('POST', 'time', { scale: 100 });
    expect(target.stored(InstanceId)?.interruption).toBeUndefined();
    expect((await refused(fis.send(new StopExperimentCommand({ id }))))[0]).toBe('ValidationException');
  });

  it('five experiments at once are the quota', async () => {
    await target.control('POST', 'time', { scale: 0.001 });
    const templateId = await create(template(['i-00000000000000000']));
    const ids = await Promise.all(Array.from({ length: 5 }, () => start(templateId)));
    expect((await refused(start(templateId))).slice(0, 2)).toEqual(['ServiceQuotaExceededException', 402]);
    for (const id of ids) await fis.send(new StopExperimentCommand({ id }));
    await target.control('POST', 'time', { scale: 100 });
  });

  it('unknown ids, bad signatures and faults that are armed', async () => {
    expect(await refused(fis.send(new GetExperimentCommand({ id: 'EXPnone' })))).toEqual([
      'ResourceNotFoundException',
      404,
      'Experiment with ID EXPnone not found.',
    ]);
    const { url = '', region = '' } = target.cloud?.info ?? {};
    const credentials = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'wrong' };
    const stranger = new FisClient({ endpoint: url, region, credentials, maxAttempts: 1 });
    expect((await refused(stranger.send(new ListExperimentsCommand({}))))[0]).toBe('UnrecognizedClientException');
    stranger.destroy();
    const denied = { kind: 'error', action: 'StartExperiment', code: 'AccessDeniedException', status: 403 };
    await target.control('POST', 'faults', { ...denied, message: 'not you' });
    expect(await refused(start('EXTany'))).toEqual(['AccessDeniedException', 403, 'not you']);
    expect((await target.control('GET', 'state')).json.calls.StartExperiment).toBeGreaterThan(0);
  });
});
