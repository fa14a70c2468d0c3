import type { IncomingMessage } from 'node:http';
import type { KubeObject } from '../../../shared/kube.ts';
import { ApiError } from '../../api.ts';
import type { Column, Served } from '../kind-schema.ts';
import { cellOf } from '../table-cells.ts';

/** What the client wants objects to look like. */
export type Form = 'object' | 'table' | 'metadata';

/** Reads `Accept: application/json;as=Table;v=v1;g=meta.k8s.io, …`: the first form we know. */
export function formOf(request: IncomingMessage): Form {
  for (const part of String(request.headers.accept ?? '').split(',')) {
    if (/;\s*as=Table\b/.test(part) && /v=v1(?!beta)/.test(part)) return 'table';
    if (/;\s*as=PartialObjectMetadata(List)?\b/.test(part) && /v=v1(?!beta)/.test(part)) return 'metadata';
    if (!part.includes(';as=') && /json|\*\/\*/.test(part)) return 'object';
  }
  if (/^text\/html$/.test(String(request.headers.accept ?? ''))) {
    const types = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
    throw new ApiError(406, 'NotAcceptable', `only the following media types are accepted: ${types}`);
  }
  return 'object';
}

/** meta/v1 PartialObjectMetadata. */
export const metadataOnly = (object: KubeObject): KubeObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: object.metadata,
});

const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  cell: ({ metadata }) => metadata.name,
};
const ageColumn: Column = {
  name: 'Age',
  type: 'date',
  description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** The columns of a kind: its own, else name and age. */
const columnsOf = ({ version }: Served): readonly Column[] => [
  nameColumn,
  ...(version.columns && version.columns.length > 0 ? version.columns : [ageColumn]),
];

const pathText = 'Custom resource definition column (in JSONPath format): ';

/** meta/v1 Table of the objects; `withHead` false for later events of a watch; `include` as the query's includeObject. */
export function tableOf(
  served: Served,
  items: readonly KubeObject[],
  now: number,
  { withHead = true, include = 'Metadata' }: { withHead?: boolean; include?: string } = {},
) {
  const columns = columnsOf(served);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: items.length === 1 ? items[0]!.metadata.resourceVersion : '' },
    columnDefinitions: withHead
      ? columns.map(({ name, type, format = '', description, jsonPath = '', priority = 0 }) => ({
          name,
          type,
          format,
          description: description || (served.kind.builtin ? '' : `${pathText}${jsonPath}`),
          priority,
        }))
      : null,
    rows: items.map((object) => ({
      cells: columns.map((column) => cellOf(column, object, now)),
      object: include === 'None' ? null : include === 'Object' ? object : metadataOnly(object),
    })),
  };
}
