import { useEffect, useState } from 'react';
import type { Finding } from '../../../shared/contract/modules.ts';
import { useCall } from '../../state/use-call.ts';

const none: Finding[] = [];

/** Lint and preview of a text, asked 250 ms after the last key; `old` while the answer is about an earlier text. */
export function useCheck(hub: string, yaml: string) {
  const [settled, setSettled] = useState(yaml);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(yaml), 250);
    return () => clearTimeout(timer);
  }, [yaml]);
  const asked = useCall('modules.check', { hub, yaml: settled }, { enabled: settled !== '', keep: true });
  return {
    findings: asked.data?.findings ?? none,
    preview: asked.data?.preview,
    fault: asked.fault,
    old: settled !== yaml || asked.stale || asked.loading,
  };
}
