/** Which paths of lower layers can still be seen below the layers read so far. Paths have no slash at either end. */
export interface Overlay {
  /** Whether a path of the layer being read is not hidden by a layer above it. */
  visible(path: string): boolean;
  /** A file or link of this layer: hides the same path, and all below it, in lower layers. */
  file(path: string): void;
  /** A whiteout marker (`.wh.name` or `.wh..wh..opq`) of this layer; false when the path is none. */
  whiteout(path: string): boolean;
  /** The layer has ended: what it hides holds for the next one down. */
  nextLayer(): void;
}

/** Follows image-spec layer.md (Whiteouts): a marker works on lower layers only, never on its own. */
export function createOverlay(): Overlay {
  const hidden = new Set<string>();
  const opaque = new Set<string>();
  let hides: string[] = [];
  let clears: string[] = [];
  return {
    visible: (path) => {
      if (hidden.has(path) || opaque.has('')) return false;
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        const parent = path.slice(0, end);
        if (hidden.has(parent) || opaque.has(parent)) return false;
      }
      return true;
    },
    file: (path) => {
      hides.push(path);
    },
    whiteout: (path) => {
      const slash = path.lastIndexOf('/');
      const name = path.slice(slash + 1);
      if (!name.startsWith('.wh.')) return false;
      const folder = slash < 0 ? '' : path.slice(0, slash);
      if (name === '.wh..wh..opq') clears.push(folder);
      // Other `.wh..wh.` names are bookkeeping of aufs.
      else if (!name.startsWith('.wh..wh.')) hides.push(folder ? `${folder}/${name.slice(4)}` : name.slice(4));
      return true;
    },
    nextLayer: () => {
      for (const path of hides) hidden.add(path);
      for (const path of clears) opaque.add(path);
      hides = [];
      clears = [];
    },
  };
}
