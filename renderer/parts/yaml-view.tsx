import { yaml } from '@codemirror/lang-yaml';
import { foldGutter } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { Button } from '@patternfly/react-core';
import CopyIcon from '@patternfly/react-icons/dist/esm/icons/copy-icon';
import { useToasts } from '../state/toasts.ts';
import { codeTheme } from './code-theme.ts';
import { useEditor } from './use-editor.ts';

/** YAML to read, search and copy; only the lines on screen are drawn. */
export function YamlView({ text, label }: { text: string; label: string }) {
  const toasts = useToasts();
  const { box } = useEditor(text, () => [
    lineNumbers(),
    foldGutter(),
    yaml(),
    codeTheme,
    EditorState.readOnly.of(true),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
  ]);
  async function copy() {
    await navigator.clipboard.writeText(text);
    toasts.say('success', 'Copied.');
  }
  return (
    <div className="kb-code">
      <Button
        className="kb-code-copy"
        variant="plain"
        size="sm"
        aria-label="Copy"
        icon={<CopyIcon />}
        onClick={() => void copy()}
      />
      <div ref={box} className="kb-code-box" />
    </div>
  );
}
