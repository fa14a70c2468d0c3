import { useEffect, useRef, useState } from 'react';
import type { ImageSet } from '../../../shared/contract/image-set.ts';
import type { Fault } from '../../../shared/fault.ts';
import { useAct } from '../../state/use-call.ts';

/** The form over a set's text. The page holds it: a change that is still being written outlives a look at the text. */
export interface SetFormState {
  /** What the form shows; undefined while the text cannot be read. */
  draft: ImageSet | undefined;
  /** A change is on its way into the text. */
  writing: boolean;
  /** Why the last change could not be written: the form shows more than the text says. */
  fault: Fault | undefined;
  change: (part: Partial<ImageSet>) => void;
  /** The text with every change of the form in it, as soon as it is there; undefined where one could not be written. */
  settled: () => Promise<string | undefined>;
  /** The text is now what another place says: what the form still writes is not wanted any more. */
  drop: () => void;
}

/** Each finished field is written into the text, whose comments stay. `old`: `set` is of an earlier text. */
export function useSetForm({
  text,
  set,
  old,
  onText,
}: {
  text: string;
  set: ImageSet | undefined;
  old: boolean;
  onText: (text: string) => void;
}): SetFormState {
  /** The set as the form shows it, and the text it belongs to. */
  const [shown, setShown] = useState({ set: old ? undefined : set, of: text });
  const [writing, setWriting] = useState(false);
  const write = useAct('mirror.write', { quiet: true });
  const last = useRef<Promise<string | undefined>>(undefined);
  // The text may be edited in the other tab, or be read for the first time. An answer about an earlier text, or one that comes
  // while a field is being written, would take the newest field back.
  useEffect(() => {
    if (set && !old && last.current === undefined) setShown({ set, of: text });
  }, [set, old, text]);
  const draft = shown.of === text ? shown.set : undefined;

  async function put(next: ImageSet): Promise<void> {
    setShown({ set: next, of: text });
    setWriting(true);
    const asked = write.ask({ set: next, yaml: text }).then(
      ({ yaml }) => yaml,
      () => undefined, // `fault` tells it
    );
    last.current = asked;
    const yaml = await asked;
    // A later field's write has this one's value, too; or all was taken back meanwhile.
    if (last.current !== asked) return;
    setWriting(false);
    if (yaml === undefined) return;
    last.current = undefined;
    setShown({ set: next, of: yaml });
    onText(yaml);
  }
  return {
    draft,
    writing,
    fault: write.fault,
    change: (part) => void (draft && put({ ...draft, ...part })),
    async settled() {
      if (write.fault && draft) void put(draft);
      let yaml: string | undefined = text;
      for (let asked = last.current; asked; asked = last.current === asked ? undefined : last.current)
        yaml = await asked;
      return yaml;
    },
    drop() {
      last.current = undefined;
      setWriting(false);
      setShown({ set: old ? undefined : set, of: text });
      write.reset();
    },
  };
}
