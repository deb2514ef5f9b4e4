import { awsErrorCode, createEc2, type Ec2, type RunInstancesArgs } from '../../../../adapters/aws';
import { type Answer, ec2Error, type Recorded, startRecorder, xml } from '../support/recorder';
import { localSettings } from '../support/settings';

const LAUNCH: RunInstancesArgs = {
  clientToken: 'trainctl-token',
  imageId: 'ami-0a24040000000a001',
  instanceType: 'c5.xlarge',
  market: 'spot',
  zone: 'us-east-1b',
  securityGroups: ['sg-1', 'sg-2'],
  rootDevice: '/dev/sda1',
  diskGiB: 50,
  userData: '#cloud-config\n',
  tags: { 'trainctl:run': 'digits', 'trainctl:attempt': '1' },
};

const LAUNCHED = xml(
  'RunInstances',
  '<instancesSet><item><instanceId>i-1</instanceId><instanceState><code>0</code><name>pending</name></instanceState><launchTime>2026-01-02T03:04:05.000Z</launchTime></item></instancesSet>',
);

async function withEc2<T>(
  answer: (request: Recorded, count: number) => Answer | null,
  work: (ec2: Ec2, requests: Recorded[]) => Promise<T>,
): Promise<T> {
  const server = await startRecorder(answer);
  const ec2 = createEc2(localSettings(server.url));
  try {
    return await work(ec2, server.requests);
  } finally {
    ec2.close();
    await server.close();
  }
}

const filtersOf = ({ form }: Recorded): Record<string, string[]> => {
  const filters: Record<string, string[]> = {};
  for (let f = 1; form[`Filter.${f}.Name`] !== undefined; f += 1) {
    const values: string[] = [];
    for (let v = 1; form[`Filter.${f}.Value.${v}`] !== undefined; v += 1)
      values.push(form[`Filter.${f}.Value.${v}`] ?? '');
    filters[form[`Filter.${f}.Name`] ?? ''] = values;
  }
  return filters;
};

test('a launch carries everything that keeps it findable, safe and cheap to end', () =>
  withEc2(
    () => LAUNCHED,
    async (ec2, requests) => {
      const instance = await ec2.runInstances(LAUNCH);
      expect(instance).toMatchObject({ id: 'i-1', state: 'pending', launchedAt: Date.UTC(2026, 0, 2, 3, 4, 5) });
      expect(requests[0]?.form).toMatchObject({
        Action: 'RunInstances',
        ClientToken: 'trainctl-token',
        MinCount: '1',
        MaxCount: '1',
        InstanceInitiatedShutdownBehavior: 'terminate',
        'MetadataOptions.HttpTokens': 'required',
        'MetadataOptions.HttpPutResponseHopLimit': '2',
        'Placement.AvailabilityZone': 'us-east-1b',
        'SecurityGroupId.1': 'sg-1',
        'SecurityGroupId.2': 'sg-2',
        'BlockDeviceMapping.1.DeviceName': '/dev/sda1',
        'BlockDeviceMapping.1.Ebs.VolumeSize': '50',
        'BlockDeviceMapping.1.Ebs.VolumeType': 'gp3',
        'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'true',
        'BlockDeviceMapping.1.Ebs.Encrypted': 'true',
        'InstanceMarketOptions.MarketType': 'spot',
        'InstanceMarketOptions.SpotOptions.SpotInstanceType': 'one-time',
        'TagSpecification.1.ResourceType': 'instance',
        'TagSpecification.2.ResourceType': 'volume',
        'TagSpecification.3.ResourceType': 'spot-instances-request',
        'TagSpecification.3.Tag.2.Key': 'trainctl:run',
        'TagSpecification.3.Tag.2.Value': 'digits',
        UserData: Buffer.from('#cloud-config\n').toString('base64'),
      });
    },
  ));

