import { useEffect } from 'react';

/** Whether a key press belongs to something the user is typing in. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    target.closest('.cm-editor') !== null);

/** Keys that work on every page: Ctrl+K (or Cmd+K), `?` and `/`, which goes to the page's own filter. */
export function useShortcuts({ palette, help }: { palette: () => void; help: () => void }) {
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        palette();
        return;
      }
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('.pf-v6-c-modal-box')) return;
      if (event.key === '?') help();
      if (event.key !== '/') return;
      const filter = document.querySelector<HTMLInputElement>('[data-filter] input, input[data-filter]');
      if (!filter) return;
      event.preventDefault();
      filter.focus();
      filter.select();
    }
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [palette, help]);
}
