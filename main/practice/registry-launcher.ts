/** What the mirror needs of a host: registries are other programs that only a host may start. */
export interface RegistryLauncher {
  /** Resolves when the registry serves. Throws fault registry.notStarted with its own words. */
  serve(options: ServeOptions): Promise<RunningRegistry>;
  /** The connected side of a practice: synthetic releases, catalog and images on loopback. Throws fault connected.notStarted. */
  connected(options: { dir: string; seed: number }): Promise<RunningConnected>;
}

export interface ServeOptions {
  /** `store`: the application's content store, read-only; it may be written meanwhile. `folder`: a registry that can be written. */
  place: { store: string } | { folder: string };
  /** Address to listen on. Anything but loopback needs `tls` and `login`. */
  listen: string;
  /** 0: any free one. */
  port: number;
  /** Folder that keeps key and certificate between runs; without it, plain HTTP. */
  tls?: string;
  login?: { user: string; password: string };
}

export interface RunningProgram {
  /** Resolves when it has ended, for whatever reason. */
  exited: Promise<void>;
  stop(): Promise<void>;
}

export interface RunningRegistry extends RunningProgram {
  /** `host:port`, IPv6 in brackets. */
  address: string;
  port: number;
  tls: boolean;
  /** PEM of the authority that signed its certificate; empty without TLS. */
  ca: string;
  /** Repositories at the start. */
  repositories: number;
}

export interface RunningConnected extends RunningProgram {
  /** `host:port` of its registry, plain HTTP on loopback. */
  registry: string;
  /** Address of the update graph. */
  graph: string;
  /** Base address of the release signatures. */
  signatures: string;
  /** File of the armored public key that signs the releases. */
  key: string;
  /** File of an image set that names all of it. */
  imageSet: string;
  images: number;
}