test('on demand there is no spot request to tag; a subnet replaces the zone', () =>
  withEc2(
    () => LAUNCHED,
    async (ec2, requests) => {
      await ec2.runInstances({ ...LAUNCH, market: 'on-demand', subnetId: 'subnet-1', publicAddress: true });
      const form = requests[0]?.form ?? {};
      expect(form).not.toHaveProperty('InstanceMarketOptions.MarketType');
      expect(form).not.toHaveProperty('TagSpecification.3.ResourceType');
      expect(form).not.toHaveProperty('Placement.AvailabilityZone');
      expect(form).not.toHaveProperty('SecurityGroupId.1');
      expect(form).toMatchObject({
        'NetworkInterface.1.SubnetId': 'subnet-1',
        'NetworkInterface.1.AssociatePublicIpAddress': 'true',
        'NetworkInterface.1.SecurityGroupId.1': 'sg-1',
      });
    },
  ));

test('two launches with the same arguments send the same bytes', () =>
  withEc2(
    () => LAUNCHED,
    async (ec2, requests) => {
      await ec2.runInstances(LAUNCH);
      await ec2.runInstances({ ...LAUNCH, tags: { 'trainctl:attempt': '1', 'trainctl:run': 'digits' } });
      expect(requests[0]?.form).toEqual(requests[1]?.form);
    },
  ));

test('a refused launch is sent once; a refused look is repeated', () =>
  withEc2(
    ({ form }) =>
      ec2Error(500, form.Action === 'RunInstances' ? 'InsufficientInstanceCapacity' : 'InternalError', 'no'),
    async (ec2, requests) => {
      await expect(ec2.runInstances(LAUNCH)).rejects.toThrow('no');
      expect(requests).toHaveLength(1);
      const error = await ec2.describeInstances({ ids: ['i-1'] }).catch((e: unknown) => e);
      expect(awsErrorCode(error)).toBe('InternalError');
      expect(requests).toHaveLength(4);
    },
  ));

test('a launch whose reply is cut is sent once and has no code', () =>
  withEc2(
    () => null,
    async (ec2, requests) => {
      const error = await ec2.runInstances(LAUNCH).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(Error);
      expect(awsErrorCode(error)).toBeUndefined();
      expect(requests).toHaveLength(1);
    },
  ));

test('pages are joined, and filters hold ids, tags and tokens literally', () =>
  withEc2(
    ({ form }) =>
      form.NextToken === 'two'
        ? xml(
            'DescribeInstances',
            '<reservationSet><item><instancesSet><item><instanceId>i-2</instanceId></item></instancesSet></item></reservationSet>',
          )
        : xml(
            'DescribeInstances',
            '<nextToken>two</nextToken><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><stateReason><code>Server.SpotInstanceTermination</code><message>Server.SpotInstanceTermination: gone</message></stateReason><tagSet><item><key>a</key><value>b</value></item></tagSet></item></instancesSet></item></reservationSet>',
          ),
    async (ec2, requests) => {
      const found = await ec2.describeInstances({ tags: { 'trainctl:run': 'a*b?' }, clientTokens: ['t1', 't2'] });
      expect(found.map((i) => i.id)).toEqual(['i-1', 'i-2']);
      expect(found[0]).toMatchObject({ stateReason: { code: 'Server.SpotInstanceTermination' }, tags: { a: 'b' } });
      expect(requests).toHaveLength(2);
      const [first] = requests;
      expect(first && filtersOf(first)).toEqual({ 'tag:trainctl:run': ['a\\*b\\?'], 'client-token': ['t1', 't2'] });
      expect(first?.form.MaxResults).toBe('1000');
    },
  ));

test('more than 200 ids go in several calls, none in none', () =>
  withEc2(
    () => xml('DescribeInstances', '<reservationSet/>'),
    async (ec2, requests) => {
      await ec2.describeInstances({ ids: [] });
      expect(requests).toHaveLength(0);
      await ec2.describeInstances({ ids: Array.from({ length: 450 }, (_, i) => `i-${i}`) });
      expect(requests.map((r) => filtersOf(r)['instance-id']?.length)).toEqual([200, 200, 50]);
    },
  ));

