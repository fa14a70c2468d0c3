import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, indentOnInput } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { Finding } from '../../shared/contract/modules.ts';
import { codeTheme } from '../parts/code-theme.ts';
import { useEditor } from '../parts/use-editor.ts';
import { completionSource } from './completion.ts';
import { diagnosticsOf } from './diagnostics.ts';
import type { Schema } from './schema-path.ts';

interface Props {
  label?: string;
  text: string;
  onChange: (text: string) => void;
  schema: Schema;
  findings: readonly Finding[];
  /** A place to show: its `id` changes when the user asks again for the same line. */
  goTo: { line: number; id: number } | undefined;
}

/** The editor: completion from the hub's schema, marks from the engine's lint. Esc then Tab leaves it by keyboard. */
export function YamlEditor({ label = 'ManagedClusterModule as YAML', text, onChange, schema, findings, goTo }: Props) {
  const now = useRef({ onChange, schema });
  now.current = { onChange, schema };
  const { box, view } = useEditor(text, () => [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    yaml(),
    autocompletion({ override: [completionSource(() => now.current.schema)] }),
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
    codeTheme,
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) now.current.onChange(update.state.doc.toString());
    }),
  ]);
  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(findings, editor.state.doc)));
  }, [findings, view]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || !goTo) return;
    const line = editor.state.doc.line(Math.min(Math.max(1, goTo.line), editor.state.doc.lines));
    editor.dispatch({
      selection: { anchor: line.from },
      effects: EditorView.scrollIntoView(line.from, { y: 'center' }),
    });
    editor.focus();
  }, [goTo, view]);
  return <div ref={box} className="kb-code-box kb-editor" />;
}
