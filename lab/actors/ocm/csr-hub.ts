import { isoSeconds } from '../../../shared/clock.ts';
import { type Authority, createAuthority } from '../../apiserver/http/authority.ts';
import { kinds } from '../../kinds.ts';
import { approved, requestStatus } from './csr-object.ts';
import type { HubView } from './hub-view.ts';
import { mutateStatus } from './mutate.ts';
import { ocmNames } from './names.ts';
import { createQueue } from './queue.ts';

/**
 * kube-controller-manager's signer of client certificates: issues what is approved. With `approve` also ACM's import controller,
 * which approves what the agents of accepted clusters ask for.
 */
export function startCsrHub(hub: HubView, { approve = false }: { approve?: boolean } = {}): () => void {
  const api = hub.api.as('kube-controller-manager');
  const importer = hub.api.as('managedcluster-import-controller');
  const requests = hub.watch(kinds.CertificateSigningRequest);
  const clusters = hub.watch(kinds.ManagedCluster);
  let authority: Promise<Authority> | undefined;

  const accepted = (cluster: string | undefined) =>
    cluster !== undefined &&
    (clusters.get(cluster)?.spec as { hubAcceptsClient?: boolean } | undefined)?.hubAcceptsClient === true;

  const queue = createQueue(hub.clock, async (name) => {
    const request = requests.get(name);
    if (!request) return;
    const status = requestStatus(request);
    if (status.certificate) return;
    const isApproved = status.conditions?.some(({ type }) => type === 'Approved');
    if (!isApproved) {
      if (!approve || !accepted(request.metadata.labels?.[ocmNames.clusterNameLabel])) return;
      await mutateStatus(importer, kinds.CertificateSigningRequest, name, '', (now) =>
        approved(now, 'import', isoSeconds(hub.clock.now())),
      );
      return;
    }
    authority ??= createAuthority();
    const { request: asked = '' } = request.spec as { request?: string };
    const certificate = await (await authority).sign(Buffer.from(asked, 'base64').toString());
    await mutateStatus(api, kinds.CertificateSigningRequest, name, '', (now) =>
      now['certificate'] ? undefined : { ...now, certificate: Buffer.from(certificate).toString('base64') },
    );
  });
  const stops = [
    requests.listen(({ object }) => {
      if (object) queue.add(object.metadata.name!);
    }),
    clusters.listen(({ object, old }) => {
      if (!object || object.spec === old?.spec) return;
      for (const request of requests.all()) {
        if (request.metadata.labels?.[ocmNames.clusterNameLabel] === object.metadata.name)
          queue.add(request.metadata.name!);
      }
    }),
    queue.stop,
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
