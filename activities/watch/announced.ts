import type { SpotRequest } from '../../adapters/aws';

/**
 * Whether a spot request says that EC2 takes its running instance. EC2 marks it for that, or closes it with the notice, while the
 * instance runs on for two minutes: always so when AWS FIS asked for it ("spot-request-status", EC2 user guide). What somebody ended
 * himself is a loss, and no notice.
 */
export const isAnnounced = ({ status = '' }: Pick<SpotRequest, 'status'>): boolean =>
  /^(marked-for-(stop|termination)|instance-(stopped|terminated)-(?!by-user))/.test(status);

/** What becomes of the instance then. */
export const announcedAction = ({ status = '' }: Pick<SpotRequest, 'status'>): 'stop' | 'terminate' =>
  /^(marked-for-stop|instance-stopped)/.test(status) ? 'stop' : 'terminate';