test('a query that would read the whole account is refused', () =>
  withEc2(
    () => xml('DescribeVolumes', '<volumeSet/>'),
    async (ec2, requests) => {
      await expect(ec2.describeInstances({})).rejects.toThrow(/whole account/);
      await expect(ec2.describeVolumes({})).rejects.toThrow(/whole account/);
      expect(requests).toHaveLength(0);
    },
  ));

test('of a price history the newest price of each type and zone counts', () =>
  withEc2(
    () => {
      const item = (zone: string, price: string, at: string): string =>
        `<item><instanceType>g5.xlarge</instanceType><productDescription>Linux/UNIX</productDescription><spotPrice>${price}</spotPrice><timestamp>${at}</timestamp><availabilityZone>${zone}</availabilityZone></item>`;
      return xml(
        'DescribeSpotPriceHistory',
        `<spotPriceHistorySet>${item('us-east-1a', '0.350000', '2026-01-01T00:00:00.000Z')}${item('us-east-1a', '0.340000', '2026-01-02T00:00:00.000Z')}${item('us-east-1b', '0.40', '2026-01-01T00:00:00.000Z')}</spotPriceHistorySet>`,
      );
    },
    async (ec2) => {
      const prices = await ec2.spotPrices(['g5.xlarge']);
      expect(prices.map(({ zone, hourlyUsd }) => [zone, hourlyUsd])).toEqual([
        ['us-east-1a', 0.34],
        ['us-east-1b', 0.4],
      ]);
    },
  ));

test('an image gives its root device and size; a missing one is undefined', () =>
  withEc2(
    ({ form }) =>
      form['ImageId.1'] === 'ami-1'
        ? xml(
            'DescribeImages',
            '<imagesSet><item><imageId>ami-1</imageId><rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/sdb</deviceName><ebs><volumeSize>500</volumeSize></ebs></item><item><deviceName>/dev/xvda</deviceName><ebs><volumeSize>30</volumeSize></ebs></item></blockDeviceMapping></item></imagesSet>',
          )
        : ec2Error(400, 'InvalidAMIID.NotFound', "The image id '[ami-x]' does not exist"),
    async (ec2) => {
      await expect(ec2.resolveImage('ami-1')).resolves.toMatchObject({ rootDevice: '/dev/xvda', rootGiB: 30 });
      await expect(ec2.resolveImage('ami-x')).resolves.toBeUndefined();
      await expect(ec2.resolveImage('resolve:ssm:/aws/x')).rejects.toThrow(/local cloud has no SSM/);
    },
  ));

test('a region is made once, and close ends all', () =>
  withEc2(
    () => xml('DescribeInstances', '<reservationSet/>'),
    async (ec2) => {
      expect(ec2.in('us-east-1')).toBe(ec2);
      expect(ec2.in('eu-west-1').in('us-east-1')).toBe(ec2);
      expect(ec2.in('eu-west-1').region).toBe('eu-west-1');
    },
  ));

test('what is scheduled is asked of all instances at once, and what is over is not', () => {
  const event = (code: string, description: string) =>
    `<item><code>${code}</code><description>${description}</description><notBefore>2026-12-14T09:00:00.000Z</notBefore></item>`;
  const events = [
    event('instance-retirement', 'The instance is running on degraded hardware'),
    event('system-reboot', '[Completed] Scheduled reboot'),
    event('system-maintenance', '[Canceled] Scheduled maintenance'),
  ];
  const status = `<item><instanceId>i-1</instanceId><eventsSet>${events.join('')}</eventsSet></item>`;
  return withEc2(
    () =>
      xml(
        'DescribeInstanceStatus',
        `<instanceStatusSet>${status}<item><instanceId>i-2</instanceId></item></instanceStatusSet>`,
      ),
    async (ec2, requests) => {
      const notBefore = Date.UTC(2026, 11, 14, 9);
      expect(await ec2.scheduledEvents()).toEqual([{ instanceId: 'i-1', code: 'instance-retirement', notBefore }]);
      expect(requests).toHaveLength(1);
      expect(filtersOf(requests[0] as Recorded)['event.code']).toHaveLength(5);
    },
  );
});
