import * as stack from '../../local/stack';

/** Path of the temporal program; found, or built once a user. */
export const temporalCli = async (): Promise<string> => (await stack.temporalCli()).path;

/** Path of a program that starts the time-skipping test server; made once a user. */
export const testServer = (): Promise<string> => stack.testServer();
