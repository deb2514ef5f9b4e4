import { ACCOUNT_ID, REGION } from '../catalog/network';
import type { Json } from './fields';
import type { Action, Experiment, Template } from './model';

/** Timestamps of this protocol are seconds. */
const seconds = (time: Date): number => time.getTime() / 1000;

const arn = (kind: string, id: string): string => `arn:aws:fis:${REGION}:${ACCOUNT_ID}:${kind}/${id}`;

const renderAction = ({ startAfter, ...action }: Action): Json =>
  startAfter.length > 0 ? { ...action, startAfter } : { ...action };

export function renderTemplate(template: Template): Json {
  const { actions, creationTime, lastUpdateTime, ...rest } = template;
  return {
    ...rest,
    arn: arn('experiment-template', template.id),
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, renderAction(action)])),
    creationTime: seconds(creationTime),
    lastUpdateTime: seconds(lastUpdateTime),
    targetAccountConfigurationsCount: 0,
  };
}

export const summaryOfTemplate = (template: Template): Json => ({
  id: template.id,
  arn: arn('experiment-template', template.id),
  description: template.description,
  creationTime: seconds(template.creationTime),
  lastUpdateTime: seconds(template.lastUpdateTime),
  tags: template.tags,
});

export function renderExperiment(experiment: Experiment): Json {
  const { id, template, state, tags, creationTime, startTime, endTime } = experiment;
  return {
    id,
    arn: arn('experiment', id),
    experimentTemplateId: template.id,
    roleArn: template.roleArn,
    state,
    targets: template.targets,
    actions: Object.fromEntries(
      Object.entries(template.actions).map(([name, action]) => {
        const fares = experiment.actions[name];
        return [
          name,
          {
            ...renderAction(action),
            state: fares?.state,
            ...(fares?.startTime ? { startTime: seconds(fares.startTime) } : {}),
            ...(fares?.endTime ? { endTime: seconds(fares.endTime) } : {}),
          },
        ];
      }),
    ),
    stopConditions: template.stopConditions,
    creationTime: seconds(creationTime),
    startTime: seconds(startTime),
    ...(endTime ? { endTime: seconds(endTime) } : {}),
    tags,
    experimentOptions: { ...template.experimentOptions, actionsMode: 'run-all' },
    targetAccountConfigurationsCount: 0,
  };
}

export const summaryOfExperiment = (experiment: Experiment): Json => ({
  id: experiment.id,
  arn: arn('experiment', experiment.id),
  experimentTemplateId: experiment.template.id,
  state: experiment.state,
  creationTime: seconds(experiment.creationTime),
  tags: experiment.tags,
});
