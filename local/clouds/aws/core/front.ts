/**
 * The front of every service: what happens to a request before and after its operation. In this order: credential scope,
 * authentication, operation, throttling, injected faults, parameters, permission, dry run.
 */
import type { SimAnswer, SimRequest } from '../../kit/wire.ts';
import type { Asked } from '../wire/protocol.ts';
import { findService, ofVersion, SERVICES, type Service } from '../wire/services.ts';
import { type Signature, signatureOf } from '../wire/signature.ts';
import { authenticate } from './authentication.ts';
import { type Call, GLOBAL_REGION, type ServiceName } from './call.ts';
import { AwsFault } from './fault.ts';
import { carryOut } from './injection.ts';
import type { Operation, Operations, Reply } from './operation.ts';
import { authorize } from './permission.ts';
import { throttle } from './throttling.ts';
import type { World } from './world.ts';

/** What the request log wants to know about a request that may not have got far. */
export interface Trace {
  service: string;
  region: string;
  operation: string;
  caller?: string;
}

export type OperationsByService = Readonly<Partial<Record<ServiceName, Operations>>>;
export type AwsFront = (request: SimRequest, requestId: string, trace: Trace) => SimAnswer;

/** `undo` takes back what a refused request had changed so far. */
export function awsFront(world: World, operations: OperationsByService, undo: () => void): AwsFront {
  return (request, requestId, trace) => {
    const signature = signatureOf(request);
    const service = serviceOf(request, signature);
    try {
      if (!signature) throw service.manner.unsigned();
      trace.service = service.name;
      trace.region = signature.region;
      const caller = authenticate(world, request, signature, service);
      trace.caller = caller.arn;
      const asked = read(service, request);
      trace.operation = asked.operation;
      const operation = find(operations[service.name], service, asked);
      const { params, isDryRun } = splitDryRun(service, asked.params);
      const call: Call = {
        service: service.name,
        operation: asked.operation,
        account: caller.account,
        region: service.isGlobal ? GLOBAL_REGION : signature.region,
        caller,
        params,
        nowMs: world.clock.now(),
        requestId,
      };
      throttle(world, call, service);
      const outcome = carryOut(world, call, service, () => run(world, call, service, operation, isDryRun));
      if (outcome.kind === 'cut') return 'cut';
      if (outcome.kind === 'failed') return service.protocol.refuse(outcome.fault, requestId);
      return service.protocol.answer(asked.operation, outcome.reply, requestId);
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      undo();
      return service.protocol.refuse(error, requestId);
    }
  };
}

function run(world: World, call: Call, service: Service, operation: Operation, isDryRun: boolean): Reply {
  const prepared = operation.prepare(call, service.manner.words);
  if (!operation.isOpen)
    authorize(world, call, `${service.actions}:${call.operation}`, prepared.resource, prepared.context);
  if (isDryRun)
    throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
  return prepared.run(world);
}

/** By the credential scope; without one by the target header, else it is refused as EC2 would. */
function serviceOf(request: SimRequest, signature: Signature | undefined): Service {
  if (signature) {
    const service = findService(signature.service);
    if (service) return ofVersion(service, request);
  }
  const target = (request.headers['x-amz-target'] ?? '').toLowerCase();
  return Object.values(SERVICES).find(({ name }) => target.includes(name)) ?? SERVICES.ec2;
}

function read(service: Service, request: SimRequest): Asked {
  const asked = service.protocol.read(request);
  if (!asked) throw new AwsFault('MissingAction', 'The request must contain the parameter Action');
  if (asked.version !== service.version)
    throw new AwsFault(
      'NoSuchVersion',
      `The requested version (${asked.version}) of service ${service.name} does not exist`,
    );
  return asked;
}

function find(operations: Operations | undefined, { manner }: Service, { operation }: Asked): Operation {
  const found = operations && Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (found) return found;
  throw new AwsFault(manner.unknownOperation, `The action ${operation} is not valid for this web service.`);
}

/** Only EC2 has dry runs; the flag is no parameter of any one operation. */
function splitDryRun({ name }: Service, params: unknown): { params: unknown; isDryRun: boolean } {
  if (name !== 'ec2' || typeof params !== 'object' || params === null || !('DryRun' in params))
    return { params, isDryRun: false };
  const { DryRun, ...rest } = params;
  return { params: rest, isDryRun: DryRun === 'true' };
}
