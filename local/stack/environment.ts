import type { StackState } from '../../contract';

/** The variables that make the AWS CLI, boto3 and the temporal CLI talk to the stack. */
export function stackEnv(state: StackState): Record<string, string> {
  return {
    TEMPORAL_ADDRESS: state.temporal.address,
    TEMPORAL_NAMESPACE: state.temporal.namespace,
    TEMPORAL_UI_URL: state.temporal.uiUrl,
    AWS_ENDPOINT_URL_EC2: state.cloud.url,
    AWS_ENDPOINT_URL_S3: state.cloud.url,
    AWS_ENDPOINT_URL_FIS: state.cloud.url,
    AWS_REGION: state.cloud.region,
    // The AWS CLI and boto3 read this name only.
    AWS_DEFAULT_REGION: state.cloud.region,
    AWS_ACCESS_KEY_ID: state.cloud.accessKeyId,
    AWS_SECRET_ACCESS_KEY: state.cloud.secretAccessKey,
    ...(state.temporal.binary ? { TEMPORAL_CLI_PATH: state.temporal.binary } : {}),
  };
}
