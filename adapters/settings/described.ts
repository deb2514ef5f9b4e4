import { type Key, KNOWN, variableOf } from './known';

interface Words {
  what: string;
  /** In words; absent: none. */
  fallback?: string;
}

/** What each key of the settings is for: the source of docs/reference.md. */
const WORDS: Record<Key, Words> = {
  installation: {
    what: 'Tells installations that share an account or a Temporal apart; every resource is tagged with it, and it has task queues of its own.',
    fallback: '`default`',
  },
  cloud: { what: '`local` or `aws`. Nothing uses AWS until this says so.', fallback: '`local`' },
  region: { what: 'Where runs are launched. Only with `cloud: aws`.', fallback: '`AWS_REGION`, `AWS_DEFAULT_REGION`' },
  bucket: { what: 'The bucket of code, logs and checkpoints; it must exist. Needed with `cloud: aws`.' },
  prefix: { what: 'Before every key in the bucket; ends in `/`.', fallback: 'empty' },
  subnets: { what: 'Subnets that runs may use, one for each zone.', fallback: "the default VPC's" },
  securityGroups: {
    what: 'Security groups of the instances; the workers must reach the SSH port.',
    fallback: "the VPC's own",
  },
  address: {
    what: '`public` or `private`: which address of an instance the workers connect to.',
    fallback: '`public`',
  },
  'images.cpu': { what: 'Image for types without a GPU: `ami-…` or `resolve:ssm:…`.', fallback: 'Ubuntu 24.04' },
  'images.gpu': { what: 'Image for types with a GPU.', fallback: "AWS's Deep Learning base image" },
  user: { what: 'Login user of the images.', fallback: '`ubuntu`' },
  sshPort: { what: "Port of the hosts' SSH servers; the tag `trainctl:ssh-port` of an instance wins.", fallback: '22' },
  'secrets.allow': {
    what: "Names of the worker's own variables that runs may ask for as `secrets`.",
    fallback: 'none',
  },
  prices: {
    what: 'On-demand dollars an hour, by instance type; win over the built-in table.',
    fallback: 'the built-in table',
  },
  webhook: { what: 'Where the worker posts what happens to runs. A secret: set it where the workers run.' },
  'fis.role': {
    what: 'ARN of the role that AWS FIS takes on to interrupt spot instances in the end-to-end suite. Only with `cloud: aws`.',
    fallback: 'none',
  },
  'defaults.instanceTypes': { what: 'Of specs that name none.', fallback: '`m5.large`' },
  'defaults.project': { what: 'Of specs that name none.', fallback: '`default`' },
  'temporal.address': {
    what: 'The Temporal server, `HOST:PORT`; `TEMPORAL_ADDRESS` wins.',
    fallback: "the stack's, else `127.0.0.1:7233`",
  },
  'temporal.namespace': { what: 'Its namespace; `TEMPORAL_NAMESPACE` wins.', fallback: '`default`' },
  'temporal.uiUrl': { what: 'Base of its web UI, for links; `TEMPORAL_UI_URL` wins.', fallback: "the stack's" },
};

export interface DescribedSetting extends Words {
  key: string;
  /** The environment variable that wins over the file. */
  variable?: string;
}

/** Every key of `settings.yaml`, in words. */
export function describedSettings(): DescribedSetting[] {
  return (Object.keys(KNOWN) as Key[]).map((key) => {
    const variable = variableOf(key);
    return { key, ...(variable === undefined ? {} : { variable }), ...WORDS[key] };
  });
}
