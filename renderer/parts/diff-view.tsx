import { yaml } from '@codemirror/lang-yaml';
import { unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { Label } from '@patternfly/react-core';
import type { ObjectDiff } from '../../shared/contract/common.ts';
import { codeTheme } from './code-theme.ts';
import { useEditor } from './use-editor.ts';

const words: Record<ObjectDiff['change'], { word: string; color: 'green' | 'blue' | 'grey' | 'orange' | 'red' }> = {
  create: { word: 'create', color: 'green' },
  update: { word: 'change', color: 'blue' },
  none: { word: 'no change', color: 'grey' },
  delete: { word: 'delete', color: 'orange' },
  refused: { word: 'refused', color: 'red' },
};

/** What would change, object by object; unchanged parts are folded, owners of conflicting fields are named. */
export function DiffList({ diffs }: { diffs: readonly ObjectDiff[] }) {
  return (
    <ul className="kb-diffs">
      {diffs.map((diff) => (
        <li key={`${diff.kind}/${diff.namespace}/${diff.name}`}>
          <details open={diffs.length <= 3 && diff.change !== 'none'}>
            <summary>
              <Label isCompact color={words[diff.change].color}>
                {words[diff.change].word}
              </Label>
              <span className="kb-break">
                {diff.kind} <strong>{diff.name}</strong>
                {diff.namespace && <span className="kb-subtle"> in {diff.namespace}</span>}
              </span>
            </summary>
            {diff.refusal && <p className="kb-lead-bad kb-break">{diff.refusal}</p>}
            {diff.conflicts.length > 0 && (
              <ul className="kb-lines">
                {diff.conflicts.map(({ manager, field }) => (
                  <li key={`${manager}${field}`}>
                    <strong>{manager}</strong> owns <code className="kb-break">{field}</code>
                  </li>
                ))}
              </ul>
            )}
            {diff.change !== 'none' && (
              <Diff before={diff.before} after={diff.after} label={`Change of ${diff.kind} ${diff.name}`} />
            )}
          </details>
        </li>
      ))}
    </ul>
  );
}

function Diff({ before, after, label }: { before: string; after: string; label: string }) {
  const { box } = useEditor(after, () => [
    lineNumbers(),
    yaml(),
    codeTheme,
    EditorState.readOnly.of(true),
    EditorView.lineWrapping,
    // What is new as a whole is simply read: marking every letter of it would help nobody.
    before === ''
      ? []
      : unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: { margin: 2, minSize: 6 } }),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
  ]);
  return <div ref={box} className="kb-code-box kb-diff" />;
}
