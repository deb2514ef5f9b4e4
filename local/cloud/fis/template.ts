import { ACCOUNT_ID } from '../catalog/network';
import { durationSeconds } from './duration';
import { errors } from './errors';
import { Fields, isObject, type Json } from './fields';
import { ACTION_ID, type Action, RESOURCE_TYPE, TARGET_KEY, type Target, type TemplateContent } from './model';

const NAME = /^[\S]+$/;
const SELECTION = /^(ALL|COUNT\((\d+)\)|PERCENT\((\d+)\))$/;
const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/\S+$/;
const INSTANCE = /^arn:aws[a-z-]*:ec2:[a-z0-9-]+:\d{12}:instance\/i-[0-9a-f]+$/;
/** AWS FIS quotas: "Resource ARNs per template target". */
const MAX_ARNS = 5;
/** Minutes: "aws:ec2:send-spot-instance-interruptions", AWS FIS actions reference. */
const LEAST_MINUTES = 2;
const MOST_MINUTES = 15;

/** Reads a template as CreateExperimentTemplate takes it. @throws FisError */
export function readTemplate(body: Json): TemplateContent {
  const fields = new Fields(body);
  fields.only([
    ...['clientToken', 'description', 'targets', 'actions', 'stopConditions', 'roleArn', 'tags'],
    'experimentOptions',
  ]);
  const description = fields.string('description', { max: 512 });
  const roleArn = fields.string('roleArn', { max: 2048, min: 20, pattern: NAME });
  const stopConditions = fields.list('stopConditions');
  if (!stopConditions) throw fields.missing('stopConditions');
  const actions = fields.objects('actions');
  if (!actions) throw fields.missing('actions');
  const content: TemplateContent = {
    description,
    roleArn: readRole(roleArn),
    stopConditions: stopConditions.map(readStopCondition),
    targets: mapOf(fields.objects('targets') ?? {}, 'targets', readTarget),
    actions: mapOf(actions, 'actions', readAction),
    tags: fields.map('tags') ?? {},
    experimentOptions: readOptions(fields.objects('experimentOptions') ?? {}),
  };
  if (Object.keys(content.actions).length === 0) throw errors.validation('You must specify at least one action.');
  if (content.stopConditions.length === 0) throw errors.validation('You must specify at least one stop condition.');
  join(content);
  return content;
}

/** Only form and account: FIS takes the role on when an experiment starts. */
function readRole(arn: string): string {
  const account = ROLE.exec(arn)?.[1];
  if (account === undefined) throw errors.validation(`Invalid role ARN: ${arn}.`);
  if (account !== ACCOUNT_ID) throw errors.denied('Cross-account pass role is not allowed.');
  return arn;
}

function readStopCondition(given: unknown): TemplateContent['stopConditions'][number] {
  const fields = new Fields(isObject(given) ? given : {}, 'stopConditions.1.member');
  const source = fields.string('source', { max: 64, pattern: NAME });
  const value = fields.optional('value', { max: 2048, min: 20 });
  if (source === 'none') {
    if (value !== undefined) throw errors.validation('A stop condition with source none has no value.');
    return { source };
  }
  if (source !== 'aws:cloudwatch:alarm') throw errors.validation(`Invalid stop condition source: ${source}.`);
  if (value === undefined) throw errors.validation(`A stop condition with source ${source} needs a value.`);
  return { source, value };
}

function readTarget(json: Json, name: string): Target {
  const fields = new Fields(json, `targets.${name}.member`);
  fields.only(['resourceType', 'resourceArns', 'resourceTags', 'filters', 'selectionMode', 'parameters']);
  const resourceType = fields.string('resourceType', { max: 64, pattern: NAME });
  const selectionMode = fields.string('selectionMode', { max: 64, pattern: NAME });
  const resourceArns = fields.strings('resourceArns', MAX_ARNS);
  const resourceTags = fields.map('resourceTags');
  const filters = fields.list('filters')?.map((given) => {
    const filter = new Fields(isObject(given) ? given : {}, `targets.${name}.member.filters.1.member`);
    return { path: filter.string('path', { max: 256, pattern: NAME }), values: filter.strings('values') ?? [] };
  });
  if (Object.keys(fields.map('parameters') ?? {}).length > 0) {
    throw errors.validation(`Resource type ${resourceType} has no parameters.`);
  }
  if (resourceArns?.length && Object.keys(resourceTags ?? {}).length > 0) {
    throw errors.validation(`You cannot specify both resource ARNs and resource tags for target ${name}.`);
  }
  if (!resourceArns?.length && Object.keys(resourceTags ?? {}).length === 0 && !filters?.length) {
    throw errors.validation(`You must specify resource ARNs, resource tags or filters for target ${name}.`);
  }
  const odd = resourceArns?.find((arn) => !INSTANCE.test(arn));
  if (odd !== undefined) throw errors.validation(`Invalid resource ARN for resource type ${resourceType}: ${odd}.`);
  const [, , count, percent] = SELECTION.exec(selectionMode) ?? errorsOf(selectionMode, name);
  if (count === '0' || percent === '0' || Number(percent ?? 1) > 100) errorsOf(selectionMode, name);
  return {
    resourceType,
    selectionMode,
    ...(resourceArns?.length ? { resourceArns } : {}),
    ...(resourceTags && Object.keys(resourceTags).length > 0 ? { resourceTags } : {}),
    ...(filters ? { filters } : {}),
  };
}

