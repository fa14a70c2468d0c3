/** An image configuration (image-spec config.md), as far as an image that is made of another needs it. All other members are kept. */
export interface ImageConfig {
  config?: { Labels?: Record<string, string>; Entrypoint?: string[]; Cmd?: string[]; [other: string]: unknown };
  rootfs?: { type: string; diff_ids: string[] };
  history?: Record<string, unknown>[];
  created?: string;
  [other: string]: unknown;
}
