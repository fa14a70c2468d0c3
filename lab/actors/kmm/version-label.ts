import { kinds } from '../../kinds.ts';
import type { Informer } from '../ocm/informer.ts';
import { withoutLabels } from './nmc.ts';
import type { Node } from './objects.ts';
import type { Writer } from './writer.ts';

const wanted = 'kmm.node.kubernetes.io/version-module.';
const worker = 'beta.kmm.node.kubernetes.io/version-worker-pod.';
const schedule = 'beta.kmm.node.kubernetes.io/version-schedule-pod.';

/** What to do about one module's version labels (the table of kmm.md 3.5). */
export function versionAction(
  user: string | undefined,
  workerPod: string | undefined,
  schedulePod: string | undefined,
): 'none' | 'addWorker' | 'addSchedule' | 'deleteWorker' | 'deleteSchedule' {
  if (user === undefined) {
    if (schedulePod !== undefined) return 'deleteSchedule';
    return workerPod === undefined ? 'none' : 'deleteWorker';
  }
  if (workerPod === undefined) return schedulePod === undefined ? 'addWorker' : 'deleteSchedule';
  if (workerPod === user) return schedulePod === undefined ? 'addSchedule' : 'none';
  return schedulePod === undefined ? 'deleteWorker' : 'deleteSchedule';
}

/** KMM's ordered upgrade: moves its own version labels of a Node after the user's, one step a pass. */
export function createVersionReconcile(nodes: Informer, write: Writer): (node: string) => Promise<void> {
  return async (name) => {
    const node = nodes.get(name) as Node | undefined;
    if (!node) return;
    const labels = { ...node.metadata.labels };
    const prefix = [wanted, worker, schedule];
    const modules = new Set<string>();
    for (const label of Object.keys(labels)) {
      for (const one of prefix) if (label.startsWith(one)) modules.add(label.slice(one.length));
    }
    const drop: string[] = [];
    for (const module of modules) {
      const user = labels[wanted + module];
      const action = versionAction(user, labels[worker + module], labels[schedule + module]);
      if (action === 'addWorker') labels[worker + module] = user!;
      else if (action === 'addSchedule') labels[schedule + module] = user!;
      else if (action === 'deleteWorker') drop.push(worker + module);
      else if (action === 'deleteSchedule') drop.push(schedule + module);
    }
    await write.patch(kinds.Node, node, { ...node, metadata: withoutLabels({ ...node.metadata, labels }, drop) });
  };
}
