import { describe, expect, it } from 'vitest';
import type { Condition } from '../kube.ts';
import { openshiftSort } from './openshift-sort.ts';
import { type OperativeFacts, operative } from './operative.ts';

const conditions = (changes: Record<string, Condition['status'] | undefined> = {}): Condition[] =>
  Object.entries({
    HubAcceptedManagedCluster: 'True' as const,
    ManagedClusterJoined: 'True' as const,
    ManagedClusterConditionAvailable: 'True' as const,
    ManagedClusterConditionClockSynced: 'True' as const,
    ...changes,
  }).flatMap(([type, status]) => (status ? [{ type, status, lastTransitionTime: `at ${type}` }] : []));
const facts = (more: Partial<OperativeFacts> = {}): OperativeFacts => ({
  ...{
    deleting: false,
    accepted: true,
    conditions: conditions(),
    addons: [{ name: 'work-manager', available: 'True' }],
  },
  ...more,
});

describe('operative', () => {
  it('is a spoke with nothing wrong, since its Available condition', () => {
    const since = 'at ManagedClusterConditionAvailable';
    expect(operative(facts())).toEqual({ availability: 'available', operative: true, reason: '', since });
  });
  it.each<[string, Partial<OperativeFacts>, string, RegExp]>([
    ['deleting', { deleting: true, accepted: false }, 'deleting', /deleted/],
    ['not accepted, though the condition still says True', { accepted: false }, 'notAccepted', /not accepted/],
    [
      'never joined',
      { conditions: conditions({ ManagedClusterJoined: undefined, ManagedClusterConditionAvailable: 'Unknown' }) },
      'joining',
      /not joined/,
    ],
    ['no status at all', { conditions: [] }, 'joining', /not joined/],
    [
      'joined without health',
      { conditions: conditions({ ManagedClusterConditionAvailable: undefined }) },
      'joining',
      /not reported/,
    ],
    [
      'API down',
      { conditions: conditions({ ManagedClusterConditionAvailable: 'False' }) },
      'unavailable',
      /API server/,
    ],
    [
      'lease stopped',
      { conditions: conditions({ ManagedClusterConditionAvailable: 'Unknown' }) },
      'unknown',
      /stopped reporting/,
    ],
    ['clock', { conditions: conditions({ ManagedClusterConditionClockSynced: 'False' }) }, 'available', /clock/],
    [
      'work add-on silent',
      { addons: [{ name: 'work-manager', available: 'Unknown' }] },
      'available',
      /work-manager has stopped/,
    ],
    [
      'policy add-on down',
      { addons: [{ name: 'config-policy-controller', available: 'False' }] },
      'available',
      /config-policy-controller says/,
    ],
  ])('not: %s', (_, more, availability, reason) => {
    const result = operative(facts(more));
    expect(result).toMatchObject({ availability, operative: false });
    expect(result.reason).toMatch(reason);
    expect(result.reason).toMatch(/^[A-Z].*\.$/);
  });
  it('other add-ons, missing add-ons and add-ons without a word yet do not matter', () => {
    expect(operative(facts({ addons: [] })).operative).toBe(true);
    const addons = [
      { name: 'search-collector', available: 'Unknown' },
      { name: 'work-manager', available: '' },
    ];
    expect(operative(facts({ addons })).operative).toBe(true);
  });
});

describe('openshiftSort', () => {
  it('orders as versions are ordered', () => {
    const order = [
      '4.9.59',
      '4.12.0-ec.9',
      '4.12.0-rc.2',
      '4.12.0-rc.10',
      '4.12.0',
      '4.12.3',
      '4.12.13',
      '4.18.1',
      '5.0.0',
    ];
    expect([...order].reverse().sort((a, b) => (openshiftSort(a) < openshiftSort(b) ? -1 : 1))).toEqual(order);
    expect(openshiftSort('')).toBe('');
  });
});
