import { kinds } from '../kinds.ts';
import { customKind } from './custom-kind.ts';
import {
  boolean,
  conditions,
  dateTime,
  described,
  embedded,
  int32,
  int64,
  list,
  listBy,
  object,
  oneOf,
  string,
  strings,
} from './shapes.ts';

const resource = { group: string, resource: string, name: string, namespace: string };
const name = { type: 'string', minLength: 1, maxLength: 253 };

const manifestConfig = object(
  {
    resourceIdentifier: object(resource, 'resource', 'name'),
    feedbackScrapeType: described('Poll at the agent’s interval, or Watch for values at once.', {
      ...oneOf('Poll', 'Watch'),
      default: 'Poll',
    }),
    feedbackRules: list(
      object(
        {
          type: oneOf('WellKnownStatus', 'JSONPaths'),
          jsonPaths: listBy('name', object({ name: string, path: string, version: string }, 'name', 'path')),
        },
        'type',
      ),
    ),
    conditionRules: listBy(
      'condition',
      object(
        {
          condition: string,
          type: oneOf('WellKnownConditions', 'CEL'),
          celExpressions: strings,
          message: string,
          messageExpression: string,
        },
        'condition',
        'type',
      ),
    ),
    updateStrategy: object(
      {
        type: { ...oneOf('Update', 'CreateOnly', 'ServerSideApply', 'ReadOnly'), default: 'Update' },
        serverSideApply: object({
          force: boolean,
          fieldManager: { type: 'string', default: 'work-agent', pattern: '^work-agent' },
          ignoreFields: listBy(
            'condition',
            object(
              {
                condition: { ...oneOf('OnSpokePresent', 'OnSpokeChange'), default: 'OnSpokePresent' },
                jqPathExpressions: strings,
                jsonPaths: strings,
                jsonPointers: strings,
              },
              'condition',
            ),
          ),
        }),
      },
      'type',
    ),
  },
  'resourceIdentifier',
);

const feedbackValue = object(
  {
    name: string,
    fieldValue: object(
      {
        type: oneOf('Integer', 'String', 'Boolean', 'JsonRaw'),
        integer: int64,
        string,
        boolean,
        jsonRaw: { type: 'string', maxLength: 1024 },
      },
      'type',
    ),
  },
  'fieldValue',
  'name',
);

/** work.open-cluster-management.io/v1 ManifestWork. */
export const manifestWork = customKind(kinds.ManifestWork, {
  description: 'ManifestWork holds manifests that the agent of the cluster named like its namespace applies there.',
  properties: {
    spec: object({
      workload: object({ manifests: list(embedded) }),
      manifestConfigs: list(manifestConfig),
      deleteOption: object({
        propagationPolicy: { ...oneOf('Foreground', 'Orphan', 'SelectivelyOrphan'), default: 'Foreground' },
        selectivelyOrphans: object({ orphaningRules: list(object(resource, 'name', 'resource')) }),
        ttlSecondsAfterFinished: int64,
      }),
      executor: object({
        subject: object(
          { type: oneOf('ServiceAccount'), serviceAccount: object({ name, namespace: name }, 'name', 'namespace') },
          'type',
        ),
      }),
    }),
    status: object({
      conditions,
      resourceStatus: object({
        manifests: list(
          object(
            {
              conditions,
              resourceMeta: object({ ...resource, kind: string, version: string, ordinal: int32 }, 'ordinal'),
              statusFeedback: object({ values: listBy('name', feedbackValue) }),
            },
            'conditions',
            'resourceMeta',
          ),
        ),
      }),
    }),
  },
});

/** work.open-cluster-management.io/v1 AppliedManifestWork, on a spoke. */
export const appliedManifestWork = customKind(kinds.AppliedManifestWork, {
  description: 'AppliedManifestWork lists what the agent applied for one ManifestWork, and owns it.',
  properties: {
    spec: object({ hubHash: string, agentID: string, manifestWorkName: string }, 'hubHash', 'manifestWorkName'),
    status: object({
      appliedResources: list(object({ ...resource, version: string, uid: string }, 'name', 'resource', 'version')),
      evictionStartTime: dateTime,
    }),
  },
});
