import { describe, expect, it } from 'vitest';
import { type SpokeEvidence, spokeState } from './spoke-state.ts';

const nothing: SpokeEvidence = { availability: 'available', kernels: '', claimsCut: false, policies: [] };
const policy = (compliant: string, message = '') => ({
  root: 'ns.install-kmm',
  compliant,
  message,
  created_at: '2026-11-22T10:00:00Z',
});
const work = { applied: 'True', delivered: true, message: '', trouble: '', createdAt: '2026-11-22T10:00:00Z' };

describe('KMM on a spoke', () => {
  it.each<[string, Partial<SpokeEvidence>, string, RegExp]>([
    ['its claim', { kernels: '5.14' }, 'installed', /reports the kernels/],
    [
      'its claim, though the policy complains',
      { kernels: '5.14', policies: [policy('NonCompliant', 'violation - Error')] },
      'installed',
      /reports/,
    ],
    ['its claim, though the spoke is away', { kernels: '5.14', availability: 'unknown' }, 'installed', /reports/],
    ['a compliant policy without the claim', { policies: [policy('Compliant')] }, 'installing', /claim has not come/],
    ['a compliant policy, claims cut', { policies: [policy('Compliant')], claimsCut: true }, 'installed', /cut off/],
    ['a policy not evaluated', { policies: [policy('')] }, 'installing', /not been evaluated/],
    ['a pending policy', { policies: [policy('Pending')] }, 'installing', /not been evaluated/],
    [
      'a policy that only begins',
      { policies: [policy('NonCompliant', 'violation - namespaces [openshift-kmm] not found')] },
      'installing',
      /not found/,
    ],
    [
      'a policy that cannot',
      { policies: [policy('NonCompliant', 'violation - Error creating the object `kmm`')] },
      'failed',
      /Error creating/,
    ],
    [
      'one of two policies compliant',
      { policies: [policy('NonCompliant', 'failed'), policy('Compliant')] },
      'installing',
      /is compliant/,
    ],
    ['a work not yet applied', { work: { ...work, applied: '', delivered: false } }, 'installing', /waits for/],
    ['a work applied at an older generation', { work: { ...work, delivered: false } }, 'installing', /waits for/],
    [
      'a refused work',
      { work: { ...work, applied: 'False', delivered: false, message: 'subscriptions is forbidden' } },
      'failed',
      /subscriptions is forbidden/,
    ],
    [
      'OLM’s complaint on the spoke',
      { work: { ...work, trouble: 'catalogsource missing' } },
      'failed',
      /catalogsource missing/,
    ],
    ['a delivered work without the claim', { work }, 'installing', /claim has not come/],
    [
      'an add-on that is there',
      { addon: { name: 'kmm', available: 'True', message: '', since: null }, claimsCut: true },
      'installed',
      /Add-on kmm/,
    ],
    [
      'an add-on that fails',
      { addon: { name: 'kmm', available: 'False', message: 'no lease', since: null } },
      'failed',
      /no lease/,
    ],
    ['nothing', {}, 'absent', /No policy/],
    ['nothing, claims cut', { claimsCut: true }, 'unknown', /cut off/],
    ['nothing, away', { availability: 'unknown' }, 'unknown', /does not answer/],
    ['nothing, not joined', { availability: 'joining' }, 'unknown', /has not joined/],
  ])('with %s', (_, evidence, state, reason) => {
    const result = spokeState({ ...nothing, ...evidence });
    expect(result.state).toBe(state);
    expect(result.reason).toMatch(reason);
  });

  it('began with the first order', () => {
    const later = { ...policy('Compliant'), created_at: '2026-11-22T11:00:00Z' };
    expect(spokeState({ ...nothing, policies: [later, policy('')] }).started).toBe('2026-11-22T10:00:00Z');
    expect(spokeState(nothing).started).toBeUndefined();
  });
});
