/**
 * The settings of an installation: `settings.yaml` in its home, each value overridable by an environment variable
 * (`TRAINCTL_CLOUD`, `TRAINCTL_BUCKET`, …). Read by adapters/settings; everything else takes them as an argument.
 */
export interface Settings {
  /** `$TRAINCTL_HOME`, default `~/.trainctl`. */
  home: string;
  /** Tells installations that share an account apart. Default: `default`. */
  installation: string;
  /** Default `local`: nothing can be billed unless somebody wrote `aws`. */
  cloud: 'local' | 'aws';
  region: string;
  bucket: string;
  /** Key prefix: empty, or ending in `/`. */
  prefix: string;
  /** One per zone that runs may use; empty: the default VPC's. */
  subnets: string[];
  securityGroups: string[];
  /** Which address of an instance the workers connect to. */
  address: 'public' | 'private';
  /** An `ami-…` id or `resolve:ssm:…`, by kind of instance type. */
  images: { cpu: string; gpu: string };
  /** Login user of the images. */
  user: string;
  /** Port of the hosts' SSH servers; the tag `trainctl:ssh-port` of an instance wins. */
  sshPort: number;
  secretsAllow: string[];
  /** On-demand dollars per hour by instance type; win over the built-in table. */
  prices: Record<string, number>;
  /**
   * Where the worker posts what happens to runs, as JSON that Slack understands. The address is a secret: it is in no history,
   * log or answer.
   */
  webhook?: string;
  /** The role that AWS FIS takes on to interrupt spot instances, for the suite; the local cloud has one. */
  fisRole?: string;
  defaults: { instanceTypes: string[]; project: string };
  /** Absent: the AWS SDK's own defaults. Always set, and always loopback, when `cloud` is `local`. */
  endpoints: { ec2?: string; s3?: string };
  /** Only for the local cloud; on AWS the SDK's default chain is used. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  temporal: TemporalSettings;
}

/** By Temporal's standard environment names (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…). */
export interface TemporalSettings {
  address: string;
  namespace: string;
  apiKey?: string;
  tls?: boolean | { serverName?: string; caPath?: string; certPath?: string; keyPath?: string };
  /** Base of the web UI, for links. */
  uiUrl?: string;
}

/** `stack.json` in the home: what `trainctl stack up` started. Written by local/stack, read by adapters/settings. */
export interface StackState {
  version: 1;
  startedAt: string;
  temporal: {
    address: string;
    namespace: string;
    uiUrl: string;
    pid: number | null;
    /** The process that ends it when this home is gone; absent from older stacks. */
    guard?: number;
    binary: string | null;
    version: string;
  };
  cloud: {
    /** EC2 and S3, on loopback. */
    url: string;
    pid: number;
    guard?: number;
    dir: string;
    region: string;
    bucket: string;
    accessKeyId: string;
    secretAccessKey: string;
    /** For the local cloud's own interface. Absent: the cloud is of a release that asked for none. */
    controlToken?: string;
    sshPort: number;
    user: string;
  };
  worker: { pid: number; guard?: number; healthUrl: string } | null;
}
