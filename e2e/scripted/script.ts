import { makeFleet } from './fleet.ts';
import { fleetScript } from './fleet-script.ts';
import { mirrorScript } from './mirror-script.ts';
import { moduleScript } from './module-script.ts';
import { shellScript } from './shell-script.ts';
import { spokeActs } from './spoke-acts.ts';
import type { Script } from './transport.ts';

/** A whole engine's worth of answers over `size` spokes; a spec replaces what it is about. */
export function fullScript(size = 1755): Script {
  const fleet = makeFleet(size);
  return {
    ...shellScript(size),
    ...fleetScript(fleet),
    ...moduleScript(fleet),
    ...spokeActs(),
    ...mirrorScript(),
  };
}
