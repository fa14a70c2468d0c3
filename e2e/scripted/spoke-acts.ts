import type { Script } from './transport.ts';

/** Answers to what a person does to single spokes. */
export function spokeActs(): Script {
  return {
    'works.nudge': ({ spokes }) => ({ nudged: spokes.length, refused: [] }),
    'spokes.consequences': ({ spokes, detach }) => ({
      unloads: [{ module: 'kmm-kmod', spoke: spokes[0] ?? '' }],
      loads: [],
      sentences: [
        `kmm-kmod is unloaded from 1 spoke, all at once: ${spokes[0]}.`,
        ...(detach ? ['1 spoke leaves the hub, and 2 manifest works with it.'] : []),
      ],
    }),
    'spokes.change': () => ({ done: 1, refused: [], sentence: 'Labels of 1 spoke changed.' }),
    'modules.nudge': ({ spokes }) => ({ nudged: spokes.length, refused: [] }),
  };
}
