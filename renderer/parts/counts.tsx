import type { ReactNode } from 'react';

/** Few numbers with their names, in a row that wraps: what a page is about, at a glance. */
export function Counts({ counts }: { counts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="kb-counts">
      {counts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="kb-num">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
