import type { KubeObject } from '../../../shared/kube.ts';
import { overrideArguments } from '../../../shared/rules/kernel-mapping.ts';
import { decimalHash } from './hash.ts';
import { dnsKernel, kmm } from './labels.ts';
import { type BuildAction, controlledBy, type ImageSpec, type Mbsc } from './objects.ts';

/** What a Build needs from the cluster; each throws the operator's words when it is not there. */
export interface BuildInputs {
  dockerfile(configMap: string): string;
  /** The base64 text of one key of a Secret. */
  secretKey(secret: string, key: string): string;
  dtk(kernel: string): string;
  /** RELATED_IMAGE_SIGN of the operator; empty in the recorded runs. */
  signImage: string;
}

const secretVolume = (name: string, secretName: string, destinationPath: string) => ({
  mounts: [{ destinationPath }],
  name,
  source: { secret: { optional: false, secretName }, type: 'Secret' },
});

/** `<mcm>-<cluster>-build-<kernel>` or `…-sign-…`. */
export const buildName = (mbsc: Mbsc, kernel: string, action: BuildAction): string =>
  `${mbsc.metadata.name}-${action === 'BuildImage' ? 'build' : 'sign'}-${dnsKernel(kernel)}`;

function buildPart(mbsc: Mbsc, { build, kernelVersion }: ImageSpec, inputs: BuildInputs) {
  const configMap = build?.dockerfileConfigMap?.name;
  // A sign-only image whose signing failed comes here (real-hub.md 2, no. 7).
  if (!build || !configMap) throw new Error('Observed a panic: invalid memory address or nil pointer dereference');
  const dockerfile = inputs.dockerfile(configMap);
  const own = [
    { name: 'KERNEL_VERSION', value: kernelVersion },
    { name: 'KERNEL_FULL_VERSION', value: kernelVersion },
    { name: 'MOD_NAME', value: mbsc.metadata.name! },
    { name: 'MOD_NAMESPACE', value: mbsc.metadata.namespace! },
    ...(dockerfile.includes('DTK_AUTO') ? [{ name: 'DTK_AUTO', value: inputs.dtk(kernelVersion) }] : []),
  ];
  const volumes = (build.secrets ?? []).map(({ name }) => secretVolume(`secret-${name}`, name, `/run/secrets/${name}`));
  return {
    dockerfile,
    hash: decimalHash(dockerfile),
    strategy: {
      buildArgs: overrideArguments(build.buildArgs ?? [], own),
      ...(volumes.length > 0 && { volumes }),
    },
    nodeSelector: build.selector ?? null,
  };
}

function signPart({ build, sign, image, dirName }: ImageSpec, inputs: BuildInputs) {
  const unsigned = build ? image : sign?.unsignedImage;
  if (!sign || !unsigned) throw new Error('no image to sign given');
  const key = inputs.secretKey(sign.keySecret?.name ?? '', 'key');
  const cert = inputs.secretKey(sign.certSecret?.name ?? '', 'cert');
  const loops = (sign.filesToSign ?? []).map((file) =>
    [
      `for file in /opt${file}; do \\`,
      '      [ -e "${file}" ] && /usr/local/bin/sign-file sha256 /run/secrets/key/key /run/secrets/cert/cert "${file}"; \\',
      '    done',
    ].join('\n'),
  );
  const dockerfile = [
    `FROM ${unsigned} as source`,
    `FROM ${inputs.signImage} AS signimage`,
    'USER 0',
    [`COPY --from=source ${dirName} /opt${dirName}`, ...loops.map((loop) => `RUN ${loop}`)].join('\n'),
    `FROM source\nCOPY --from=signimage /opt${dirName} ${dirName}\n`,
  ].join('\n\n');
  return {
    dockerfile,
    hash: decimalHash(dockerfile, key, cert),
    strategy: {
      volumes: [
        secretVolume('key', sign.keySecret!.name, '/run/secrets/key'),
        secretVolume('cert', sign.certSecret!.name, '/run/secrets/cert'),
      ],
    },
    nodeSelector: null,
  };
}

/** The OpenShift Build that the Red Hat edition makes for one image of an MBSC (kmm.md 2.5 and 5). Throws the operator's words. */
export function buildFor(mbsc: Mbsc, image: ImageSpec, action: BuildAction, inputs: BuildInputs): KubeObject {
  const part = action === 'BuildImage' ? buildPart(mbsc, image, inputs) : signPart(image, inputs);
  const secret = mbsc.spec.imageRepoSecret;
  return {
    apiVersion: 'build.openshift.io/v1',
    kind: 'Build',
    metadata: {
      name: buildName(mbsc, image.kernelVersion, action),
      namespace: mbsc.metadata.namespace!,
      annotations: { [kmm.lastHash]: part.hash },
      finalizers: [kmm.gcDelayFinalizer, kmm.jobEventFinalizer],
      labels: {
        'app.kubernetes.io/component': action,
        'app.kubernetes.io/name': 'kmm',
        'app.kubernetes.io/part-of': 'kmm',
        [kmm.moduleName]: mbsc.metadata.name!,
        [kmm.targetKernel]: dnsKernel(image.kernelVersion),
        [kmm.buildType]: action,
      },
      ownerReferences: [controlledBy(mbsc)],
    },
    spec: {
      mountTrustedCA: true,
      nodeSelector: part.nodeSelector,
      output: { ...(secret && { pushSecret: secret }), to: { kind: 'DockerImage', name: image.image } },
      postCommit: {},
      resources: {},
      serviceAccount: 'builder',
      source: { dockerfile: part.dockerfile, type: 'Dockerfile' },
      strategy: { dockerStrategy: { ...(secret && { pullSecret: secret }), ...part.strategy }, type: 'Docker' },
    },
  };
}
