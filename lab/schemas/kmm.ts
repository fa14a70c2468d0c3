import type { KindSchema } from '../apiserver/kind-schema.ts';
import { kinds } from '../kinds.ts';
import { customKind } from './custom-kind.ts';
import { imageFields, modprobe, moduleSpec } from './kmm-module.ts';
import {
  boolean,
  described,
  int32,
  integer,
  list,
  nameReference,
  object,
  oneOf,
  string,
  stringMap,
  strings,
  toleration,
} from './shapes.ts';

const managedClusterModule = customKind(kinds.ManagedClusterModule, {
  description: 'ManagedClusterModule delivers one kernel module to all managed clusters that its selector matches.',
  properties: {
    spec: object(
      {
        moduleSpec,
        spokeNamespace: described('Namespace of the Module on the spokes.', string),
        selector: described('Labels of ManagedClusters; {} selects all of them.', stringMap),
      },
      'selector',
      'spokeNamespace',
    ),
    status: object({ numberDesired: int32, numberApplied: int32, numberDegraded: int32 }),
  },
});

const numbers = object({ nodesMatchingSelectorNumber: int32, desiredNumber: int32, availableNumber: int32 });
const module = customKind(kinds.Module, {
  description: 'Module loads a kernel module on the nodes of this cluster that its selector matches.',
  properties: {
    spec: moduleSpec,
    status: object({
      moduleLoader: numbers,
      devicePlugin: numbers,
      dra: numbers,
      imageRebuildTriggerGeneration: integer,
    }),
  },
});

const shared = { imageRepoSecret: nameReference, pushBuiltImage: boolean, tolerations: list(toleration) };

const imagesConfig = customKind(kinds.ModuleImagesConfig, {
  description: 'ModuleImagesConfig asks whether images exist, and for those that do not, to build or sign them.',
  shortNames: ['mic'],
  properties: {
    spec: object({
      ...shared,
      images: list(object(imageFields, 'image', 'kernelVersion')),
      imagePullPolicy: { type: 'string', default: 'IfNotPresent' },
      imageRebuildTriggerGeneration: integer,
    }),
    status: object(
      {
        imagesStates: list(object({ image: string, status: string }, 'image', 'status')),
        imageRebuildTriggerGeneration: integer,
      },
      'imagesStates',
    ),
  },
});

const action = oneOf('BuildImage', 'SignImage');
const buildSignConfig = customKind(kinds.ModuleBuildSignConfig, {
  description: 'ModuleBuildSignConfig lists the images that are to be built or signed in this cluster.',
  shortNames: ['mbsc'],
  properties: {
    spec: object(
      { ...shared, images: list(object({ ...imageFields, action }, 'action', 'image', 'kernelVersion')) },
      'images',
    ),
    status: object(
      {
        images: list(
          object({ image: string, action, status: oneOf('Success', 'Failure') }, 'action', 'image', 'status'),
        ),
      },
      'images',
    ),
  },
});

const nodeModule = {
  name: string,
  namespace: string,
  serviceAccountName: string,
  imageRepoSecret: nameReference,
  tolerations: list(toleration),
  version: string,
  config: object(
    {
      kernelVersion: string,
      containerImage: string,
      imagePullPolicy: { type: 'string', default: 'IfNotPresent' },
      insecurePull: boolean,
      inTreeModulesToRemove: strings,
      inTreeModuleToRemove: string,
      modprobe,
    },
    'containerImage',
    'insecurePull',
    'kernelVersion',
    'modprobe',
  ),
};
const nodeModulesConfig = customKind(kinds.NodeModulesConfig, {
  description: 'NodeModulesConfig says which modules the node of the same name shall have, and which it has.',
  shortNames: ['nmc'],
  properties: {
    spec: object({ modules: list(object(nodeModule, 'config', 'name', 'namespace', 'serviceAccountName')) }),
    status: object({
      modules: list(object({ ...nodeModule, bootId: string }, 'name', 'namespace', 'serviceAccountName')),
    }),
  },
});

/** What the KMM-Hub operator brings to a hub. Pass to `core.serve`. */
export const kmmHubKinds: readonly KindSchema[] = [managedClusterModule, imagesConfig, buildSignConfig];

/** What the KMM operator brings to a spoke. Pass to `core.serve`. */
export const kmmSpokeKinds: readonly KindSchema[] = [module, imagesConfig, buildSignConfig, nodeModulesConfig];
