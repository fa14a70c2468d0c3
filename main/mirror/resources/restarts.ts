/** What is to happen to an object of a kind. */
export interface Change {
  kind: string;
  change: string;
}

const mirrorSets = ['ImageContentSourcePolicy', 'ImageDigestMirrorSet', 'ImageTagMirrorSet'];
const listed = (kinds: readonly string[]): string => kinds.join(' and ');

const isSet = ({ kind }: Change) => mirrorSets.includes(kind);
const drains = (one: Change) =>
  isSet(one) && (one.change === 'update' || (one.change === 'create' && one.kind === 'ImageTagMirrorSet'));
const trusts = ({ kind, change }: Change) => kind === 'Image' && change !== 'none';

/** Whether nodes are, or may be, restarted: what a person must agree to. A reload of CRI-O is none. */
export const mayRestart = (changes: readonly Change[]): boolean => changes.some((one) => drains(one) || trusts(one));

/**
 * What changes do to nodes, in words; empty when nothing. Making a digest mirror set reloads CRI-O only; making a tag mirror set, and
 * changing any, makes the machine-config operator drain and restart nodes, one after another (OpenShift documentation, image registry
 * repository mirroring; openshift-docs#100942). `where` names the clusters.
 */
export function restartWords(changes: readonly Change[], where: string): string {
  const kinds = (wanted: (one: Change) => boolean) =>
    [...new Set(changes.filter(wanted).map(({ kind }) => kind))].sort();
  const restarts = kinds(drains);
  const reloads = kinds((one) => isSet(one) && one.change === 'create' && one.kind !== 'ImageTagMirrorSet').filter(
    (kind) => !restarts.includes(kind),
  );
  const trust = changes.some(trusts);
  return [
    restarts.length > 0 &&
      `Nodes of ${where} are drained and restarted one after another: ${listed(restarts)}. A single-node cluster is away while it restarts.`,
    reloads.length > 0 &&
      `New ${listed(reloads)}: CRI-O is reloaded on the nodes of ${where}; they are neither drained nor restarted.`,
    trust &&
      `The trusted authority reaches the nodes of ${where} within minutes; some OpenShift versions roll out a machine configuration for it, which may restart them.`,
  ]
    .filter(Boolean)
    .join(' ');
}
