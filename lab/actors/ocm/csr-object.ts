import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { KubeObject } from '../../../shared/kube.ts';
import { ocmNames } from './names.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const bootstrapper = 'system:serviceaccount:open-cluster-management:agent-registration-bootstrap';

/** The request of a spoke's agent for its client certificate, made with its bootstrap kubeconfig (real-ocm.md A1). */
export async function agentRequest(cluster: string, agent: string): Promise<KubeObject> {
  x509.cryptoProvider.set(crypto);
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const group = `system:open-cluster-management:${cluster}`;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ O: [group] }, { O: ['system:open-cluster-management:managed-clusters'] }, { CN: [`${group}:${agent}`] }],
    keys,
    signingAlgorithm: algorithm,
  });
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { generateName: `${cluster}-`, labels: { [ocmNames.clusterNameLabel]: cluster } },
    spec: {
      // A real server fills in by itself who asks.
      groups: ['system:serviceaccounts', 'system:serviceaccounts:open-cluster-management', 'system:authenticated'],
      request: Buffer.from(`${request.toString('pem')}\n`).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['digital signature', 'key encipherment', 'client auth'],
      username: bootstrapper,
    },
  };
}

interface RequestStatus extends Record<string, unknown> {
  conditions?: { type: string; status: string }[];
  certificate?: string;
}

/** `status` of a request. */
export const requestStatus = (request: KubeObject): RequestStatus => (request.status ?? {}) as RequestStatus;

/** What a person's `kubectl certificate approve` writes, or, for an accepted cluster, ACM's import controller. */
export function approved(status: RequestStatus, by: 'kubectl' | 'import', now: string): RequestStatus {
  if (status.conditions?.some(({ type }) => type === 'Approved' || type === 'Denied')) return status;
  const words =
    by === 'kubectl'
      ? { reason: 'KubectlApprove', message: 'This CSR was approved by kubectl certificate approve.' }
      : {
          reason: 'AutoApprovedByCSRController',
          message: 'The import controller approved it: the cluster is accepted.',
        };
  const condition = { type: 'Approved', status: 'True', ...words, lastUpdateTime: now, lastTransitionTime: now };
  return { ...status, conditions: [...(status.conditions ?? []), condition] };
}
