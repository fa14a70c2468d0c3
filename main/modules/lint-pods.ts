import type { Toleration } from '../../shared/rules/module-spec.ts';
import type { Path, Say } from './lint-text.ts';

const hostPaths = ['/dev', '/sys', '/var', '/opt', '/run'];

/** Volumes of device plugins and DRA drivers: KMM after 2.6.0 lets hostPath only below five directories. */
export function lintVolumes(part: unknown, at: Path, say: Say): void {
  const volumes = (part as { volumes?: { hostPath?: { path?: unknown } | null }[] | null } | null)?.volumes;
  if (!Array.isArray(volumes)) return;
  volumes.forEach((volume, index) => {
    const path = volume?.hostPath?.path;
    if (typeof path !== 'string') return;
    const clean = path.replace(/\/+/g, '/');
    const below = hostPaths.some((dir) => clean === dir || clean.startsWith(`${dir}/`));
    if (below && !clean.split('/').includes('..')) return;
    say(
      'error',
      'volume.hostPath',
      [...at, 'volumes', index, 'hostPath', 'path'],
      `${path} may not be mounted from the host.`,
      `Use a directory below ${hostPaths.join(', ')}.`,
    );
  });
}

const labelKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Tolerations as Kubernetes validates them in a pod. */
export function lintTolerations(tolerations: readonly Toleration[], at: Path, say: Say): void {
  tolerations.forEach((toleration, index) => {
    const { key = '', operator = 'Equal', value = '', effect = '', tolerationSeconds } = toleration ?? {};
    const path = [...at, index];
    const bad = (field: string, message: string, remedy: string) =>
      say('error', 'toleration.invalid', [...path, field], message, remedy);
    if (operator !== '' && operator !== 'Exists' && operator !== 'Equal')
      bad('operator', `${operator} is no operator.`, 'Write Exists or Equal.');
    if (key === '' && operator !== 'Exists')
      bad('operator', 'Without a key the operator must be Exists.', 'Add a key, or write Exists.');
    if (key !== '' && !labelKey.test(key)) bad('key', `${key} is no label key.`, 'Correct the key.');
    if (operator === 'Exists' && value !== '')
      bad('value', 'With Exists there can be no value.', 'Remove the value, or write Equal.');
    if (!['', 'NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(effect)) {
      bad('effect', `${effect} is no effect.`, 'Write NoSchedule, PreferNoSchedule or NoExecute.');
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      bad('tolerationSeconds', 'tolerationSeconds needs the effect NoExecute.', 'Set effect: NoExecute, or remove it.');
    }
  });
}
