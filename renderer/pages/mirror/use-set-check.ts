import { useEffect, useState } from 'react';
import type { SetFinding } from '../../../shared/contract/image-set.ts';
import { useCall } from '../../state/use-call.ts';

const none: SetFinding[] = [];

/** Findings and the parsed set of a text, asked 250 ms after the last key; `old` while the answer is about an earlier text. */
export function useSetCheck(yaml: string) {
  const [settled, setSettled] = useState(yaml);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(yaml), 250);
    return () => clearTimeout(timer);
  }, [yaml]);
  const asked = useCall('mirror.check', { yaml: settled }, { keep: true });
  return {
    findings: asked.data?.findings ?? none,
    set: asked.data?.set,
    sentence: asked.data?.sentence ?? '',
    fault: asked.fault,
    old: settled !== yaml || asked.stale || asked.loading,
  };
}
