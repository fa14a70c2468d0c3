/** Minor versions of Kubernetes 1 that this application is made for and tried with. */
const oldest = 25;
const newest = 37;

/**
 * What a person should know about working with this server, one sentence each; [] for an ordinary one. `version` is its gitVersion
 * (`v1.25.4+a34b9e9`), `identity` who it says we are, '' where it does not say.
 */
export function serverRemarks(version: string, identity: string): string[] {
  const remarks: string[] = [];
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  const number = Number(minor);
  if (major === undefined) {
    remarks.push('The server does not say which Kubernetes it is; what it serves is found out piece by piece.');
  } else if (major !== '1' || number > newest) {
    remarks.push(
      `Kubernetes ${version} is newer than any this application was tried with (1.${newest}): what it no longer serves is left out.`,
    );
  } else if (number < oldest) {
    remarks.push(
      `Kubernetes ${version} is older than 1.${oldest}, the oldest this application was made for: some things may not be served.`,
    );
  }
  if (identity === '') {
    remarks.push(
      'The server does not serve SelfSubjectReview (Kubernetes 1.28 has it by default), so it cannot say who you are there; your rights are asked for one by one.',
    );
  }
  return remarks;
}
