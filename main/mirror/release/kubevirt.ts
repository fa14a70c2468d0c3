import { parse } from 'yaml';
import { z } from 'zod';

/** Names the boot images of a release, for each architecture (openshift/installer, data/coreos; CoreOS stream metadata). */
export const bootImagesFile = 'release-manifests/0000_50_installer_coreos-bootimages.yaml';

const ConfigMap = z.object({ data: z.object({ stream: z.string() }) });
const Stream = z.object({
  architectures: z.record(
    z.string(),
    z.object({ images: z.object({ kubevirt: z.object({ 'digest-ref': z.string().min(1) }).optional() }).optional() }),
  ),
});

/** The KubeVirt disk image of a release by architecture (x86_64, aarch64, …). Throws where the file is not as it should be. */
export function kubevirtImages(bytes: Buffer): Record<string, string> {
  const { data } = ConfigMap.parse(parse(bytes.toString('utf8')));
  const { architectures } = Stream.parse(JSON.parse(data.stream));
  return Object.fromEntries(
    Object.entries(architectures).flatMap(([name, { images }]) =>
      images?.kubevirt ? [[name, images.kubevirt['digest-ref']]] : [],
    ),
  );
}
