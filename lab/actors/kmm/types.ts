import type { Api } from '../../api.ts';
import type { Spoke } from '../../world/spoke.ts';

/** What OLM calls when a KMM operator's CSV has Succeeded: from here on the operator of that cluster acts. */
export interface KmmInstaller {
  /** kernel-module-management-hub runs on the hub in `namespace`: serves its kinds there and starts KMM-Hub. */
  hub(api: Api, namespace: string): void;
  /** kernel-module-management runs on a spoke (KMM_MANAGED=1): serves its kinds there and starts KMM. */
  spoke(spoke: Spoke, namespace: string): void;
  /** The operator's Deployment is gone again: its controllers stop, its objects stay. */
  removeHub(): void;
  removeSpoke(spoke: Spoke): void;
}
