/** The environment without what would lead away from the embedded stack. */
export function withoutOtherServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(TEMPORAL_|AWS_)/.test(name)));
}
