import type { KindSchema } from '../apiserver/kind-schema.ts';
import { kinds } from '../kinds.ts';
import { ageColumn, column, customKind } from './custom-kind.ts';
import {
  boolean,
  condition,
  dateTime,
  embedded,
  int32,
  int64,
  intOrString,
  labelSelector,
  list,
  mapOf,
  object,
  oneOf,
  open,
  string,
  stringMap,
  strings,
} from './shapes.ts';

const conditions = list(condition);
const release = { version: string, image: string, url: string, channels: strings };
const compliance = oneOf('Compliant', 'Pending', 'NonCompliant');
const action = oneOf('Inform', 'inform', 'Enforce', 'enforce');
const nonEmpty = { type: 'string', minLength: 1 };

const clusterInfo = customKind(kinds.ManagedClusterInfo, {
  description: 'ManagedClusterInfo is what ACM knows of a managed cluster beyond its ManagedCluster.',
  properties: {
    spec: object({ loggingCA: { type: 'string', format: 'byte' }, masterEndpoint: string }),
    status: object({
      conditions,
      version: string,
      kubeVendor: string,
      cloudVendor: string,
      clusterID: string,
      consoleURL: string,
      distributionInfo: object({
        type: string,
        ocp: object({
          version: string,
          availableUpdates: strings,
          desiredVersion: string,
          upgradeFailed: boolean,
          channel: string,
          desired: object(release),
          versionAvailableUpdates: list(object(release)),
          versionHistory: list(object({ state: string, version: string, image: string, verified: boolean })),
          lastAppliedAPIServerURL: string,
          managedClusterClientConfig: object({ url: string, caBundle: { type: 'string', format: 'byte' } }, 'url'),
        }),
      }),
      nodeList: list(
        object({
          name: string,
          labels: stringMap,
          capacity: mapOf(intOrString),
          conditions: list(object({ type: string, status: string })),
        }),
      ),
    }),
  },
});

const clusterView = customKind(kinds.ManagedClusterView, {
  description: 'ManagedClusterView shows one object of a managed cluster, read again at an interval.',
  properties: {
    spec: object({
      scope: object({
        apiGroup: string,
        version: string,
        kind: string,
        resource: string,
        name: string,
        namespace: string,
        updateIntervalSeconds: int32,
      }),
    }),
    status: object({ conditions, result: { ...embedded, nullable: true } }),
  },
});

const clusterAction = customKind(kinds.ManagedClusterAction, {
  description: 'ManagedClusterAction creates, updates or deletes one object of a managed cluster, once.',
  properties: {
    spec: object({
      actionType: string,
      kube: object({ resource: string, name: string, namespace: string, template: embedded }),
    }),
    status: object({ conditions, result: { ...embedded, nullable: true } }),
  },
});

const dependency = object(
  { apiVersion: string, kind: string, name: string, namespace: string, compliance },
  'apiVersion',
  'compliance',
  'kind',
  'name',
);

const policy = customKind(kinds.Policy, {
  description: 'Policy carries policy templates to the clusters that its PlacementBindings place it on.',
  shortNames: ['plc'],
  columns: [
    column('Remediation action', 'string', '.spec.remediationAction'),
    column('Compliance state', 'string', '.status.compliant'),
    ageColumn,
  ],
  required: ['metadata', 'spec'],
  properties: {
    spec: object(
      {
        disabled: boolean,
        remediationAction: action,
        copyPolicyMetadata: boolean,
        dependencies: list(dependency),
        hubTemplateOptions: object({ serviceAccountName: string }),
        'policy-templates': list(
          object(
            { objectDefinition: open, extraDependencies: list(dependency), ignorePending: boolean },
            'objectDefinition',
          ),
        ),
      },
      'disabled',
      'policy-templates',
    ),
    status: object({
      compliant: compliance,
      details: list(
        object({
          compliant: compliance,
          templateMeta: open,
          history: list(object({ eventName: string, lastTimestamp: dateTime, message: string })),
        }),
      ),
      placement: list(
        object({
          placement: string,
          placementBinding: string,
          placementRule: string,
          policySet: string,
          decisions: list(object({ clusterName: string, clusterNamespace: string })),
        }),
      ),
      status: list(object({ clustername: string, clusternamespace: string, compliant: compliance })),
    }),
  },
});

