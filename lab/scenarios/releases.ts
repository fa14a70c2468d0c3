/** OpenShift releases of the lab: the RHCOS build and the kernel that a node of it runs. */
export const releases = {
  '4.12.3': { rhcos: '412.86.202302091057-0', kernel: '4.18.0-372.43.1.el8_6' },
  '4.12.6': { rhcos: '412.86.202303011010-0', kernel: '4.18.0-372.46.1.el8_6' },
} as const;

export type Release = keyof typeof releases;

/** What a spoke of a release runs. */
export function runs(openshift: Release, arch: 'amd64' | 'arm64' = 'amd64') {
  const { rhcos, kernel } = releases[openshift];
  return { openshift, arch, rhcos, kernel: `${kernel}.${arch === 'amd64' ? 'x86_64' : 'aarch64'}` };
}

/** sno00001 and so on, as jetlag named its VMs. */
export const snoName = (number: number): string => `sno${String(number).padStart(5, '0')}`;
