import type { Schema } from './lint-schema.ts';

/**
 * ManagedClusterModule as KMM documents it, for use without a hub: the fields a person writes (kmm.md 1.2, 1.3). Pod volumes,
 * resources and DRA device classes are left open; a hub's own schema is taken where it has been read.
 */
const text: Schema = { type: 'string' };
const yes: Schema = { type: 'boolean' };
const texts: Schema = { type: 'array', items: text };
const someTexts: Schema = { ...texts, minItems: 1 };
const map: Schema = { type: 'object', additionalProperties: text };
const any: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
const fields = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: 'object',
  properties,
  required,
});

const named = fields({ name: text });
const tls = fields({ insecure: yes, insecureSkipTLSVerify: yes });
const build = fields(
  {
    dockerfileConfigMap: named,
    buildArgs: list(fields({ name: text, value: text }, 'name', 'value')),
    secrets: list(named),
    baseImageRegistryTLS: tls,
    kanikoParams: fields({ tag: text }),
    selector: map,
  },
  'dockerfileConfigMap',
);
const sign = fields(
  { keySecret: named, certSecret: named, unsignedImage: text, unsignedImageRegistryTLS: tls, filesToSign: texts },
  'keySecret',
  'certSecret',
);
const common = {
  containerImage: text,
  registryTLS: tls,
  build,
  sign,
  inTreeModulesToRemove: texts,
  inTreeModuleToRemove: text,
};
const args = fields({ load: someTexts, unload: someTexts });
const modprobe = fields({
  moduleName: text,
  parameters: texts,
  dirName: { ...text, default: '/opt' },
  args,
  rawArgs: args,
  firmwarePath: text,
  modulesLoadingOrder: texts,
});
const loader = fields(
  {
    container: fields(
      {
        ...common,
        kernelMappings: list(fields({ ...common, literal: text, regexp: text }, 'containerImage'), { minItems: 1 }),
        modprobe,
        version: text,
        imagePullPolicy: text,
      },
      'kernelMappings',
      'modprobe',
    ),
    serviceAccountName: text,
  },
  'container',
);
const container = fields(
  {
    image: text,
    command: texts,
    args: texts,
    env: list(any),
    imagePullPolicy: text,
    resources: any,
    volumeMounts: list(any),
  },
  'image',
);
const plugin = {
  container,
  initContainer: container,
  serviceAccountName: text,
  volumes: list(any),
  automountServiceAccountToken: yes,
};
const moduleSpec = fields(
  {
    selector: map,
    tolerations: list(
      fields({
        key: text,
        operator: text,
        value: text,
        effect: text,
        tolerationSeconds: { type: 'integer', format: 'int64' },
      }),
    ),
    imageRebuildTriggerGeneration: { type: 'integer' },
    imageRepoSecret: named,
    moduleLoader: loader,
    devicePlugin: fields(plugin, 'container'),
    dra: fields({ ...plugin, driverName: text, deviceClasses: list(any, { maxItems: 32 }) }, 'container', 'driverName'),
  },
  'selector',
);

/** `spec` of a ManagedClusterModule. */
export const documentedSpec: Schema = fields(
  { moduleSpec, spokeNamespace: text, selector: map },
  'selector',
  'spokeNamespace',
);
