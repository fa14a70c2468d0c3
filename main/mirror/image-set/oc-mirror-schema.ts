import { z } from 'zod';

const text = z.string().default('');
const flag = z.boolean().default(false);
/** Go reads `channels:` without a value as an empty list. */
const list = <T extends z.ZodType>(each: T) =>
  z
    .array(each)
    .nullish()
    .transform((value) => value ?? []);

const Platforms = list(z.strictObject({ os: z.string().min(1), architecture: z.string().min(1) }));
const Range = { minVersion: text, maxVersion: text };

const Channel = z.strictObject({
  name: z.string(),
  type: z.enum(['ocp', 'okd']).default('ocp'),
  ...Range,
  shortestPath: flag,
  full: flag,
});

const Operator = z.strictObject({
  catalog: z.string(),
  full: flag,
  packages: list(
    z.strictObject({
      name: z.string(),
      defaultChannel: text,
      ...Range,
      channels: list(z.strictObject({ name: z.string(), ...Range })),
    }),
  ),
  targetCatalog: text,
  targetTag: text,
  targetCatalogSourceTemplate: text,
  platforms: Platforms,
  skipDependencies: flag,
});

const Chart = z.strictObject({
  name: z.string(),
  version: text,
  path: text,
  imagePaths: list(z.string()),
  platforms: Platforms,
});

const Name = z.strictObject({ name: z.string() });

/** oc-mirror v2's ImageSetConfiguration, every key of it (internal/pkg/api/v2alpha1/type_config.go). */
export const OcMirrorSet = z.strictObject({
  apiVersion: z.literal('mirror.openshift.io/v2alpha1'),
  kind: z.literal('ImageSetConfiguration'),
  archiveSize: z.number().default(0),
  mirror: z.strictObject({
    platform: z
      .strictObject({
        graph: flag,
        channels: list(Channel),
        architectures: list(z.string()),
        platforms: Platforms,
        release: text,
        kubeVirtContainer: flag,
      })
      .optional(),
    operators: list(Operator),
    additionalImages: list(
      z.strictObject({ name: z.string(), targetRepo: text, targetTag: text, platforms: Platforms }),
    ),
    helm: z
      .strictObject({
        repositories: list(z.strictObject({ name: z.string(), url: z.string(), charts: list(Chart) })),
        local: list(Chart),
      })
      .optional(),
    blockedImages: list(Name),
    samples: list(Name),
  }),
});
export type OcMirrorSet = z.output<typeof OcMirrorSet>;
