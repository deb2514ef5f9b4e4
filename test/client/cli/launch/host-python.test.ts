import { loadSettings } from '../../../../adapters/settings';
import { hostPython } from '../../../../client/cli/launch/host-python';
import { specOf } from '../../../support/spec';

/** With the images that nobody has chosen. */
const AWS = loadSettings({
  TRAINCTL_HOME: '/nowhere',
  TRAINCTL_CLOUD: 'aws',
  TRAINCTL_REGION: 'us-east-1',
  TRAINCTL_BUCKET: 'a-bucket',
});

test.each([
  ['auto', ['m5.large'], [3, 12]],
  ['auto', ['g5.xlarge', 'p4d.24xlarge'], [3, 10]],
  ['resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64', ['m5.large'], [3, 9]],
  ['resolve:ssm:/aws/service/debian/release/12/latest/amd64', ['m5.large'], [3, 11]],
  ['resolve:ssm:/our/own/ubuntu/server/22.04', ['m5.large'], undefined],
  ['ami-0a22040000000a002', ['m5.large'], undefined],
])('of %s for %j: %j', (ami, instanceTypes, version) => {
  expect(hostPython(specOf({ resources: { ami, instanceTypes } }), AWS)?.version).toEqual(version);
});
