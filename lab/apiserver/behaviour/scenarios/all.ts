import type { Scenario } from '../stage.ts';
import { accessScenarios } from './access.ts';
import { applyScenarios } from './applying.ts';
import { editScenarios } from './edits.ts';
import { garbageScenarios } from './garbage.ts';
import { listScenarios } from './lists.ts';
import { objectScenarios } from './objects.ts';
import { patchScenarios } from './patches.ts';
import { schemaScenarios } from './schemas.ts';
import { watchScenarios } from './watches.ts';

/** Every scenario, in the order they are played. */
export const scenarios: readonly Scenario[] = [
  ...objectScenarios,
  ...schemaScenarios,
  ...applyScenarios,
  ...patchScenarios,
  ...listScenarios,
  ...watchScenarios,
  ...accessScenarios,
  ...garbageScenarios,
  ...editScenarios,
];
