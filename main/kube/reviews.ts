import { FaultError } from '../../shared/fault.ts';
import type { Transport } from './transport.ts';
import type { AccessQuery } from './types.ts';

const isAbsent = (error: unknown) =>
  error instanceof FaultError && /^kube\.(notFound|forbidden|invalid)$/.test(error.fault.code);

/**
 * Who the server says we are: SelfSubjectReview (Kubernetes ≥ 1.26), else OpenShift's own user object; '' where
 * neither is served.
 */
export async function whoAmI(transport: Transport): Promise<string> {
  for (const version of ['v1', 'v1beta1', 'v1alpha1']) {
    const apiVersion = `authentication.k8s.io/${version}`;
    try {
      const answer = (await transport.json({
        method: 'POST',
        path: `/apis/${apiVersion}/selfsubjectreviews`,
        body: { apiVersion, kind: 'SelfSubjectReview' },
        reads: true,
      })) as { status?: { userInfo?: { username?: string } } };
      return answer.status?.userInfo?.username ?? '';
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  try {
    const path = '/apis/user.openshift.io/v1/users/~';
    const user = (await transport.json({ method: 'GET', path, reads: true })) as { metadata?: { name?: string } };
    return user.metadata?.name ?? '';
  } catch (error) {
    if (!isAbsent(error)) throw error;
    return '';
  }
}

/** SelfSubjectAccessReview for each query, in order (authorization.k8s.io/v1). */
export function mayI(transport: Transport, queries: readonly AccessQuery[]): Promise<boolean[]> {
  return Promise.all(
    queries.map(async (resourceAttributes) => {
      const answer = (await transport.json({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes },
        },
        reads: true,
      })) as { status?: { allowed?: boolean } };
      return answer.status?.allowed === true;
    }),
  );
}
