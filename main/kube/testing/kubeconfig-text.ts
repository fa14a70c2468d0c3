/** A kubeconfig (JSON, which is YAML) with one context `test`. */
export function kubeconfigText(cluster: object, user: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'hub', cluster }],
    users: [{ name: 'me', user }],
    contexts: [{ name: 'test', context: { cluster: 'hub', user: 'me' } }],
  });
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
