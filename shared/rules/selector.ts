/** An equality selector as KMM knows it: every pair must be there; the empty selector selects everything. */
export function matchesLabels(
  labels: Readonly<Record<string, string>> | undefined,
  selector: Readonly<Record<string, string>> | undefined,
): boolean {
  for (const [key, value] of Object.entries(selector ?? {})) if (labels?.[key] !== value) return false;
  return true;
}
