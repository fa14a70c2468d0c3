import { fault } from '../../../shared/fault.ts';
import { takenBy } from './make-resources.ts';
import type { ClusterFacts } from './types.ts';

/** A joined spoke, from its row. */
export interface ResourceSpoke {
  name: string;
  /** `4.12.3`; empty = not known yet. */
  openshift: string;
  labels: Record<string, string>;
}

/** Spokes that take the same kinds of mirror sets. */
export interface Family {
  name: 'icsp' | 'idms';
  /** Of the oldest among them: what it takes, all take. */
  facts: ClusterFacts;
  spokes: ResourceSpoke[];
  /** Versions among them, sorted. */
  versions: string[];
}

/** Spokes with all of the labels. Fault: mirror.noSpokes. */
export function chooseSpokes(
  spokes: readonly ResourceSpoke[],
  selector: Readonly<Record<string, string>>,
): ResourceSpoke[] {
  const wanted = Object.entries(selector);
  const chosen = spokes.filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
  if (chosen.length > 0) return chosen;
  throw fault(
    'mirror.noSpokes',
    wanted.length > 0
      ? `No joined spoke has the labels ${wanted.map(([key, value]) => `${key}=${value}`).join(', ')}.`
      : 'This hub has no joined spokes.',
    'Correct the selector, or wait until spokes have joined.',
    { field: 'spokeSelector' },
  );
}

/** Sorts spokes by what their OpenShift takes; those whose version is unknown are in no family, and named in a warning. */
export function familiesOf(spokes: readonly ResourceSpoke[]): { families: Family[]; warnings: string[] } {
  const known = (spoke: ResourceSpoke) => takenBy({ openshift: spoke.openshift });
  const icsp = spokes.filter((spoke) => known(spoke).icsp);
  const idms = spokes.filter((spoke) => known(spoke).idms);
  const unknown = spokes.filter((spoke) => !known(spoke).icsp && !known(spoke).idms);
  const families = [family('icsp', icsp), family('idms', idms)].filter((one) => one.spokes.length > 0);
  const warnings =
    unknown.length > 0
      ? [
          unknown.length === 1
            ? `${unknown[0]?.name} has told no OpenShift version; it gets no work of its own; a policy reaches it with the others.`
            : `${unknown.length} spokes have told no OpenShift version (first ${unknown[0]?.name}); they get no work of their own; a policy reaches them with the others.`,
        ]
      : [];
  if (families.length > 1) {
    warnings.push(
      `The spokes are mixed: ${icsp.length} take ImageContentSourcePolicy (OpenShift up to 4.12), ${idms.length} ImageDigestMirrorSet and ImageTagMirrorSet (4.13 and newer); each gets its own.`,
    );
  }
  const alone = [...new Set(idms.map(({ openshift }) => openshift).filter(takesNoBoth))].sort();
  if (alone.length > 0) {
    warnings.push(
      `OpenShift ${alone.join(', ')} takes no ImageDigestMirrorSet or ImageTagMirrorSet beside an ImageContentSourcePolicy: where one is left from 4.12, delete it on the spoke first, or go to 4.13.27 or 4.14.3.`,
    );
  }
  return { families, warnings };
}

/** The two kinds stand beside each other from 4.13.27 and 4.14.3 on (release notes; openshift-docs#72316, #72317). */
function takesNoBoth(openshift: string): boolean {
  const [major, minor, patch = 0] = openshift.split('-')[0]?.split('.').map(Number) ?? [];
  return major === 4 && ((minor === 13 && patch < 27) || (minor === 14 && patch < 3));
}

function family(name: Family['name'], spokes: ResourceSpoke[]): Family {
  const versions = [...new Set(spokes.map(({ openshift }) => openshift))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  return { name, facts: { openshift: versions[0] ?? '' }, spokes, versions };
}
