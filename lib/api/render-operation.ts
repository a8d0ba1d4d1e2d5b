/** From a stored operation to what people read of it. */
import type { JsonObject } from '../domain/cluster.ts';
import { formatDuration } from '../domain/duration.ts';
import { HOUR_MS, toInstant } from '../domain/time.ts';
import type { OperationDocument } from '../operations/document.ts';
import { sectionsOf } from '../operations/kube-bench.ts';
import { backupExpiryMs } from '../operations/request.ts';

/** `data`: what the agent reported of it, where one operation is read. */
export function renderOperation(operation: OperationDocument, data?: JsonObject): JsonObject {
  const { operation: id, state, message, createdAt, schedule, requestedBy, progress, summary } = operation;
  const { startedAt, endedAt, cancelRequestedAt } = operation;
  return {
    id,
    ...ofKind(operation, data),
    state,
    message,
    ...(schedule === undefined ? {} : { schedule }),
    ...(requestedBy === undefined ? {} : { requestedBy }),
    createdAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(cancelRequestedAt === undefined ? {} : { cancelRequestedAt }),
    ...(progress === undefined ? {} : { progress: { ...progress } }),
    ...(summary === undefined ? {} : { summary }),
  };
}

function ofKind(operation: OperationDocument, data: JsonObject | undefined): JsonObject {
  const { spec } = operation;
  switch (spec.kind) {
    case 'scan':
      return { kind: spec.scan, ...(spec.scan === 'kubeBench' ? sections(data) : result(data)) };
    case 'backup': {
      const { kind: _, retentionHours, ...backup } = spec;
      const expiresAtMs = backupExpiryMs(operation);
      return {
        ...backup,
        retention: formatDuration(retentionHours * HOUR_MS),
        ...(expiresAtMs === undefined ? {} : { expiresAt: toInstant(expiresAtMs) }),
      };
    }
    case 'restore': {
      const { kind: _, ...restore } = spec;
      return { ...restore };
    }
    case 'patch':
      return { rebootIfRequired: spec.rebootIfRequired, ...result(data) };
  }
}

/** What is no result of kube-bench is shown as it is. */
function sections(data: JsonObject | undefined): JsonObject {
  const found = data && sectionsOf(data);
  return found ? { sections: found.map((section) => ({ ...section })) } : result(data);
}

function result(data: JsonObject | undefined): JsonObject {
  return data === undefined ? {} : { result: data };
}
