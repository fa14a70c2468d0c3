import type { Schema } from '../apiserver/kind-schema.ts';
import {
  boolean,
  described,
  integer,
  intOrString,
  list,
  listBy,
  mapOf,
  nameReference,
  object,
  open,
  partly,
  string,
  stringMap,
  strings,
  toleration,
} from './shapes.ts';

const tls = object({ insecure: boolean, insecureSkipTLSVerify: boolean });
const atLeastOne = list(string, { minItems: 1 });
const dirName: Schema = { type: 'string', default: '/opt' };

/** Where and how an image is built. */
export const build = object(
  {
    dockerfileConfigMap: described('ConfigMap with the key `dockerfile`.', nameReference),
    buildArgs: list(object({ name: string, value: string }, 'name', 'value')),
    secrets: list(object({ name: { type: 'string', default: '' } })),
    baseImageRegistryTLS: tls,
    kanikoParams: object({ tag: string }),
    selector: stringMap,
  },
  'dockerfileConfigMap',
);

/** How the modules in an image are signed. */
export const sign = object(
  {
    keySecret: described('Secret with the private key.', nameReference),
    certSecret: described('Secret with the public key.', nameReference),
    filesToSign: strings,
    unsignedImage: string,
    unsignedImageRegistryTLS: tls,
  },
  'certSecret',
  'keySecret',
);

/** How the module is loaded and unloaded. */
export const modprobe = object({
  moduleName: string,
  dirName,
  parameters: strings,
  modulesLoadingOrder: strings,
  firmwarePath: string,
  args: object({ load: atLeastOne, unload: atLeastOne }),
  rawArgs: object({ load: atLeastOne, unload: atLeastOne }),
});

/** One image of one kernel in a ModuleImagesConfig or ModuleBuildSignConfig. */
export const imageFields = {
  image: string,
  kernelVersion: string,
  build,
  sign,
  registryTLS: tls,
  dirName,
  skipWaitMissingImage: boolean,
};

const perImage = {
  registryTLS: tls,
  build,
  sign,
  inTreeModulesToRemove: strings,
  inTreeModuleToRemove: string,
};

const kernelMapping = object(
  {
    ...perImage,
    literal: described('The kernel version itself.', string),
    regexp: described('An unanchored Go regular expression for kernel versions.', string),
    containerImage: described('The kmod image for this kernel; may hold $KERNEL_FULL_VERSION and such.', string),
  },
  'containerImage',
);

const podContainer = object(
  {
    image: string,
    imagePullPolicy: string,
    command: strings,
    args: strings,
    env: list(object({ name: string, value: string, valueFrom: open }, 'name')),
    resources: object({
      claims: listBy('name', object({ name: string, request: string }, 'name')),
      limits: mapOf(intOrString),
      requests: mapOf(intOrString),
    }),
    volumeMounts: list(
      object(
        {
          name: string,
          mountPath: string,
          mountPropagation: string,
          readOnly: boolean,
          recursiveReadOnly: string,
          subPath: string,
          subPathExpr: string,
        },
        'mountPath',
        'name',
      ),
    ),
  },
  'image',
);
const plugin = {
  container: podContainer,
  initContainer: podContainer,
  serviceAccountName: string,
  automountServiceAccountToken: boolean,
  volumes: list(partly({ name: string }, 'name')),
};

/** ModuleSpec: the spec of a Module, and `moduleSpec` of a ManagedClusterModule. */
export const moduleSpec: Schema = {
  ...object(
    {
      selector: described('Labels of the nodes that get the module.', stringMap),
      tolerations: list(toleration),
      imageRepoSecret: nameReference,
      imageRebuildTriggerGeneration: integer,
      moduleLoader: object(
        {
          serviceAccountName: string,
          container: object(
            {
              ...perImage,
              containerImage: string,
              imagePullPolicy: string,
              version: described('Set to upgrade node by node, by label.', string),
              modprobe,
              kernelMappings: described(
                'The first mapping that matches a kernel is taken.',
                list(kernelMapping, { minItems: 1 }),
              ),
            },
            'kernelMappings',
            'modprobe',
          ),
        },
        'container',
      ),
      devicePlugin: object(plugin, 'container'),
      dra: object(
        {
          ...plugin,
          driverName: string,
          deviceClasses: list(
            object(
              {
                name: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$' },
                selectors: list(open, { maxItems: 32 }),
                config: list(open, { maxItems: 32 }),
              },
              'name',
            ),
          ),
        },
        'container',
        'driverName',
      ),
    },
    'selector',
  ),
  'x-kubernetes-validations': [
    {
      rule: '!(has(self.dra) && has(self.devicePlugin))',
      message: 'spec.dra and spec.devicePlugin are mutually exclusive',
    },
  ],
};
