import { keyPrefix, listOf, matching, oneOf, prices, type Reader, webUrl, wholeNumber } from './readers';

const IMAGE = /^(ami-[0-9a-f]{8,17}|resolve:ssm:[A-Za-z0-9_.:/-]+)$/;
const image = matching(IMAGE, 'an image (ami-… or resolve:ssm:…)');

/**
 * The keys of `settings.yaml`, as they are written there. Each may be given by a variable instead: `TRAINCTL_` and the key
 * in capitals, `securityGroups` as TRAINCTL_SECURITY_GROUPS, `images.gpu` as TRAINCTL_IMAGES_GPU.
 */
export const KNOWN = {
  installation: matching(/^[A-Za-z0-9._-]{1,40}$/, 'a name (1 to 40 letters, digits, dots, underscores, dashes)'),
  cloud: oneOf('local', 'aws'),
  region: matching(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'a region (such as us-east-1)'),
  bucket: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket'),
  prefix: keyPrefix,
  subnets: listOf(matching(/^subnet-[0-9a-f]{8,17}$/, 'a subnet id (subnet-…)')),
  securityGroups: listOf(matching(/^sg-[0-9a-f]{8,17}$/, 'a security group id (sg-…)')),
  address: oneOf('public', 'private'),
  'images.cpu': image,
  'images.gpu': image,
  user: matching(/^[a-z_][a-z0-9_-]{0,31}$/, 'a user name'),
  sshPort: wholeNumber(1, 65_535),
  'secrets.allow': listOf(matching(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')),
  prices,
  webhook: webUrl,
  'fis.role': matching(/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/, 'the ARN of a role (arn:aws:iam::…:role/…)'),
  'defaults.instanceTypes': listOf(matching(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'an instance type (such as g5.xlarge)')),
  'defaults.project': matching(
    /^[A-Za-z0-9._-]{1,63}$/,
    'a project (1 to 63 letters, digits, dots, underscores, dashes)',
  ),
  'temporal.address': matching(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i, 'HOST:PORT'),
  'temporal.namespace': matching(/^\S{1,255}$/, 'a namespace'),
  'temporal.uiUrl': matching(/^https?:\/\/\S+$/, 'a URL'),
} satisfies Record<string, Reader<unknown>>;

export type Key = keyof typeof KNOWN;
export type ValueOf<K extends Key> = Extract<ReturnType<(typeof KNOWN)[K]>, { value: unknown }>['value'];
export type Known = { [K in Key]?: ValueOf<K> };

/** `images.gpu` → `TRAINCTL_IMAGES_GPU`. Temporal's values have their own standard names instead. */
export function variableOf(key: Key): string | undefined {
  if (key.startsWith('temporal.')) return undefined;
  return `TRAINCTL_${key
    .replace(/([A-Z])/g, '_$1')
    .replace(/\./g, '_')
    .toUpperCase()}`;
}
