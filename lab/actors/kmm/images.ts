/** What the lab knows of a kmod image that a registry holds. */
export interface KmodImage {
  /** The kernel its modules are built for: it loads on no other. */
  kernel: string;
  signed: boolean;
  /** Lab time of the push, ms since 1970. */
  at: number;
}

/** The kmod images in the lab's registry, by full reference. Build and sign share a tag, so an image may be there unsigned. */
export interface Images {
  get(reference: string): KmodImage | undefined;
  /** Puts a tag, over what was there. */
  push(reference: string, image: KmodImage): void;
  remove(reference: string): void;
  list(): [string, KmodImage][];
  /** Hears of each push. */
  listen(listener: (reference: string) => void): () => void;
}

/** Empty at first. */
export function createImages(): Images {
  const tags = new Map<string, KmodImage>();
  const listeners = new Set<(reference: string) => void>();
  return {
    get: (reference) => tags.get(reference),
    push(reference, image) {
      tags.set(reference, image);
      for (const listener of [...listeners]) listener(reference);
    },
    remove: (reference) => void tags.delete(reference),
    list: () => [...tags],
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
