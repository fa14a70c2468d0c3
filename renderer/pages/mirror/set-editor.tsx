import { useMemo, useState } from 'react';
import { z } from 'zod';
import { ImageSet, type SetFinding } from '../../../shared/contract/image-set.ts';
import type { Fault } from '../../../shared/fault.ts';
import { Findings } from '../../editor/findings.tsx';
import type { Schema } from '../../editor/schema-path.ts';
import { YamlEditor } from '../../editor/yaml-editor.tsx';
import { FaultAlert } from '../../parts/fault-alert.tsx';

/** The text of a set with completion from its schema and the engine's findings beside it. */
export function SetEditor({
  text,
  onChange,
  findings,
  fault,
}: {
  text: string;
  onChange: (text: string) => void;
  findings: readonly SetFinding[];
  fault: Fault | undefined;
}) {
  const [goTo, setGoTo] = useState<{ line: number; id: number } | undefined>();
  const schema = useMemo(() => z.toJSONSchema(ImageSet, { io: 'input' }) as Schema, []);
  const marked = useMemo(() => findings.map((finding) => ({ ...finding, rule: 'set', spokes: [] })), [findings]);
  return (
    <div className="kb-split">
      <div className="kb-split-main">
        <YamlEditor
          label="Image set as YAML"
          text={text}
          onChange={onChange}
          schema={schema}
          findings={marked}
          goTo={goTo}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and may hold nothing else to focus */}
      <aside className="kb-split-side" aria-label="Findings on this text" tabIndex={0}>
        {fault && <FaultAlert fault={fault} />}
        <Findings findings={marked} onGo={(line) => setGoTo((now) => ({ line, id: (now?.id ?? 0) + 1 }))} />
        {findings.length === 0 && !fault && <p className="kb-subtle">Nothing to remark: the set can be saved.</p>}
      </aside>
    </div>
  );
}
