import type { Store } from '../state/store';
import { errors } from './errors';
import { type Experiments, newFisId } from './experiments';
import { Fields, type Json } from './fields';
import type { Experiment, Template } from './model';
import { renderExperiment, renderTemplate, summaryOfExperiment, summaryOfTemplate } from './render';
import { readTemplate } from './template';

/** AWS FIS quotas: "Experiment templates per Region". */
const MAX_TEMPLATES = 500;

export interface FisCall {
  name: string;
  /** Of the path. */
  id: string;
  query: URLSearchParams;
  body: Json;
}

/** The calls of FIS that this cloud knows: method, path, name. */
const ROUTES: [method: string, path: RegExp, name: string][] = [
  ['POST', /^\/experimentTemplates$/, 'CreateExperimentTemplate'],
  ['GET', /^\/experimentTemplates$/, 'ListExperimentTemplates'],
  ['GET', /^\/experimentTemplates\/([^/]+)$/, 'GetExperimentTemplate'],
  ['DELETE', /^\/experimentTemplates\/([^/]+)$/, 'DeleteExperimentTemplate'],
  ['POST', /^\/experiments$/, 'StartExperiment'],
  ['GET', /^\/experiments$/, 'ListExperiments'],
  ['GET', /^\/experiments\/([^/]+)$/, 'GetExperiment'],
  ['DELETE', /^\/experiments\/([^/]+)$/, 'StopExperiment'],
];

/** Which call a request is. */
export function callOf(method: string, path: string): { name: string; id: string } | undefined {
  for (const [verb, pattern, name] of ROUTES) {
    const match = verb === method ? pattern.exec(path) : null;
    if (match) return { name, id: decodeURIComponent(match[1] ?? '') };
  }
  return undefined;
}

/** What each call does. */
export class FisCalls {
  constructor(private readonly cloud: { store: Store; experiments: Experiments }) {}

  answer({ name, id, query, body }: FisCall): Json {
    switch (name) {
      case 'CreateExperimentTemplate':
        return { experimentTemplate: renderTemplate(this.create(body)) };
      case 'GetExperimentTemplate':
        return { experimentTemplate: renderTemplate(this.template(id)) };
      case 'DeleteExperimentTemplate': {
        const template = this.template(id);
        this.cloud.store.templates.delete(id);
        return { experimentTemplate: renderTemplate(template) };
      }
      case 'ListExperimentTemplates':
        return listed('experimentTemplates', [...this.cloud.store.templates.values()], query, summaryOfTemplate);
      case 'StartExperiment':
        return { experiment: renderExperiment(this.start(body)) };
      case 'GetExperiment':
        return { experiment: renderExperiment(this.experiment(id)) };
      case 'StopExperiment': {
        const experiment = this.experiment(id);
        this.cloud.experiments.stop(experiment);
        return { experiment: renderExperiment(experiment) };
      }
      default: {
        const of = query.get('experimentTemplateId');
        const all = [...this.cloud.store.experiments.values()];
        return listed(
          'experiments',
          of === null ? all : all.filter(({ template }) => template.id === of),
          query,
          summaryOfExperiment,
        );
      }
    }
  }

  private create(body: Json): Template {
    const content = readTemplate(body);
    return this.once('CreateExperimentTemplate', body, this.cloud.store.templates, () => {
      if (this.cloud.store.templates.size >= MAX_TEMPLATES) {
        throw errors.quota(`The account has ${MAX_TEMPLATES} experiment templates, which is its quota.`);
      }
      const now = new Date();
      const template = { ...content, id: newFisId('EXT'), creationTime: now, lastUpdateTime: now };
      this.cloud.store.templates.set(template.id, template);
      return template;
    });
  }

  private start(body: Json): Experiment {
    const fields = new Fields(body);
    fields.only(['clientToken', 'experimentTemplateId', 'tags']);
    const id = fields.string('experimentTemplateId', { max: 64, pattern: /^[\S]+$/ });
    const tags = fields.map('tags') ?? {};
    return this.once('StartExperiment', body, this.cloud.store.experiments, () =>
      this.cloud.experiments.start(this.template(id), tags),
    );
  }

  /** A client token makes a repeated call give what the first one made. */
  private once<T extends { id: string }>(name: string, body: Json, made: Map<string, T>, make: () => T): T {
    const { clientToken, ...parameters } = body;
    const token = new Fields({ clientToken }).string('clientToken', { max: 1024, min: 1, pattern: /^[\S]+$/ });
    const sent = JSON.stringify(parameters);
    const before = this.cloud.store.fisTokens.get(`${name} ${token}`);
    if (before === undefined) {
      const item = make();
      this.cloud.store.fisTokens.set(`${name} ${token}`, { sent, id: item.id });
      return item;
    }
    const item = made.get(before.id);
    if (before.sent !== sent || !item) {
      throw errors.conflict('The client token was used in an earlier request with other parameters.');
    }
    return item;
  }

  private template(id: string): Template {
    const template = this.cloud.store.templates.get(id);
    if (!template) throw errors.notFound(`Experiment template with ID ${id}`);
    return template;
  }

  private experiment(id: string): Experiment {
    const experiment = this.cloud.store.experiments.get(id);
    if (!experiment) throw errors.notFound(`Experiment with ID ${id}`);
    return experiment;
  }
}

/** One page, in the order of creation; the token is the id of the last. */
function listed<T extends { id: string }>(
  name: string,
  all: T[],
  query: URLSearchParams,
  render: (item: T) => Json,
): Json {
  const asked = query.get('maxResults');
  const size = asked === null ? 100 : Number(asked);
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    throw errors.constraint(asked, 'maxResults', 'Member must be between 1 and 100');
  }
  const token = query.get('nextToken');
  const after = token === null ? -1 : all.findIndex(({ id }) => id === token);
  if (token !== null && after === -1) throw errors.validation('The pagination token is not valid.');
  const items = all.slice(after + 1, after + 1 + size);
  const last = items.at(-1);
  const more = last !== undefined && all.at(-1) !== last;
  return { [name]: items.map(render), ...(more ? { nextToken: last.id } : {}) };
}
