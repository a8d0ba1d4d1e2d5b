/** The tasks of a cluster as people read them: the engine's steps, and of pools of machines each machine besides. */
import type { ClusterDocument } from '../domain/cluster.ts';
import { type NodeTask, nodeTasks } from '../machines/node-tasks.ts';
import { type Task, tasksOf } from '../reconcile/status.ts';

export interface ClusterTask extends Task {
  readonly nodes?: readonly NodeTask[];
}

export function clusterTasks(document: ClusterDocument, nowMs: number): readonly ClusterTask[] {
  return tasksOf(document, nowMs).map((task) => {
    const record = document.steps[task.name];
    const nodes = record && nodeTasks(task.name, record);
    return nodes === undefined ? task : { ...task, nodes };
  });
}
