import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const token = (name: string) => `var(--pf-t--global--${name})`;

/** CodeMirror in PatternFly's tokens, so that it follows the dark theme by itself. */
export const codeTheme = [
  EditorView.theme({
    '&': {
      color: token('text--color--regular'),
      backgroundColor: token('background--color--primary--default'),
      fontSize: '13px',
    },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: token('font--family--mono'), lineHeight: '1.55' },
    '.cm-content': { caretColor: token('text--color--regular'), padding: '8px 0' },
    '.cm-cursor': { borderLeftColor: token('text--color--regular') },
    '.cm-gutters': {
      backgroundColor: token('background--color--secondary--default'),
      color: token('text--color--subtle'),
      borderRight: `1px solid ${token('border--color--default')}`,
    },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--kb-line)' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'var(--kb-selection) !important',
    },
    '.cm-tooltip': {
      backgroundColor: token('background--color--floating--default'),
      border: `1px solid ${token('border--color--default')}`,
      borderRadius: '6px',
      color: token('text--color--regular'),
    },
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
      backgroundColor: 'var(--kb-selection)',
      color: token('text--color--regular'),
    },
    '.cm-panels': {
      backgroundColor: token('background--color--secondary--default'),
      color: token('text--color--regular'),
    },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--kb-code-key)' },
      { tag: [tags.string, tags.content], color: 'var(--kb-code-text)' },
      { tag: [tags.number, tags.bool, tags.null], color: 'var(--kb-code-number)' },
      { tag: [tags.comment, tags.lineComment], color: token('text--color--subtle'), fontStyle: 'italic' },
      { tag: [tags.punctuation, tags.separator, tags.meta], color: token('text--color--subtle') },
    ]),
  ),
];
