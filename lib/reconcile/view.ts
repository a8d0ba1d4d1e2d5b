/** The cluster as steps see it: the stored document with what this pass has learned so far laid over it. */
import type { ClusterDocument, ClusterView, JsonObject, StepName } from '../domain/cluster.ts';

/** `learned` is read at every call, so a step sees the outputs of the steps that ran before it in the same pass. */
export function viewOf(
  document: ClusterDocument,
  learned: ReadonlyMap<StepName, JsonObject> = new Map(),
): ClusterView {
  return {
    id: document.id,
    project: document.project,
    name: document.name,
    spec: document.spec,
    notices: document.notices ?? {},
    profile: document.profile,
    generation: document.generation,
    deleting: document.deletedAt !== undefined,
    outputs: (step) => ({ ...document.steps[step]?.outputs, ...learned.get(step) }),
    record: (step) => document.steps[step],
    recordedSteps: Object.keys(document.steps),
  };
}
