/** What the practice room needs of a host: the lab is another program that only a host may start. */
export interface LabLauncher {
  scenarios(): Promise<{ name: string; title: string; spokes: number; sentence: string }[]>;
  /** Resolves when the lab serves its API. Throws fault lab.notStarted with the lab's own words, or lab.unknownScenario. */
  start(options: LabOptions): Promise<RunningLab>;
}

export interface LabOptions {
  scenario: string;
  seed: number;
  /** Lab seconds per second. */
  speed: number;
  /** How many spokes are broken, where the scenario's own number shall not hold. */
  broken?: number;
  options: Record<string, string>;
  /** Folder for the lab's kubeconfig; made if missing. */
  dir: string;
}

export interface RunningLab {
  kubeconfig: string;
  server: string;
  /** Resolves when the lab has ended, for whatever reason. */
  exited: Promise<void>;
  stop(): Promise<void>;
}
