import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { formatRoute, parseRoute, type Route } from './route.ts';

function subscribe(listener: () => void) {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** The present route and the ways to change it: `go` adds to the history, `refine` replaces view state in place. */
export function useRoute() {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const route = useMemo(() => parseRoute(hash), [hash]);
  const go = useCallback((to: Partial<Route> & Pick<Route, 'page'>) => {
    location.hash = formatRoute(to);
  }, []);
  const refine = useCallback((query: Record<string, string>) => {
    const now = parseRoute(location.hash);
    history.replaceState(null, '', formatRoute({ ...now, query: { ...now.query, ...query } }));
    // replaceState is silent: tell the subscribers ourselves.
    dispatchEvent(new HashChangeEvent('hashchange'));
  }, []);
  return { route, go, refine };
}
