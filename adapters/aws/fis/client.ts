import { EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
  FisClient,
  GetExperimentCommand,
  paginateListExperimentTemplates,
  StartExperimentCommand,
} from '@aws-sdk/client-fis';
import type { Settings } from '../../../contract';
import { type CallOptions, http } from '../call-options';
import { awsErrorCode } from '../classify';
import { clientConfig } from '../clients';
import { interruptionTemplate } from './template';
import { type ExperimentState, type Fis, FisNotSetUp, type Started } from './types';

/** FIS in the settings' region. */
export function createFis(settings: Settings): Fis {
  return new RegionalFis(settings);
}

class RegionalFis implements Fis {
  readonly #client: FisClient;
  /** Never asked anything: it has the credentials that all of this installation's calls are made with. */
  readonly #identity: EC2Client;

  constructor(private readonly settings: Settings) {
    const { region } = settings;
    this.#identity = new EC2Client(clientConfig(settings, 'ec2', region));
    const credentials = this.#identity.config.credentials;
    this.#client = new FisClient({ ...clientConfig(settings, 'fis', region), credentials: () => credentials() });
  }

  async makeTemplate(instanceId: string, tags: Record<string, string>, options: CallOptions = {}): Promise<string> {
    const { fisRole, region } = this.settings;
    if (fisRole === undefined) {
      throw new FisNotSetUp(
        'settings name no role for AWS FIS: make one as docs/run-on-aws.md says, and set fis.role (TRAINCTL_FIS_ROLE)',
      );
    }
    const template = interruptionTemplate({ instanceId, region, roleArn: fisRole, tags });
    const made = await this.#client.send(new CreateExperimentTemplateCommand(template), http(options));
    const id = made.experimentTemplate?.id;
    if (id === undefined) throw new Error('FIS made a template, but its answer names none');
    return id;
  }

  async startInterruption(
    instanceId: string,
    tags: Record<string, string>,
    options: CallOptions = {},
  ): Promise<Started> {
    const templateId = await this.makeTemplate(instanceId, tags, options);
    const begun = await this.#client.send(
      new StartExperimentCommand({ experimentTemplateId: templateId, tags }),
      http(options),
    );
    const experimentId = begun.experiment?.id;
    if (experimentId === undefined) throw new Error('FIS began an experiment, but its answer names none');
    return { templateId, experimentId };
  }

  async experiment(id: string, options: CallOptions = {}): Promise<ExperimentState> {
    const { experiment } = await this.#client.send(new GetExperimentCommand({ id }), http(options));
    return { status: experiment?.state?.status ?? 'pending', reason: experiment?.state?.reason ?? '' };
  }

  async templates(tags: Record<string, string>, options: CallOptions = {}): Promise<string[]> {
    const found: string[] = [];
    for await (const page of paginateListExperimentTemplates({ client: this.#client }, {}, http(options))) {
      for (const { id, tags: own = {} } of page.experimentTemplates ?? []) {
        if (id !== undefined && Object.entries(tags).every(([key, value]) => own[key] === value)) found.push(id);
      }
    }
    return found;
  }

  async deleteTemplate(id: string, options: CallOptions = {}): Promise<void> {
    try {
      await this.#client.send(new DeleteExperimentTemplateCommand({ id }), http(options));
    } catch (error) {
      if (awsErrorCode(error) !== 'ResourceNotFoundException') throw error;
    }
  }

  close(): void {
    this.#client.destroy();
    this.#identity.destroy();
  }
}
