import type { WorkRow } from '../store/works.ts';
import type { NodeEvidence } from './feedback.ts';
import type { ProofFacts, Wanted } from './proof-facts.ts';

/** A reason and its remedy, each one sentence; the remedy is '' where there is nothing to do. */
export type Words = [reason: string, remedy: string];

export const proven = (nodes: number): Words => [
  nodes === 1
    ? 'The node runs the wanted image with the kernel and boot it has now.'
    : `All ${nodes} targeted nodes run the wanted image with the kernel and boot they have now.`,
  '',
];

export function unreachable(spoke: ProofFacts['spoke']): Words {
  const { availability, since, reason } = spoke;
  if (availability === 'joining') return ['The spoke has never joined the hub.', 'Finish its installation or import.'];
  if (availability === 'notAccepted')
    return ['The hub does not accept this spoke.', 'Accept it on the hub if it is yours.'];
  if (availability === 'deleting') return ['The spoke is being removed from the hub.', ''];
  return [
    `Nothing is known since ${since}: ${reason || `the spoke is ${availability}`}`,
    'Bring the spoke back; its state is read again by itself.',
  ];
}

export const unread = (proofWork: WorkRow): Words => [
  `The spoke's work agent cannot read the node now: ${proofWork.unread}`,
  'What it read before proves nothing of now. It tries again every minute or two by itself.',
];

export const staleBoot = (node: NodeEvidence, wanted: Wanted): Words => [
  `${node.node} has rebooted (boot ${node.boot}), but KMM still counts the load of boot ${node.loadedBoot}${
    node.loadedKernel === node.kernel ? '' : ` on kernel ${node.loadedKernel}; the node runs ${node.kernel}`
  }.`,
  wanted && 'image' in wanted
    ? 'KMM usually loads again within a minute; if this stays, nudge the node.'
    : `No kernel mapping covers ${node.kernel}: add a mapping for it, or boot the kernel it had. A nudge alone only makes KMM see that.`,
];

export const noClaim = (cut: boolean): Words =>
  cut
    ? [
        "KMM's kernel claim is not on the hub: 20 other custom claims come before it and the rest is cut off.",
        'Remove custom ClusterClaims on the spoke, or raise --max-custom-cluster-claims of its registration agent.',
      ]
    : [
        'The spoke reports no kernel (no claim of KMM), so KMM-Hub passes it over silently.',
        'Install KMM on the spoke with KMM_MANAGED=1, or wait until it runs.',
      ];

export const noMapping = (kernel: string, wanted: Wanted): Words => [
  wanted && 'error' in wanted
    ? `The kernel mapping cannot be used for ${kernel}: ${wanted.error}`
    : `No kernel mapping matches ${kernel}. One such spoke spoils the module for every other one KMM-Hub handles.`,
  'Add a mapping for this kernel, or take the spoke out of the selector.',
];

export const notYetSelected = (): Words => [
  'It waits for its turn: the first spoke of its kernel is proven before the rest.',
  '',
];

export function workRejected(message: string): Words {
  const words = `The spoke's work agent refuses the module: ${message}`;
  if (message.includes('is forbidden')) {
    return [
      words,
      'Give the work agent rights on modules: install KMM on the spoke from this application. It retries within 16 minutes.',
    ];
  }
  if (message.includes('kernelMappings')) {
    return [
      words,
      'KMM-Hub lost the mappings: make all selected spokes run kernels that one mapping each covers, or use one module for each kernel.',
    ];
  }
  if (/namespaces .* not found/.test(message)) {
    return [words, 'Make the namespace named in spokeNamespace on the spoke; the agent makes none.'];
  }
  return [words, 'Correct what the message names; the agent retries with growing pauses of up to 16 minutes.'];
}

export function building(facts: ProofFacts): Words {
  const build = facts.builds.find(({ state }) => state === 'running' || state === 'waiting');
  const signing = Object.values(facts.images?.states ?? {}).includes('NeedsSigning');
  return [
    build?.started_at
      ? `The hub ${build.action === 'SignImage' ? 'signs' : 'builds'} the image since ${build.started_at}.`
      : `The image is to be ${signing ? 'signed' : 'built'} on the hub.`,
    '',
  ];
}

export function imageTrouble(cause: string, facts: ProofFacts): Words {
  if (cause === 'buildFailed') {
    const build = facts.builds.find(({ state }) => state === 'failed');
    return [
      `${build?.action === 'SignImage' ? 'Signing' : 'Building'} the image failed on the hub${build?.message ? `: ${build.message}` : '.'}`,
      'Read the build log, correct the cause, then delete the failed Build (or build pod): that is the retry.',
    ];
  }
  if (cause === 'imageMissing') {
    return [
      `The hub cannot pull the image${facts.images?.pull ? `: ${facts.images.pull}` : ', and the module has no build section.'}`,
      'Push the image to the registry, or correct its name or the pull secret.',
    ];
  }
  return ['KMM-Hub looks whether the image exists.', ''];
}

export const noWork = (): Words => ['KMM-Hub has not made the work for this spoke yet (about 20 a second).', ''];

export const notDelivered = (work: WorkRow): Words => [
  work.applied === ''
    ? "The spoke's work agent has not taken up the work yet."
    : `The spoke's work agent is at generation ${work.applied_generation} of ${work.generation}.`,
  'If this stays, look at the klusterlet on the spoke.',
];

export const oldMapping = (kernel: string): Words => [
  `The delivered module does not have the wanted image for ${kernel} yet: KMM-Hub rewrites it when the image is there.`,
  '',
];

export const loading = (targeted: readonly NodeEvidence[], required: number): Words => [
  targeted.length === 0
    ? 'Delivered; KMM on the spoke has not taken it up yet.'
    : targeted.length < required
      ? `${targeted.length} of ${required} nodes have it so far.`
      : targeted.some(({ loadedImage }) => loadedImage !== '')
        ? 'The spoke still runs the image of before; the new one is being loaded.'
        : 'The worker pod loads it.',
  targeted.length < required
    ? 'If this stays for minutes, nudge the node: KMM looks again only when a label or taint of it changes.'
    : '',
];

export function claimed(proofWork: WorkRow | undefined, viewRefusal: string): Words {
  const numbers = 'KMM says it is loaded; that number also stays after a reboot with nothing loaded.';
  if (viewRefusal !== '') {
    return [
      `${numbers} The spoke's node could not be viewed: ${viewRefusal}`,
      "Check the spoke's node names and its work-manager add-on.",
    ];
  }
  if (!proofWork) return [`${numbers} Our evidence is not there yet.`, ''];
  if (proofWork.applied === 'False') {
    return [
      `${numbers} The evidence is refused: ${proofWork.applied_message}`,
      'Give the work agent the right to read nodes and nodemodulesconfigs.',
    ];
  }
  return [
    `${numbers} Node and NodeModulesConfig of this spoke could not be read.`,
    "Check the spoke's node names and the work agent.",
  ];
}
