import type { KindRef } from '../api.ts';
import type { KindSchema } from '../apiserver/kind-schema.ts';
import { kinds } from '../kinds.ts';
import { open } from './shapes.ts';

const plain = ({ version, ...kind }: KindRef): KindSchema => ({
  ...kind,
  versions: [{ name: version, schema: open, status: true }],
});

/** Pass to `core.serve`. */
export const openshiftKinds: readonly KindSchema[] = [kinds.Build].map(plain);
