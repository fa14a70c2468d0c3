import type { InstallParams } from '../../shared/contract/install.ts';
import { fault, toFault } from '../../shared/fault.ts';
import type { KubeObject } from '../../shared/kube.ts';
import { resources } from '../kube/resources.ts';
import type { KubeClient } from '../kube/types.ts';
import type { Operators } from '../store/operators.ts';
import { at, hubPackage, list, policyName, text } from './names.ts';

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** What can be said without the hub. Fault: install.invalid with the field. */
export function checkNames(params: InstallParams): void {
  for (const field of ['hubNamespace', 'spokeNamespace', 'policyNamespace', 'sourceNamespace'] as const) {
    if (!dnsLabel.test(params[field])) {
      throw fault(
        'install.invalid',
        `${field} "${params[field]}" is no name of a namespace.`,
        'Use at most 63 lower-case letters, digits and dashes.',
        { field: `params.${field}` },
      );
    }
  }
  // ACM refuses policies whose namespace and name together are longer (the copy is named <namespace>.<name>).
  if (params.policyNamespace.length + policyName.length > 62) {
    throw fault(
      'install.invalid',
      `The policy's namespace and name are longer than 62 characters together.`,
      `Use a policy namespace of at most ${62 - policyName.length} characters.`,
      { field: 'params.policyNamespace' },
    );
  }
  if (params.channel.trim() === '') {
    throw fault('install.invalid', 'The channel is empty.', 'Name the channel of the catalog, usually stable.', {
      field: 'params.channel',
    });
  }
}

/**
 * What must be true on the hub before KMM-Hub can be ordered there. Returns warnings.
 * Faults: install.noOlm, install.unknownCatalog (about = catalogs there are), install.exists.
 */
export async function checkHub(
  client: KubeClient,
  operators: Operators,
  hub: string,
  params: InstallParams,
): Promise<string[]> {
  const { source, sourceNamespace, hubNamespace } = params;
  if (!(await client.served(resources.Subscription))) {
    throw fault(
      'install.noOlm',
      'This hub has no Operator Lifecycle Manager: it serves no Subscriptions.',
      'Install KMM-Hub from its own manifests (kubectl apply -k config/deploy-hub of KMM), then refresh.',
      { field: 'hub' },
    );
  }
  const other = operators
    .all(hub)
    .find((row) => row.kind === 'Subscription' && row.package === hubPackage && row.namespace !== hubNamespace);
  if (other) {
    throw fault(
      'install.exists',
      `KMM-Hub is ordered already, by Subscription ${other.name} in ${other.namespace}.`,
      `Give ${other.namespace} as the hub namespace, or remove that Subscription first.`,
      { field: 'params.hubNamespace' },
    );
  }
  return [...(await checkCatalog(client, source, sourceNamespace)), ...(await checkGroups(client, hubNamespace))];
}

async function checkCatalog(client: KubeClient, source: string, namespace: string): Promise<string[]> {
  const found = await readable(() => client.get(resources.CatalogSource, source, namespace));
  if (found === 'forbidden')
    return [`May not read CatalogSources: whether ${namespace}/${source} exists is not known.`];
  if (found === undefined) {
    const there: string[] = [];
    for await (const page of client.list(resources.CatalogSource)) {
      there.push(...page.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
    }
    throw fault(
      'install.unknownCatalog',
      `The hub has no CatalogSource ${source} in ${namespace}.`,
      there.length > 0
        ? `Take one that is there: ${there.sort().join(', ')}.`
        : 'Mirror a catalog and make its CatalogSource first.',
      { field: 'params.source', about: there },
    );
  }
  const state = text(at(found, 'status', 'connectionState', 'lastObservedState'));
  if (state === '' || state === 'READY') return [];
  return [`CatalogSource ${source} is not ready (${state}): nothing will be installed before it is.`];
}

/** Two OperatorGroups in one namespace stop OLM there altogether. */
async function checkGroups(client: KubeClient, namespace: string): Promise<string[]> {
  const groups = await readable(async () => {
    const items: KubeObject[] = [];
    for await (const page of client.list(resources.OperatorGroup, { namespace })) items.push(...page.items);
    return items;
  });
  if (groups === 'forbidden' || groups === undefined) return [];
  const other = groups.find(({ metadata }) => metadata.name !== hubPackage);
  if (!other) return [];
  const targets = list(at(other, 'spec', 'targetNamespaces')).map(text);
  throw fault(
    'install.exists',
    `Namespace ${namespace} has an OperatorGroup already: ${other.metadata.name} (for ${targets.join(', ') || 'all namespaces'}).`,
    'Use a namespace of its own for KMM-Hub, or remove that OperatorGroup: OLM installs nothing where there are two.',
    { field: 'params.hubNamespace' },
  );
}

async function readable<T>(work: () => Promise<T>): Promise<T | 'forbidden'> {
  try {
    return await work();
  } catch (error) {
    if (toFault(error).code === 'kube.forbidden') return 'forbidden';
    throw error;
  }
}
