import type { KubeObject, Resource } from '../../shared/kube.ts';
import { joinApiVersion, query, resourcePath } from './paths.ts';
import type { Transport } from './transport.ts';
import type { ListOptions, ListPage } from './types.ts';

interface ListAnswer {
  items?: KubeObject[] | null;
  metadata?: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
}

/**
 * Pages of a list, all of one resourceVersion. While a page is worked on, the next is on its way.
 * Faults: kube.gone when the continue token ran out half way: what came so far is no whole list.
 */
export async function* listResource(
  transport: Transport,
  resource: Resource,
  options: ListOptions = {},
): AsyncGenerator<ListPage> {
  const { namespace, labelSelector, fieldSelector, limit = 500, signal } = options;
  const path = resourcePath(resource, { namespace });
  const apiVersion = joinApiVersion(resource);
  const ask = async (token?: string) => {
    const parameters = query({ limit, continue: token, labelSelector, fieldSelector });
    return (await transport.json({ method: 'GET', path: path + parameters, signal, reads: true })) as ListAnswer;
  };
  let coming: Promise<ListAnswer> | undefined = ask();
  while (coming) {
    const answer: ListAnswer = await coming;
    const { items, metadata = {} } = answer;
    coming = metadata.continue ? ask(metadata.continue) : undefined;
    // A consumer may stop here and never look at it.
    coming?.catch(() => {});
    yield {
      // Lists of built-in kinds leave apiVersion and kind of the items out.
      items: (items ?? []).map((item) => (item.kind ? item : { ...item, apiVersion, kind: resource.kind })),
      resourceVersion: metadata.resourceVersion ?? '',
      ...(metadata.remainingItemCount !== undefined && { remaining: metadata.remainingItemCount }),
    };
  }
}
