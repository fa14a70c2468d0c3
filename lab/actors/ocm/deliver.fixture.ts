import { expect } from 'vitest';
import type { KubeObject } from '../../../shared/kube.ts';
import { kinds } from '../../kinds.ts';
import { comparable, recording } from './observed.fixture.ts';
import type { Stage } from './stage.fixture.ts';

/** An object as its user made it, from a recording of what became of it. */
export const asked = ({ apiVersion, kind, metadata, spec }: KubeObject): KubeObject => ({
  apiVersion,
  kind,
  metadata: {
    name: metadata.name!,
    namespace: metadata.namespace!,
    ...(metadata.labels && { labels: metadata.labels }),
  },
  spec,
});

/** Makes the work of a recording and lets the agent have it. */
export async function deliver(stage: Stage, file: string): Promise<KubeObject> {
  const [real] = recording(file);
  await stage.admin.create(asked(real!));
  await stage.clock.advance(1_000);
  return real!;
}

/** The stage's work of that name is, in all that is not of its own run, the recorded one. */
export async function expectSame(stage: Stage, real: KubeObject): Promise<void> {
  expect(comparable(await stage.work(real.metadata.name!))).toEqual(comparable(real));
}

/** Writes the numbers of a Module on the spoke, as its KMM does. */
export async function moduleStatus(
  stage: Stage,
  name: string,
  moduleLoader: Record<string, number | null>,
): Promise<void> {
  const status = { status: { moduleLoader } };
  await stage.local.patch(kinds.Module, name, 'openshift-kmm', status, { type: 'merge', subresource: 'status' });
}

/** Metadata of the Module on the spoke, by its KMM. */
export async function moduleFinalizers(stage: Stage, name: string, finalizers: string[] | null): Promise<void> {
  await stage.local.patch(kinds.Module, name, 'openshift-kmm', { metadata: { finalizers } }, { type: 'merge' });
}

/** One node that should have the module has it. */
export const loaded = { availableNumber: 1, desiredNumber: 1, nodesMatchingSelectorNumber: 1 };
