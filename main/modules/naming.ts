import { createHash } from 'node:crypto';
import { type FaultError, fault } from '../../shared/fault.ts';
import { names } from '../../shared/kube.ts';

/** At most `limit` characters: a longer name is cut and gets a hash, so that two long names stay different. */
function short(name: string, limit: number): string {
  if (name.length <= limit) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 10);
  return `${name.slice(0, limit - 11)}-${hash}`;
}

/** The label by which a staged module selects its spokes; the part after the slash may have 63 characters. */
export const deliverLabel = (module: string): string => `${names.deliverLabelPrefix}${short(module, 63)}`;

/** Label value that marks what belongs to a module; values may have 63 characters. */
export const moduleValue = (module: string): string => short(module, 63);

/** Where a label value had to be cut, this annotation has the module's full name. */
export const moduleAnnotation = 'kmm-bastion.io/module';

/** Name of our proof work in each cluster namespace (DNS subdomain, 253 characters). */
export const proofWorkName = (module: string): string => short(`kmm-bastion-proof-${module}`, 253);

/**
 * Field manager for our label on ManagedClusters, one for each module: an apply under one common manager
 * would take away the labels of the other modules (server-side apply drops what a manager no longer states).
 */
export const deliverManager = (module: string): string => short(`kmm-bastion-deliver-${module}`, 128);

/** Name KMM-Hub gives its ModuleImagesConfig and ModuleBuildSignConfig of one spoke, also used as a label value. */
export const imagesConfigName = (module: string, spoke: string): string => `${module}-${spoke}`;

/** Fault for a call that names a module which the hub does not have. */
export const noModule = (name: string): FaultError =>
  fault('module.unknown', `There is no module named ${name} on this hub.`, 'Look at the list of modules.', {
    field: 'name',
  });
