import type { DeliveryWay } from '../../shared/contract/modules.ts';
import type { KubeObject } from '../../shared/kube.ts';
import { type ModuleObject, parseModule } from './intended.ts';
import { deliverLabel } from './naming.ts';

/**
 * A way to bring a module to its targets: which objects the hub is to have for a text, and whether spokes are let in one by
 * one. What counts as delivered is the same for every way: the proof of load of each target.
 */
export interface Way {
  /** What is sent to the hub by server-side apply. */
  intended(text: string): KubeObject;
  /** How it goes, for a sentence that names the way. */
  words: string;
}

/** The text without what only servers write, with the selector given. */
function withSelector(object: ModuleObject, selector: Record<string, string>): KubeObject {
  const { apiVersion, kind, metadata, spec } = object;
  const { name, labels, annotations } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name: name!, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: { ...spec, selector },
  };
}
function split(text: string) {
  const object = parseModule(text);
  const label = deliverLabel(object.metadata.name!);
  const { [label]: _ours, ...selector } = object.spec?.selector ?? {};
  return { object, label, selector };
}

export const ways: Readonly<Record<DeliveryWay, Way>> = {
  /** Our label becomes part of the selector: KMM-Hub handles only spokes that have been let in, one of each kernel first. */
  staged: {
    intended(text) {
      const { object, label, selector } = split(text);
      return withSelector(object, { ...selector, [label]: 'true' });
    },
    words: 'one spoke of each kernel first',
  },
  /** KMM's own: the module as written, all selected spokes at once. */
  plain: {
    intended(text) {
      const { object, selector } = split(text);
      return withSelector(object, selector);
    },
    words: 'all selected spokes at once',
  },
};
