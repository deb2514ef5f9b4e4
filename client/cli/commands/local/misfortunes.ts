import { TrainctlError } from '../../..';
import type { CommandContext } from '../../shared/command';
import { control } from '../../shared/local-cloud';

/** `trainctl local interrupt`. */
export async function interrupt(
  context: CommandContext,
  id: string,
  flags: { notice: string; action: string },
): Promise<number> {
  const noticeSeconds = Number(flags.notice);
  if (!(noticeSeconds >= 0)) throw new TrainctlError('usage', `--notice: "${flags.notice}" is not a number of seconds`);
  if (!['terminate', 'stop', 'hibernate'].includes(flags.action)) {
    throw new TrainctlError('usage', `--action: "${flags.action}" is none of terminate, stop, hibernate`);
  }
  const body = { action: flags.action, noticeSeconds };
  const answer = await control(context, 'POST', `/instances/${encodeURIComponent(id)}/interrupt`, body);
  if (context.out.json) context.out.value(answer ?? { instance: id, ...body });
  else context.out.line(noticeSeconds > 0 ? `${id} is taken in ${noticeSeconds} s` : `${id} is taken`);
  return 0;
}

/** What is done to one instance at once: `partition`, `heal` and `kill`. */
export async function afflict(
  context: CommandContext,
  id: string,
  what: 'partition' | 'heal' | 'kill',
  seconds?: string,
): Promise<number> {
  const time = seconds === undefined ? undefined : Number(seconds);
  if (time !== undefined && !(time > 0)) {
    throw new TrainctlError('usage', `--seconds: "${seconds}" is not a number of seconds above 0`);
  }
  const path = `/instances/${encodeURIComponent(id)}/${what}`;
  const answer = await control(context, 'POST', path, time === undefined ? {} : { seconds: time });
  const said = {
    partition: time === undefined ? 'is cut off until: trainctl local heal' : `is cut off for ${time} s`,
    heal: 'answers again',
    kill: 'is gone, without notice',
  }[what];
  if (context.out.json) context.out.value(answer ?? { instance: id });
  else context.out.line(`${id} ${said}${what === 'partition' && time === undefined ? ` ${id}` : ''}`);
  return 0;
}
