import { z } from 'zod';

const text = z.string().nullish();

/** `cluster:` of a kubeconfig (client-go clientcmd/api/v1 Cluster). */
export const ClusterEntry = z.looseObject({
  server: text,
  'tls-server-name': text,
  'insecure-skip-tls-verify': z.boolean().nullish(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'proxy-url': text,
  'disable-compression': z.boolean().nullish(),
});
export type ClusterEntry = z.infer<typeof ClusterEntry>;

/** `exec:` of a user (client.authentication.k8s.io); env entries become extra environment of the command. */
export const ExecEntry = z.looseObject({
  apiVersion: text,
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
  installHint: text,
  provideClusterInfo: z.boolean().nullish(),
  interactiveMode: z.enum(['Never', 'IfAvailable', 'Always']).nullish(),
});
export type ExecEntry = z.infer<typeof ExecEntry>;

/** `user:` of a kubeconfig (client-go clientcmd/api/v1 AuthInfo). */
export const UserEntry = z.looseObject({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  'as-uid': text,
  'as-groups': z.array(z.string()).nullish(),
  'as-user-extra': z.record(z.string(), z.array(z.string())).nullish(),
  'auth-provider': z
    .looseObject({ name: z.string().min(1), config: z.record(z.string(), z.string()).nullish() })
    .nullish(),
  exec: ExecEntry.nullish(),
});
export type UserEntry = z.infer<typeof UserEntry>;

/** `context:` of a kubeconfig. */
export const ContextEntry = z.looseObject({ cluster: text, user: text, namespace: text });
export type ContextEntry = z.infer<typeof ContextEntry>;

/** One kubeconfig as written; kubectl writes `null` for empty lists. */
export const KubeconfigText = z.looseObject({
  'current-context': text,
  clusters: z.array(z.looseObject({ name: z.string(), cluster: ClusterEntry.nullish() })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: UserEntry.nullish() })).nullish(),
  contexts: z.array(z.looseObject({ name: z.string(), context: ContextEntry.nullish() })).nullish(),
});
export type KubeconfigText = z.infer<typeof KubeconfigText>;
