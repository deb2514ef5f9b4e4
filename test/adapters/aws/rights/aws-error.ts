/** As the SDK throws what a service has answered. */
export const awsError = (code: string, httpStatusCode = 400, message = `${code}, in AWS's words`): Error =>
  Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode } });
