import { type KubeObject, names } from '../../shared/kube.ts';

/** An estimate of the hub's clock is never off by more, ms; a stamp that is, is of an earlier apply that said the same. */
const near = 600_000;

/** When what we applied was last written, by the API server's clock: our entry of managedFields. */
export function appliedTime({ metadata }: KubeObject): string | undefined {
  const ours = (metadata.managedFields ?? []).find(
    ({ manager, operation }) => manager === names.fieldManager && operation === 'Apply',
  );
  return ours?.time;
}

/** When a command was given, of our estimate before the call and the hub's stamp after it: never later than what it set off. */
export function commandTime(estimate: string, stamp: string | undefined): string {
  if (stamp === undefined || Math.abs(Date.parse(stamp) - Date.parse(estimate)) > near) return estimate;
  return Date.parse(stamp) < Date.parse(estimate) ? stamp : estimate;
}
