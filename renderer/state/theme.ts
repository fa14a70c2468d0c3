/** Keeps PatternFly's dark class in step with what the system asks for. Returns the stopper. */
export function followTheme(
  root: { classList: Pick<DOMTokenList, 'toggle'> },
  dark: Pick<MediaQueryList, 'matches' | 'addEventListener' | 'removeEventListener'>,
): () => void {
  const set = () => root.classList.toggle('pf-v6-theme-dark', dark.matches);
  set();
  dark.addEventListener('change', set);
  return () => dark.removeEventListener('change', set);
}
