import type { Settings } from '../../contract';
import { applicationId } from './application-id';

/** What every SDK client is made with. */
export interface ClientConfig {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
  useFipsEndpoint?: boolean;
  useDualstackEndpoint?: boolean;
  /** In the user agent: CloudTrail shows who called. */
  userAgentAppId: string;
  maxAttempts: number;
  retryMode: 'standard';
  requestHandler: {
    connectionTimeout: number;
    requestTimeout: number;
    throwOnRequestTimeout: boolean;
    httpAgent: { keepAlive: boolean; maxSockets: number };
    httpsAgent: { keepAlive: boolean; maxSockets: number };
  };
}

export interface ClientLimits {
  /** Tries of one call, the first included. Default 3, the SDK's own. */
  maxAttempts?: number;
  /** Seconds until a silent service counts as not answering. Default 30. */
  requestTimeoutSeconds?: number;
}

/**
 * The local cloud gets the settings' endpoint and credentials and nothing else: whatever credentials, profiles or endpoints
 * the shell holds, no call can leave the machine. AWS gets the SDK's default chain, and its own endpoints unless some are set.
 */
export function clientConfig(
  settings: Settings,
  service: 'ec2' | 's3' | 'ssm' | 'fis',
  region: string,
  limits: ClientLimits = {},
): ClientConfig {
  // The SDK's announcement of what a later version of it will need is nothing that whoever runs trainctl could act on.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const agent = { keepAlive: true, maxSockets: 64 };
  const config: ClientConfig = {
    region,
    userAgentAppId: process.env.AWS_SDK_UA_APP_ID || applicationId('client', settings),
    maxAttempts: limits.maxAttempts ?? 3,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: 5000,
      requestTimeout: (limits.requestTimeoutSeconds ?? 30) * 1000,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
  const endpoint = service === 'ssm' ? undefined : endpointOf(settings, service);
  if (settings.cloud === 'aws') return endpoint === undefined ? config : { ...config, endpoint };
  if (service === 'ssm') {
    throw new Error('the local cloud has no SSM parameters: name its images by id (ami-…) instead of resolve:ssm:…');
  }
  if (endpoint === undefined || !isLoopback(endpoint)) {
    throw new Error(
      `settings say cloud: local, but endpoints.${service === 'fis' ? 'ec2' : service} is ${endpoint ?? 'not set'} instead of an address on this machine; start it with \`trainctl stack up\`, or set cloud: aws`,
    );
  }
  if (settings.credentials === undefined) {
    throw new Error('settings say cloud: local, but hold no credentials for it; start it with `trainctl stack up`');
  }
  // An environment that asks for FIPS or dual-stack endpoints must not break the local one.
  return {
    ...config,
    endpoint,
    credentials: settings.credentials,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  };
}

/** What every client of S3 is made with. Other endpoints than AWS's own may not know buckets by their names in DNS. */
export const s3Config = (settings: Settings): ClientConfig & { forcePathStyle: boolean } => ({
  ...clientConfig(settings, 's3', settings.region),
  forcePathStyle: settings.endpoints.s3 !== undefined,
});

/** The local cloud answers for FIS where it answers for EC2; on AWS an endpoint of EC2 says nothing of FIS's. */
function endpointOf({ cloud, endpoints }: Settings, service: 'ec2' | 's3' | 'fis'): string | undefined {
  if (service !== 'fis') return endpoints[service];
  return cloud === 'local' ? endpoints.ec2 : undefined;
}

function isLoopback(endpoint: string): boolean {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : '';
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
