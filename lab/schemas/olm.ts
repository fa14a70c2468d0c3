import type { KindSchema } from '../apiserver/kind-schema.ts';
import { kinds } from '../kinds.ts';
import { ageColumn, column, customKind } from './custom-kind.ts';
import {
  boolean,
  conditions,
  dateTime,
  integer,
  labelSelector,
  list,
  object,
  objectReference,
  oneOf,
  open,
  partly,
  setOf,
  string,
  stringMap,
  strings,
} from './shapes.ts';

const olm = { categories: ['olm'] };

const catalogSource = customKind(kinds.CatalogSource, {
  ...olm,
  description: 'CatalogSource is a repository of operators, served by an image.',
  shortNames: ['catsrc'],
  columns: [
    column('Display', 'string', '.spec.displayName'),
    column('Type', 'string', '.spec.sourceType'),
    column('Publisher', 'string', '.spec.publisher'),
    ageColumn,
  ],
  required: ['metadata', 'spec'],
  properties: {
    spec: object(
      {
        sourceType: string,
        image: string,
        address: string,
        configMap: string,
        displayName: string,
        publisher: string,
        description: string,
        priority: integer,
        secrets: strings,
        grpcPodConfig: open,
        icon: object({ base64data: string, mediatype: string }, 'base64data', 'mediatype'),
        updateStrategy: object({ registryPoll: object({ interval: string }) }),
      },
      'sourceType',
    ),
    status: object({
      conditions,
      message: string,
      reason: string,
      connectionState: object(
        { address: string, lastConnect: dateTime, lastObservedState: string },
        'lastObservedState',
      ),
      latestImageRegistryPoll: dateTime,
      registryService: object({
        createdAt: dateTime,
        port: string,
        protocol: string,
        serviceName: string,
        serviceNamespace: string,
      }),
    }),
  },
});

const operatorGroup = customKind(kinds.OperatorGroup, {
  ...olm,
  description: 'OperatorGroup says which namespaces the operators of its own namespace watch.',
  shortNames: ['og'],
  required: ['metadata'],
  properties: {
    spec: {
      ...object({
        selector: labelSelector,
        serviceAccountName: string,
        staticProvidedAPIs: boolean,
        targetNamespaces: setOf(string),
        upgradeStrategy: { ...oneOf('Default', 'TechPreviewUnsafeFailForward'), default: 'Default' },
      }),
      default: { upgradeStrategy: 'Default' },
    },
    status: object(
      {
        conditions: list(conditions.items!),
        lastUpdated: dateTime,
        namespaces: setOf(string),
        serviceAccountRef: objectReference,
      },
      'lastUpdated',
    ),
  },
});

const subscription = customKind(kinds.Subscription, {
  ...olm,
  description: 'Subscription keeps an operator installed and current from a channel of a catalog.',
  shortNames: ['sub', 'subs'],
  columns: [
    column('Package', 'string', '.spec.name'),
    column('Source', 'string', '.spec.source'),
    column('Channel', 'string', '.spec.channel'),
  ],
  required: ['metadata', 'spec'],
  properties: {
    spec: object(
      {
        name: string,
        source: string,
        sourceNamespace: string,
        channel: string,
        startingCSV: string,
        installPlanApproval: string,
        config: partly({
          env: list(partly({ name: string, value: string }, 'name')),
          nodeSelector: stringMap,
          annotations: stringMap,
        }),
      },
      'name',
      'source',
      'sourceNamespace',
    ),
    status: object(
      {
        catalogHealth: list(
          object(
            { catalogSourceRef: objectReference, healthy: boolean, lastUpdated: dateTime },
            'catalogSourceRef',
            'healthy',
            'lastUpdated',
          ),
        ),
        conditions: list(
          object(
            {
              type: string,
              status: string,
              reason: string,
              message: string,
              lastTransitionTime: dateTime,
              lastHeartbeatTime: dateTime,
            },
            'status',
            'type',
          ),
        ),
        currentCSV: string,
        installedCSV: string,
        installPlanGeneration: integer,
        installPlanRef: objectReference,
        installplan: object(
          { apiVersion: string, kind: string, name: string, uuid: string },
          'apiVersion',
          'kind',
          'name',
          'uuid',
        ),
        lastUpdated: dateTime,
        reason: string,
        state: string,
      },
      'lastUpdated',
    ),
  },
});

const installPlan = customKind(kinds.InstallPlan, {
  ...olm,
  description: 'InstallPlan lists what will be created to install operators, and whether that is approved.',
  shortNames: ['ip'],
  columns: [
    column('CSV', 'string', '.spec.clusterServiceVersionNames[0]'),
    column('Approval', 'string', '.spec.approval'),
    column('Approved', 'boolean', '.spec.approved'),
  ],
  required: ['metadata', 'spec'],
  properties: {
    spec: object(
      {
        approval: string,
        approved: boolean,
        clusterServiceVersionNames: strings,
        generation: integer,
        source: string,
        sourceNamespace: string,
      },
      'approval',
      'approved',
      'clusterServiceVersionNames',
    ),
    status: partly({ catalogSources: strings, phase: string, message: string }, 'catalogSources', 'phase'),
  },
});

const clusterServiceVersion = customKind(kinds.ClusterServiceVersion, {
  ...olm,
  description: 'ClusterServiceVersion is one version of an operator, installed in its namespace.',
  shortNames: ['csv', 'csvs'],
  columns: [
    column('Display', 'string', '.spec.displayName'),
    column('Version', 'string', '.spec.version'),
    column('Replaces', 'string', '.spec.replaces'),
    column('Phase', 'string', '.status.phase'),
  ],
  required: ['metadata', 'spec'],
  properties: {
    spec: partly(
      { displayName: string, description: string, version: string, replaces: string, install: open },
      'displayName',
      'install',
    ),
    status: partly({
      phase: string,
      reason: string,
      message: string,
      lastTransitionTime: dateTime,
      lastUpdateTime: dateTime,
    }),
  },
});

/** What OLM serves on any OpenShift cluster. Pass to `core.serve`. */
export const olmKinds: readonly KindSchema[] = [
  catalogSource,
  operatorGroup,
  subscription,
  installPlan,
  clusterServiceVersion,
];
