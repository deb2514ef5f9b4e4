import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultSubject } from '../faults/kinds';
import { type CallLog, ec2Requests } from '../iam';
import { readBody } from '../request-body';
import { type Credentials, verifyOwnRequest } from '../sigv4';
import type { Action, Actions, Call, Ec2Cloud } from './action';
import { attributeActions } from './actions/attributes';
import { catalogActions } from './actions/catalog';
import { changeStateActions } from './actions/change-state';
import { describeInstancesActions } from './actions/describe-instances';
import { keyPairActions } from './actions/key-pairs';
import { networkActions } from './actions/network';
import { networkInterfaceActions } from './actions/network-interfaces';
import { runInstancesActions } from './actions/run-instances';
import { securityGroupActions } from './actions/security-groups';
import { snapshotActions } from './actions/snapshots';
import { spotActions } from './actions/spot';
import { tagActions } from './actions/tags';
import { volumeActions } from './actions/volumes';
import { Ec2Error, errors } from './protocol/errors';
import { Params } from './protocol/params';
import { errorDocument, successDocument } from './protocol/xml';

const ACTIONS: Actions = {
  ...runInstancesActions,
  ...describeInstancesActions,
  ...changeStateActions,
  ...spotActions,
  ...volumeActions,
  ...tagActions,
  ...catalogActions,
  ...networkActions,
  ...networkInterfaceActions,
  ...securityGroupActions,
  ...keyPairActions,
  ...snapshotActions,
  ...attributeActions,
};

/** Parameters of the protocol itself. */
const COMMON = new Set(['Action', 'Version', 'DryRun']);
/** Actions that change nothing. */
const READS = /^(Describe|Get)/;
const MAX_BODY = 1024 * 1024;

export interface Ec2Options {
  region: string;
  credentials: Credentials;
  cloud: Ec2Cloud;
  log: CallLog;
}

/** The EC2 Query protocol over HTTP. */
export class Ec2Service {
  /** How often each action was called, refused calls included. */
  readonly calls: Record<string, number> = {};

  constructor(private readonly options: Ec2Options) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    let action = '';
    try {
      const body = await readBody(request, MAX_BODY, tooLarge);
      this.authenticate(request, body);
      const params = Params.parse(body);
      action = params.string('Action') ?? '';
      if (Object.hasOwn(ACTIONS, action)) {
        this.options.log.record(request, ec2Requests(action, params, this.options.cloud.store));
      }
      const document = await this.run(action, params);
      // What was answered must not be forgotten by a cloud that is killed the moment after.
      if (!READS.test(action)) await this.options.cloud.save();
      if (this.options.cloud.faults.strike('lost-reply', action, this.subjectsOf(action, params))) {
        request.socket.destroy();
        return;
      }
      send(response, 200, successDocument(action, requestId, document), requestId);
    } catch (error) {
      const known = error instanceof Ec2Error ? error : errors.internal();
      if (known !== error) console.error(`${action}: ${error instanceof Error ? error.stack : String(error)}`);
      send(response, known.status, errorDocument(known, requestId), requestId);
    }
  }

  /** Authenticity first: nobody learns anything without credentials. */
  private authenticate(request: IncomingMessage, body: string): void {
    const { region, credentials } = this.options;
    const result = verifyOwnRequest(request, body, { service: 'ec2', region, credentials });
    if (result.ok) return;
    if (result.code === 'MissingAuthorization') throw errors.missingParameter('AWSAccessKeyId');
    if (result.code === 'RequestTimeTooSkewed') throw new Ec2Error('RequestExpired', 'Request has expired.');
    throw errors.authFailure();
  }

  private async run(name: string, params: Params) {
    if (name === '') throw new Ec2Error('MissingAction', 'The request is missing an action or a required parameter.');
    this.calls[name] = (this.calls[name] ?? 0) + 1;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (!action) throw errors.invalidAction(name);
    this.refuse(name, this.subjectsOf(name, params));
    checkParameters(action, params);
    const proceed = () => {
      if (params.boolean('DryRun')) throw errors.dryRun();
    };
    const call: Call = { action: name, params, cloud: this.options.cloud, proceed };
    if (READS.test(name)) proceed();
    return action.run(call);
  }

  /** The faults that answer in place of the action. */
  private refuse(name: string, subjects: FaultSubject[]): void {
    const { faults } = this.options.cloud;
    if (faults.strike('throttle', name, subjects)) throw errors.throttled();
    const armed = faults.strike('error', name, subjects);
    if (!armed) return;
    const { code, message, status } = armed.fields;
    throw new Ec2Error(String(code), String(message ?? 'An error that was asked for.'), Number(status ?? 400));
  }

  /** What the call is about; a malformed call is about nothing, and is refused by the action itself. */
  private subjectsOf(name: string, params: Params): FaultSubject[] {
    const { cloud } = this.options;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    const call: Call = { action: name, params, cloud, proceed: () => undefined };
    try {
      if (action?.subjects) return action.subjects(call);
    } catch {
      return [];
    }
    return params.list('InstanceId').flatMap((id) => {
      const instance = cloud.store.instances.get(id);
      if (!instance) return [];
      const { zone, type, market, tags } = instance;
      return [{ zone, instanceType: type.name, market, tags }];
    });
  }
}

function checkParameters(action: Action, params: Params): void {
  for (const name of action.required ?? []) params.required(name);
  const unknown = params.names().find((name) => !COMMON.has(name) && !action.parameters.includes(name));
  if (unknown !== undefined) throw errors.unknownParameter(unknown);
}

const tooLarge = (): Error => new Ec2Error('RequestEntityTooLarge', 'The request is too large.', 413);

function send(response: ServerResponse, status: number, document: string, requestId: string): void {
  response.writeHead(status, {
    'content-type': 'text/xml;charset=UTF-8',
    'content-length': Buffer.byteLength(document),
    'x-amzn-requestid': requestId,
    server: 'AmazonEC2',
  });
  response.end(document);
}
