import type { KubeObject } from '../../../shared/kube.ts';
import { findValues, goType, PathError, parsePath } from '../../json-path.ts';
import type { Said } from './conditions.ts';
import type { FeedbackRule, FeedbackValue, FieldValue } from './work-types.ts';

/** Values and the condition that the work agent makes of an object's status. */
export interface Feedback {
  values: FeedbackValue[];
  said: Said;
}

type Path = NonNullable<FeedbackRule['jsonPaths']>[number];

/** The status values of kinds that the agent knows by itself (OCM work/spoke/statusfeedback/rules). */
const wellKnown: Readonly<Record<string, readonly Path[]>> = {
  'apps/Deployment': [
    { name: 'ReadyReplicas', path: '.status.readyReplicas' },
    { name: 'Replicas', path: '.status.replicas' },
    { name: 'AvailableReplicas', path: '.status.availableReplicas' },
  ],
  'batch/Job': [
    { name: 'JobComplete', path: '.status.conditions[?(@.type=="Complete")].status' },
    { name: 'JobSucceeded', path: '.status.succeeded' },
  ],
  '/Pod': [
    { name: 'PodReady', path: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'PodPhase', path: '.status.phase' },
  ],
};

const parsed = new Map<string, ReturnType<typeof parsePath> | PathError>();
function parse(path: string): ReturnType<typeof parsePath> {
  let steps = parsed.get(path);
  if (!steps) {
    try {
      steps = parsePath(path);
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      steps = error;
    }
    parsed.set(path, steps);
  }
  if (steps instanceof PathError) throw steps;
  return steps;
}

function fieldValue(value: unknown): FieldValue | undefined {
  if (typeof value === 'string') return { string: value, type: 'String' };
  if (typeof value === 'boolean') return { boolean: value, type: 'Boolean' };
  return typeof value === 'number' && Number.isInteger(value) ? { integer: value, type: 'Integer' } : undefined;
}

/** One value, or nothing for a missing path, or what is wrong. */
function read({ name, path }: Path, object: KubeObject): FieldValue | string | undefined {
  let steps: ReturnType<typeof parsePath>;
  try {
    steps = parse(path);
  } catch (error) {
    return `failed to parse json path ${path} of ${name} with error: ${(error as Error).message}`;
  }
  let found: unknown;
  try {
    found = findValues(steps, object)[0];
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    return `failed to find value for ${name} with error: ${error.message}`;
  }
  if (found === undefined || found === null) return undefined;
  return fieldValue(found) ?? `the type ${goType(found)} of the value for ${name} is not found`;
}

/** What the agent reports of `object` by `rules`; a missing path gives no value and no fault. */
export function feedbackOf(rules: readonly FeedbackRule[], object: KubeObject): Feedback {
  const values: FeedbackValue[] = [];
  const faults: string[] = [];
  const slash = object.apiVersion.lastIndexOf('/');
  const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
  for (const rule of rules) {
    let paths = rule.jsonPaths ?? [];
    if (rule.type === 'WellKnownStatus') {
      const known = wellKnown[`${group}/${object.kind}`];
      if (!known) {
        faults.push(
          `cannot find the wellknown statuses for resource with gvk ${object.apiVersion}, Kind=${object.kind}`,
        );
        continue;
      }
      paths = [...known];
    }
    for (const path of paths) {
      const value = read(path, object);
      if (typeof value === 'string') faults.push(value);
      else if (value) values.push({ fieldValue: value, name: path.name });
    }
  }
  if (faults.length === 0) {
    const reason = rules.length > 0 ? 'StatusFeedbackSynced' : 'NoStatusFeedbackSynced';
    return { values, said: { type: 'StatusFeedbackSynced', status: 'True', reason, message: '' } };
  }
  const text = faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`;
  return {
    values,
    said: {
      type: 'StatusFeedbackSynced',
      status: 'False',
      reason: 'StatusFeedbackSyncFailed',
      message: `Sync status feedback failed with error ${text}`,
    },
  };
}
