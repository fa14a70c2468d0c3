import type { ImageSet } from '../../../shared/contract/image-set.ts';
import { toFault } from '../../../shared/fault.ts';
import { kernelVariables } from '../../../shared/rules/kernel-template.ts';
import { isManifestText, readModule } from '../kmm-images/module-manifest.ts';
import { doubles } from './check-releases.ts';
import type { Path, Say } from './set-text.ts';

/** What can be told of `modules` without a file or a registry. */
export function checkModules({ modules }: ImageSet, say: Say): void {
  for (const [index, { manifest, kernels }] of modules.entries()) {
    const at = ['modules', index];
    doubles(kernels, [...at, 'kernels'], 'kernel', say);
    for (const [place, kernel] of kernels.entries())
      attempt(() => kernelVariables(kernel), [...at, 'kernels', place], say);
    if (isManifestText(manifest)) attempt(() => readModule(manifest), [...at, 'manifest'], say);
  }
}

function attempt(work: () => unknown, at: Path, say: Say): void {
  try {
    work();
  } catch (error) {
    const { message, remedy } = toFault(error);
    say('error', at, message, remedy);
  }
}
