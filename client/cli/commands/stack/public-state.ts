import type { StackState } from '../../../../contract';

/** The state without credentials: those are for `stack env`, where they are asked for. */
export function publicState(state: StackState): object {
  const { accessKeyId: _id, secretAccessKey: _secret, controlToken: _token, ...cloud } = state.cloud;
  return { ...state, cloud };
}
