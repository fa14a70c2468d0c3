/** A key that sorts OpenShift versions as versions when compared as text: 4.9.0 before 4.12.3-rc.1 before 4.12.3. '' stays ''. */
export function openshiftSort(version: string): string {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?/.exec(version);
  if (!match) return version;
  const padded = [match[1], match[2], match[3] ?? '0'].map((part) => part!.padStart(5, '0')).join('.');
  // '~' sorts after every letter and digit: a release comes after its candidates.
  const candidate = (match[4] ?? '~').replace(/\d+/g, (digits) => digits.padStart(5, '0'));
  return `${padded}-${candidate}`;
}
