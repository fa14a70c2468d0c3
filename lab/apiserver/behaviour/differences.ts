/** Where the lab answers otherwise than a real API server, and why that is left so. ARCHITECTURE.md has the same list. */
export interface Difference {
  scenario: string;
  /** Steps of the scenario, counted from 0. */
  steps: readonly number[];
  what: string;
  why: string;
}

export const differences: readonly Difference[] = [
  {
    scenario: 'access',
    steps: [8],
    what: 'A path outside the API without rights: 404, not 403',
    why: 'Nobody asks the lab for /metrics; discovery is open to all as on a real server.',
  },
  {
    scenario: 'access',
    steps: [14, 15, 16, 17],
    what: 'Reviews come without managedFields, creationTimestamp, the name of the binding that allows, and the uid',
    why: 'Clients read status.allowed and the name; the rest is for people who debug RBAC.',
  },
  {
    scenario: 'access',
    steps: [18],
    what: 'A review that names nothing is answered with allowed false, not refused with 422',
    why: 'A mistake of a program, which the real server finds.',
  },
  {
    scenario: 'merge',
    steps: [11],
    what: 'A merge patch with an unknown field under fieldValidation=Strict: 400, not 422',
    why: 'The real message quotes the whole object; both refuse.',
  },
  {
    scenario: 'merge',
    steps: [13],
    what: "Bodies that are no JSON: the words are JavaScript's, not Go's",
    why: 'Same code; no client reads the words of its own broken JSON.',
  },
  {
    scenario: 'names',
    steps: [11],
    what: "Bodies that are no JSON: the words are JavaScript's, not Go's",
    why: 'As above.',
  },
  {
    scenario: 'names',
    steps: [6],
    what: 'An object of a version that is not served: refused without the warning about its unknown fields',
    why: 'The refusal is the same.',
  },
  {
    scenario: 'names',
    steps: [16],
    what: 'A wrong type in a built-in kind: the path ends with the key, integer instead of number, type not named',
    why: "Go's decoder knows struct fields, the lab knows schemas.",
  },
  {
    scenario: 'names',
    steps: [21],
    what: 'POST to the path of one object: 405, not a create',
    why: 'An accident of the real router for custom resources.',
  },
  {
    scenario: 'pages',
    steps: [5],
    what: 'A continue token that can not be read: the decoding error is not told',
    why: 'The token is opaque; 400 and its start are the same.',
  },
  {
    scenario: 'pruning',
    steps: [6],
    what: 'A field twice in one JSON object is taken (the last wins), not refused under fieldValidation=Strict',
    why: 'JSON.parse does not tell; no JavaScript or Go client can write it.',
  },
  {
    scenario: 'refusals',
    steps: [37],
    what: 'A wrong type below status: the path in the sentence is whole, the real one starts at the field',
    why: 'A quirk of its ratcheting; `field` is the same.',
  },
  {
    scenario: 'strategic',
    steps: [2, 3, 4, 5],
    what: 'Pods: fewer defaults of the server, and no generation',
    why: 'Pods only carry what KMM writes and reads; the defaults are the kubelet’s business.',
  },
  {
    scenario: 'tables',
    steps: [8, 9, 10],
    what: 'Tables of ConfigMaps, Pods and Secrets: no descriptions, no Nominated Node and Readiness Gates columns',
    why: 'kubectl prints the same without them, but for `-o wide` of pods.',
  },
];