function errorsOf(selectionMode: string, name: string): never {
  throw errors.validation(`Invalid selection mode ${selectionMode} for target ${name}.`);
}

function readAction(json: Json, name: string): Action {
  const fields = new Fields(json, `actions.${name}.member`);
  fields.only(['actionId', 'description', 'parameters', 'targets', 'startAfter']);
  const actionId = fields.string('actionId', { max: 128, pattern: NAME });
  if (actionId !== ACTION_ID) throw errors.notFound(`Action with ID ${actionId}`);
  const description = fields.optional('description', { max: 512 });
  const parameters = fields.map('parameters') ?? {};
  const other = Object.keys(parameters).find((parameter) => parameter !== 'durationBeforeInterruption');
  if (other !== undefined) throw errors.validation(`Unexpected parameter "${other}" found in action "${name}".`);
  const { durationBeforeInterruption: duration } = parameters;
  if (duration === undefined) {
    throw errors.validation(`Missing required parameter "durationBeforeInterruption" in action "${name}".`);
  }
  const seconds = durationSeconds(duration);
  if (seconds === undefined || seconds < LEAST_MINUTES * 60 || seconds > MOST_MINUTES * 60) {
    throw errors.validation(
      `Invalid value "${duration}" for parameter "durationBeforeInterruption" in action "${name}": a duration between PT${LEAST_MINUTES}M and PT${MOST_MINUTES}M is needed.`,
    );
  }
  return {
    actionId,
    ...(description === undefined ? {} : { description }),
    parameters,
    targets: fields.map('targets') ?? {},
    startAfter: fields.strings('startAfter') ?? [],
  };
}

/** Each action has the one target that it wants, of the right type; each target has an action. */
function join({ targets, actions }: TemplateContent): void {
  const used = new Set<string>();
  for (const [name, action] of Object.entries(actions)) {
    const odd = Object.keys(action.targets).find((key) => key !== TARGET_KEY);
    if (odd !== undefined) throw errors.validation(`Unexpected target "${odd}" found in action "${name}".`);
    const wanted = action.targets[TARGET_KEY];
    if (wanted === undefined) throw errors.validation(`Missing required target "${TARGET_KEY}" in action "${name}".`);
    const target = Object.hasOwn(targets, wanted) ? targets[wanted] : undefined;
    if (!target) throw errors.validation(`Target "${wanted}" of action "${name}" is not defined.`);
    if (target.resourceType !== RESOURCE_TYPE) {
      throw errors.validation(
        `Target "${wanted}" of action "${name}" has resource type ${target.resourceType}; ${RESOURCE_TYPE} is needed.`,
      );
    }
    const before = action.startAfter.find((other) => !Object.hasOwn(actions, other) || other === name);
    if (before !== undefined) throw errors.validation(`Action "${name}" cannot start after "${before}".`);
    used.add(wanted);
  }
  const idle = Object.keys(targets).find((name) => !used.has(name));
  if (idle !== undefined) throw errors.validation(`Target "${idle}" is not used by any action.`);
}

function readOptions(json: Json): TemplateContent['experimentOptions'] {
  const fields = new Fields(json, 'experimentOptions');
  fields.only(['accountTargeting', 'emptyTargetResolutionMode']);
  return {
    accountTargeting: fields.optional('accountTargeting', { max: 64, pattern: /^single-account$/ }) ?? 'single-account',
    emptyTargetResolutionMode:
      fields.optional('emptyTargetResolutionMode', { max: 64, pattern: /^(fail|skip)$/ }) ?? 'fail',
  };
}

function mapOf<T>(json: Json, where: string, read: (item: Json, name: string) => T): Record<string, T> {
  return Object.fromEntries(
    Object.entries(json).map(([name, item]) => {
      if (name.length > 64 || !NAME.test(name)) {
        throw errors.constraint(name, where, 'Map keys must satisfy constraint: [\\S]+, at most 64 characters');
      }
      if (!isObject(item)) throw errors.validation(`${where}.${name} is not an object.`);
      return [name, read(item, name)];
    }),
  );
}