const placementBinding = customKind(kinds.PlacementBinding, {
  description: 'PlacementBinding places policies where a Placement decided.',
  shortNames: ['pb'],
  required: ['placementRef', 'subjects'],
  properties: {
    bindingOverrides: object({ remediationAction: oneOf('Enforce', 'enforce') }),
    subFilter: oneOf('restricted'),
    placementRef: object(
      {
        apiGroup: oneOf('apps.open-cluster-management.io', 'cluster.open-cluster-management.io'),
        kind: oneOf('PlacementRule', 'Placement'),
        name: nonEmpty,
      },
      'apiGroup',
      'kind',
      'name',
    ),
    subjects: list(
      object(
        { apiGroup: oneOf('policy.open-cluster-management.io'), kind: oneOf('Policy', 'PolicySet'), name: nonEmpty },
        'apiGroup',
        'kind',
        'name',
      ),
      { minItems: 1 },
    ),
    status: object({}),
  },
});

const spelled = (...words: string[]) =>
  oneOf(...words.flatMap((word) => [word, word[0] + word.slice(1).toLowerCase(), word.toLowerCase()]));
const state = oneOf('Compliant', 'Pending', 'NonCompliant', 'Terminating');

const configurationPolicy = customKind(kinds.ConfigurationPolicy, {
  description: 'ConfigurationPolicy says which objects must or must not be on this cluster.',
  columns: [column('Compliance state', 'string', '.status.compliant')],
  required: ['spec'],
  properties: {
    spec: object(
      {
        remediationAction: { ...action, default: 'inform' },
        severity: oneOf('low', 'Low', 'medium', 'Medium', 'high', 'High', 'critical', 'Critical'),
        customMessage: object({ compliant: string, noncompliant: string }),
        evaluationInterval: object({ compliant: string, noncompliant: string }),
        namespaceSelector: object({ include: strings, exclude: strings, ...labelSelector.properties }),
        'object-templates': list(
          object(
            {
              complianceType: spelled('MustHave', 'MustOnlyHave', 'MustNotHave'),
              metadataComplianceType: spelled('MustHave', 'MustOnlyHave'),
              objectDefinition: open,
              objectSelector: labelSelector,
              recordDiff: oneOf('Log', 'InStatus', 'None'),
              recreateOption: { ...oneOf('None', 'IfRequired', 'Always'), default: 'None' },
            },
            'complianceType',
            'objectDefinition',
          ),
        ),
        'object-templates-raw': string,
        pruneObjectBehavior: { ...oneOf('DeleteAll', 'DeleteIfCreated', 'None'), default: 'None' },
      },
      'remediationAction',
    ),
    status: object({
      compliant: state,
      compliancyDetails: list(
        object({
          Compliant: state,
          Validity: object({ reason: string, valid: boolean }),
          conditions: list(
            object(
              { type: string, status: string, reason: string, message: string, lastTransitionTime: dateTime },
              'type',
            ),
          ),
        }),
      ),
      history: list(object({ lastTimestamp: dateTime, message: string })),
      lastEvaluated: string,
      lastEvaluatedGeneration: int64,
      relatedObjects: list(
        object({
          compliant: string,
          reason: string,
          object: object({ apiVersion: string, kind: string, metadata: object({ name: string, namespace: string }) }),
          properties: object({ createdByPolicy: boolean, diff: string, matchesAfterDryRun: boolean, uid: string }),
        }),
      ),
    }),
  },
});

/** What ACM adds to an OCM hub. Pass to `core.serve`. */
export const acmKinds: readonly KindSchema[] = [
  clusterInfo,
  clusterAction,
  clusterView,
  policy,
  placementBinding,
  configurationPolicy,
];

/** What ACM's policy add-on brings to a spoke. Pass to `core.serve`. */
export const acmSpokeKinds: readonly KindSchema[] = [policy, configurationPolicy];
